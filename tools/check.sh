#!/bin/sh
# Holds the tree against its rules: the schema, the generated code, the types, the style, the architecture.
set -eu
cd "$(dirname "$0")/.."
PATH=$PWD/node_modules/.bin:$PATH

say() { printf '%s\n' "check: $*"; }

say "schema"
node tools/validate-proto.ts
buf lint

tag=$(git describe --tags --abbrev=0 2>/dev/null || true)
if [ -n "$tag" ]; then
  say "schema is compatible with $tag"
  old=$(mktemp -d)
  trap 'rm -rf "$old"' EXIT
  git archive "$tag" proto buf.yaml | tar -x -C "$old"
  # validate.proto is made, not kept: the tag's schema is read with today's.
  cp -R proto/buf "$old/proto/"
  (cd "$old" && buf build -o old.binpb)
  buf breaking --against "$old/old.binpb"
else
  say "no tag yet: nothing to be compatible with"
fi

say "generated code is up to date"
before=$(git ls-files -s gen; git diff gen)
buf generate
after=$(git ls-files -s gen; git diff gen)
if [ "$before" != "$after" ] || [ -n "$(git ls-files --others --exclude-standard gen)" ]; then
  say "gen/ is not what proto/ gives: run npm run gen and commit it"
  exit 1
fi

say "types"
tsc --noEmit

say "compose.yaml"
dclint -q compose.yaml

say "style"
biome ci --error-on-warnings .

say "architecture and packaging"
vitest run test/architecture.test.ts test/packaging.test.ts

say "all is well"
