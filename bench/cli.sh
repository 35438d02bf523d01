#!/bin/sh
# a cold order check-stuck with the world up, beside a node script
#
# bench/run cli [--runs N]
set -eu
. "$(dirname -- "$0")/lib/prepare"
. "$(dirname -- "$0")/lib/peers"
node_packages "$root/bench"

header cli
echo "node $(node --version)"
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.bench.CliBench \
  "$root" "$work/cli" "$@"
