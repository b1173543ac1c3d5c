#!/bin/sh
# Installs what Synapse needs and what is missing: npm packages, and the Debian package bubblewrap for the sandbox.
# With --tests also the Debian packages that `npm test` calls: curl and python3-grpcio.
# Says what it does on stderr; says nothing when all is there.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
modules=$home/node_modules
lock=$home/.setup-lock
log=$home/.setup-log

say() { echo "synapse: $*" >&2; }
stop() {
  say "$*"
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

tests=false
for argument in "$@"; do
  case $argument in
    --tests) tests=true ;;
    *) stop "setup.sh takes no argument but --tests, got $argument" ;;
  esac
done

# --- npm packages -----------------------------------------------------------------------------------------------------

# The lockfile as it was when node_modules was last seen to match it.
seen=$modules/.synapse-lock

# Whether every package of the lockfile is installed in its version: npm notes in .package-lock.json what it installed.
lock_matches() {
  [ -x "$modules/.bin/node" ] && [ -e "$modules/.package-lock.json" ] && "$modules/.bin/node" -e '
    const { readFileSync } = require("node:fs");
    const [wanted, installed] = process.argv.slice(1).map((path) => JSON.parse(readFileSync(path, "utf8")).packages);
    const missing = Object.entries(wanted).filter(
      ([path, { version, optional }]) => path !== "" && !optional && installed[path]?.version !== version,
    );
    process.exit(missing.length === 0 ? 0 : 1);
  ' "$home/package-lock.json" "$modules/.package-lock.json" 2>/dev/null
}

packages_are_there() {
  [ -x "$modules/.bin/node" ] && [ -e "$seen" ] && cmp -s "$home/package-lock.json" "$seen" && return 0
  lock_matches && cp "$home/package-lock.json" "$seen"
}

check_node() {
  has node || stop "Node.js 20 or newer is needed and there is no node on the PATH: get it from https://nodejs.org"
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 20 ] || stop "Node.js 20 or newer is needed and node is $(node --version): get it from https://nodejs.org"
  has npm || stop "npm is needed and there is none on the PATH: it comes with Node.js from https://nodejs.org"
}

install_packages() {
  check_node
  say "installing npm packages, once: this takes about half a minute"
  if ! (cd "$home" && npm ci --include=dev --loglevel=error --no-progress --no-fund --no-audit) >"$log" 2>&1; then
    grep -v "^npm error     at " "$log" | head -n 8 >&2
    stop "npm could not install the packages: is there a network? Try again, or run \`npm ci\` in $home to see all."
  fi
  cp "$home/package-lock.json" "$seen"
}

# --- Debian packages --------------------------------------------------------------------------------------------------

as_root=
can_install() {
  has apt-get || return 1
  [ "$(id -u)" = 0 ] && return 0
  has sudo && sudo -n true 2>/dev/null && as_root="sudo -n"
}

apt() { DEBIAN_FRONTEND=noninteractive $as_root apt-get -qq "$@" >"$log" 2>&1; }

# Gives 1 and says how when it can't; the caller decides whether to go on.
install_debian() {
  package=$1 why=$2
  if can_install; then
    say "installing the Debian package $package ($why)"
    apt install -y --no-install-recommends "$package" && return 0
    # A fresh machine has no package lists.
    apt update && apt install -y --no-install-recommends "$package" && return 0
    tail -n 3 "$log" >&2
  fi
  return 1
}

install_sandbox() {
  has bwrap && return 0
  install_debian bubblewrap "the sandbox for generated code" && return 0
  if [ "$(uname -s)" = Linux ]; then
    say "bubblewrap is missing, so only JavaScript without packages can be executed (by QuickJS)." \
      "To get it: sudo apt-get install bubblewrap"
  fi
}

# Debian's own Python has the package, and may not be the first one on the PATH.
has_grpc() { python3 -c 'import grpc' 2>/dev/null || /usr/bin/python3 -c 'import grpc' 2>/dev/null; }

install_test_tools() {
  has curl || install_debian curl "a client for the tests" || stop "the tests need curl: sudo apt-get install curl"
  has_grpc || install_debian python3-grpcio "a gRPC client for the tests" ||
    stop "the tests need Python's grpc: sudo apt-get install python3-grpcio"
}

# --- one at a time ----------------------------------------------------------------------------------------------------

holder_lives() { pid=$(cat "$lock/pid" 2>/dev/null) && [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }

# Whoever left the lock without leaving it free is gone: only one may clear it, and only after a second look.
clear_stale_lock() {
  mkdir "$lock-clearing" 2>/dev/null || return 0
  if ! holder_lives; then rm -rf "$lock"; fi
  rmdir "$lock-clearing"
}

take_lock() {
  waited=0
  until mkdir "$lock" 2>/dev/null; do
    [ -w "$home" ] || stop "$home can't be written, so nothing can be installed"
    [ "$waited" -lt 600 ] || stop "another set-up has not ended in 10 minutes: remove $lock* and try again"
    # A lock is a moment older than its pid.
    if [ "$waited" -ge 2 ] && ! holder_lives; then clear_stale_lock; fi
    if [ "$waited" = 1 ]; then say "waiting for another set-up to end"; fi
    sleep 1
    waited=$((waited + 1))
  done
  trap 'rm -rf "$lock" "$log"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  echo $$ >"$lock/pid"
}

all_is_there() { [ "$tests" = false ] && has bwrap && packages_are_there && touch "$modules/.synapse-setup"; }

all_is_there && exit 0
take_lock
packages_are_there || install_packages
install_sandbox
if [ "$tests" = true ]; then install_test_tools; fi
touch "$modules/.synapse-setup"
