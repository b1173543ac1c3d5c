#!/bin/sh
# The long forms of the suites, one after the other; all are run, and it fails when one did. Hours.
set -u
cd "$(dirname "$0")/.."
PATH=$PWD/node_modules/.bin:$PATH
sh tools/setup.sh --tests || exit 1

failed=""
long() {
  printf '\n=== %s\n' "$*"
  "$@" || failed="$failed
  $*"
}

long env SEEDS=10000 vitest run --testTimeout=3600000 resilience
long env CHAOS_SECONDS=60 MOMENTS=10 npm run test:chaos
long env SOAK_MINUTES=60 npm run test:soak
long npm run test:mutation
long npm run bench

[ -z "$failed" ] && exit 0
printf '\nfailed:%s\n' "$failed"
exit 1
