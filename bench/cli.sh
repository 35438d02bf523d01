#!/bin/sh
# a cold order check-stuck with the world up, beside a node script
#
# bench/run cli [--runs N]
set -eu
. "$(dirname -- "$0")/lib/prepare"

# What npm installed last is as old as the manifest.
node_packages() {
  if ! cmp -s "$1/package.json" "$1/node_modules/.metaops-bench"; then
    echo "installing node packages of ${1#"$root/"} …"
    # No optional packages of other platforms, no lock written.
    (cd "$1" && npm install --no-save --no-package-lock --no-audit --no-fund --loglevel=error)
    cp "$1/package.json" "$1/node_modules/.metaops-bench"
  fi
}
node_packages "$root/bench"
[ -e "$root/devchain/node_modules/@foundry-rs/anvil" ] || node_packages "$root/devchain"

header cli
echo "node $(node --version)"
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.bench.CliBench \
  "$root" "$work/cli" "$@"
