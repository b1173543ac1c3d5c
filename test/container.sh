#!/bin/sh
# Builds the image and runs the four processes of compose.yaml with podman: what docs/containers.md says, seen for real.
# Needs Debian 12 and root, and installs the tools it lacks. Ends with 1 at the first thing that is not so.
# Keeps nothing but the base image, in the cache folder, for the next time.
set -eu

home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$home"
export PATH="$home/node_modules/.bin:$PATH"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/synapse-containers
work=$(mktemp -d)
project=synapse-test-$$
processes="claude gemini codex gateway"
version=$(node -p 'require("./package.json").version')
node_version=$(node -p 'process.versions.node')
base=localhost/synapse-base:$node_version

say() { echo "[$(($(date +%s) - started)) s] $*"; }
stop() {
  echo "container.sh: $*" >&2
  exit 1
}
# Repeats a command until it succeeds, for so many seconds.
within() {
  seconds=$1 && shift
  until "$@" >"$work/last" 2>&1; do
    [ "$seconds" -gt 0 ] || stop "not in time: $* ($(tail -c 500 "$work/last"))"
    seconds=$((seconds - 1)) && sleep 1
  done
}
# The value of an expression over the JSON on standard input.
json() { node -e 'const it = JSON.parse(require("fs").readFileSync(0, "utf8")); console.log(eval(process.argv[1]))' "$1"; }
healthy() { podman healthcheck run "$(container "$1")" || { podman logs --tail 5 "$(container "$1")" && false; }; }
get() { curl -sS --max-time 90 "$@"; }
container() { echo "${project}_$1_1"; }

started=$(date +%s)
[ "$(id -u)" = 0 ] || stop "root is needed: podman makes networks and cgroups here"

tools="podman podman-compose buildah runc mmdebstrap iptables catatonit netavark aardvark-dns prometheus curl"
for tool in $tools; do
  dpkg -s "$tool" >/dev/null 2>&1 && continue
  say "installing $tools"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get -q update && apt-get -q install -y --no-install-recommends $tools; } >"$work/apt" 2>&1 || stop "$(tail -n 5 "$work/apt")"
  break
done

# --- podman, with a storage of its own ----------------------------------------------------------------------------------

mkdir -p "$cache/storage"
cat >"$work/storage.conf" <<EOF
[storage]
driver = "overlay"
graphroot = "$cache/storage"
runroot = "$work/run"
EOF
# Neither systemd nor cgroups of version 2 are needed.
cat >"$work/containers.conf" <<EOF
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[network]
network_backend = "netavark"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[engine.runtimes]
runc = ["/usr/sbin/runc"]
EOF
export CONTAINERS_STORAGE_CONF="$work/storage.conf" CONTAINERS_CONF="$work/containers.conf"

clean() {
  for name in $processes prometheus; do podman rm -f -t 0 "$(container "$name")"; done
  for name in $processes; do podman volume rm -f "${project}_$name"; done
  podman network rm -f "${project}_synapse"
  podman rmi -f "synapse:$version"
  podman image prune -f
  rm -rf "$work"
}
trap 'code=$?; clean >/dev/null 2>&1; exit $code' EXIT
trap 'exit 130' INT TERM

# --- what can be checked without running anything -----------------------------------------------------------------------

promtool check config deploy/prometheus/prometheus.yml >"$work/last" 2>&1 || stop "$(cat "$work/last")"
promtool test rules deploy/prometheus/alerts.test.yml >"$work/last" 2>&1 || stop "$(cat "$work/last")"
say "Prometheus: its configuration is valid, the alerts fire on what they are for"

# --- the image ----------------------------------------------------------------------------------------------------------

if ! podman image exists "$base"; then
  say "making the base image: Debian 12 with Node $node_version, laid out as the official one"
  npm=$(dirname -- "$(dirname -- "$(readlink -f "$(command -v npm)")")")
  set -- "--customize-hook=copy-in $home/node_modules/node/bin/node /usr/local/bin" \
    "--customize-hook=mkdir -p \"\$1/usr/local/lib/node_modules\"" \
    "--customize-hook=copy-in $npm /usr/local/lib/node_modules" \
    "--customize-hook=ln -s ../lib/node_modules/npm/bin/npm-cli.js \"\$1/usr/local/bin/npm\""
  environment="PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    set -- "$@" "--customize-hook=upload $NODE_EXTRA_CA_CERTS /usr/local/share/extra-certificates.pem"
    environment="$environment NODE_EXTRA_CA_CERTS=/usr/local/share/extra-certificates.pem"
  fi
  mmdebstrap --quiet --variant=minbase "$@" bookworm "$work/base.tar"
  podman import -q $(for each in $environment; do echo "--change=ENV=$each"; done) "$work/base.tar" "$base" >/dev/null 2>&1
  rm "$work/base.tar"
fi
timeout 180 buildah bud --isolation chroot --ulimit nofile=4096:4096 --pull-never --format docker \
  --build-arg "BASE=$base" -t "synapse:$version" . >"$work/build" 2>&1 || stop "$(grep -iE 'error|missing' "$work/build" | head -n 20)"
say "image synapse:$version built: $(podman image inspect "synapse:$version" | json '`${(it[0].Size / 1e6).toFixed()} MB, user ${it[0].User}`')"

# --- the processes ------------------------------------------------------------------------------------------------------

free_ports=$(node -e '
  const servers = [1, 2, 3, 4, 5].map(() => require("net").createServer().listen(0, "127.0.0.1"));
  setImmediate(() => { console.log(servers.map((s) => s.address().port).join(" ")); servers.forEach((s) => s.close()); });')
set -- $free_ports
export SYNAPSE_CLAUDE_PORT="$1" SYNAPSE_GEMINI_PORT="$2" SYNAPSE_CODEX_PORT="$3" SYNAPSE_GATEWAY_PORT="$4"
gateway=http://127.0.0.1:$4 prometheus_port=$5

# podman-compose 1.0.3 leaves out pids_limit, and names a network and volumes after the project.
podman-compose -p "$project" --podman-run-args=--pids-limit=512 up -d $processes >"$work/up" 2>&1 || stop "$(tail -n 5 "$work/up")"
for name in $processes; do
  within 60 healthy "$name"
done
say "four containers are healthy"

for name in $processes; do
  facts=$(podman exec "$(container "$name")" sh -c '
    grep -qE "^\S+ / \S+ ro," /proc/mounts || echo "root filesystem is writable"
    touch /data/x && rm /data/x || echo "/data is not writable"
    [ "$(id -u)" = 10001 ] || echo "user is $(id -u)"
    command -v npm
    [ "$(echo /synapse/*)" = "/synapse/dist /synapse/node_modules" ] || echo "holds $(echo /synapse/*)"
    grep -qE "^CapEff:\s0+$" /proc/1/status || echo "has capabilities"
    grep -qE "^NoNewPrivs:\s1$" /proc/1/status || echo "may get privileges"
    grep -qE "^Seccomp:\s2$" /proc/1/status || echo "has no seccomp filter"
    true')
  [ -z "$facts" ] || stop "$name: $facts"
  limits=$(podman inspect "$(container "$name")" | json '`${it[0].HostConfig.Memory / 2 ** 20} MiB`')
  bound=$(podman port "$(container "$name")" | grep -v ' 127\.0\.0\.1:' || true)
  [ -z "$bound" ] || stop "$name is open beyond this machine: $bound"
  say "$name: uid 10001, no capability, no new privileges, seccomp, read-only root, $limits, open to 127.0.0.1 only"
done

within 30 get --fail "$gateway/ready"
sandbox=$(get "http://127.0.0.1:$SYNAPSE_CODEX_PORT/ready" | json '`${it.sandbox}, ${it.notes.join("; ") || "no notes"}`')
say "the gateway is ready; the sandbox of codex: $sandbox"
case $sandbox in bwrap*) ;; *) stop "bubblewrap does not work in the container of codex" ;; esac
foreign=$(get -o /dev/null -w '%{http_code}' -H 'Host: foreign.example' "$gateway/health")
[ "$foreign" = 403 ] || stop "a foreign Host is answered $foreign, not 403"

# --- a run --------------------------------------------------------------------------------------------------------------

task='print the first 20 prime numbers'
get "$gateway/api/v1/workflow?wait=60s" -H 'content-type: application/json' -d "{\"task\":\"$task\"}" >"$work/answer"
run=$(json 'it.run?.runId ?? JSON.stringify(it)' <"$work/answer")
ended=$(json '`${it.run?.state} ${it.run?.outcome}`' <"$work/answer")
say "run $run, \"$task\": $ended"
[ "$ended" = "RUN_STATE_COMPLETED OUTCOME_PASSED" ] || stop "$(cat "$work/answer")"
shown=$(podman exec "$(container gateway)" node dist/cli.js --output json runs | json 'it.runs.map((run) => run.runId).join()')
[ "$shown" = "$run" ] || stop "the command line in the container shows the runs $shown"
podman exec "$(container codex)" sh -c 'cat /proc/[0-9]*/stat' | awk '$3 == "Z" { exit 1 }' || stop "codex has left zombies"

# --- monitoring ---------------------------------------------------------------------------------------------------------

# Debian's Prometheus in the network of the containers, with the files as compose.yaml mounts them.
podman run -d --name "$(container prometheus)" --network "${project}_synapse" --read-only --cap-drop ALL --user 65534 \
  -p "127.0.0.1:$prometheus_port:9090" -v "$home/deploy/prometheus:/etc/prometheus:ro" --tmpfs /prometheus:mode=1777 \
  -v /usr/bin/prometheus:/usr/local/bin/prometheus:ro "$base" prometheus \
  --config.file=/etc/prometheus/prometheus.yml --storage.tsdb.path=/prometheus >/dev/null 2>&1
# A call that is refused, for the panel of errors.
get -o /dev/null "http://127.0.0.1:$SYNAPSE_CLAUDE_PORT/synapse.v1.ClaudeService/Plan" -H 'content-type: application/json' -d '{}'
panels() {
  node --input-type=module - "http://127.0.0.1:$prometheus_port" <<'EOF'
import { readFileSync } from "node:fs";
const ask = async (expr) => {
  const answer = await fetch(`${process.argv[2]}/api/v1/query?${new URLSearchParams({ query: expr })}`);
  const { data, error } = await answer.json();
  if (error) throw new Error(`${expr}: ${error}`);
  return data.result;
};
const up = (await ask("up == 1")).length;
const { panels } = JSON.parse(readFileSync("deploy/grafana/dashboards/synapse.json", "utf8"));
const filled = (expr) => expr.replaceAll("$__rate_interval", "1m").replaceAll("$__range", "5m").replaceAll("$service", ".*");
const targets = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr: filled(expr) })));
const empty = [];
for (const { title, expr } of targets) if ((await ask(expr)).length === 0) empty.push(title);
console.log(`${up} of 4 processes are scraped; ${targets.length - empty.length} of ${targets.length} queries of the dashboard have data`);
if (up < 4 || empty.length > 0) { console.log(`without data: ${empty.join(", ")}`); process.exit(1); }
EOF
}
within 45 panels
say "$(cat "$work/last")"
for port in "$SYNAPSE_CLAUDE_PORT" "$SYNAPSE_GEMINI_PORT" "$SYNAPSE_CODEX_PORT" "$SYNAPSE_GATEWAY_PORT"; do
  get "http://127.0.0.1:$port/metrics" | promtool check metrics >"$work/last" 2>&1 || stop "metrics of port $port: $(cat "$work/last")"
done

# --- the end ------------------------------------------------------------------------------------------------------------

for name in gateway codex gemini claude; do
  podman stop -t 30 "$(container "$name")" >/dev/null 2>&1
  code=$(podman inspect --format '{{.State.ExitCode}}' "$(container "$name")" 2>/dev/null)
  [ "$code" = 0 ] || stop "$name ended with $code on SIGTERM: $(podman logs --tail 5 "$(container "$name")" 2>&1)"
done
say "all four end with 0 on SIGTERM"
for name in $processes; do podman start "$(container "$name")" >/dev/null 2>&1; done
within 30 get --fail "$gateway/api/v1/runs/$run"
again=$(get "$gateway/api/v1/runs/$run" | json '`${it.run.state} ${it.run.outcome}`')
[ "$again" = "$ended" ] || stop "after a restart the run is $again"
say "after a restart the run is still there"
