#!/bin/sh
# from a block being mined to its rows being committed, beside SQD and Ponder
#
# bench/run live [--blocks N] [--without-peers]
#   --blocks N        another number of blocks than 200; the peers get 60 at most
#   --without-peers   metaops alone
set -eu
. "$(dirname -- "$0")/lib/prepare"
. "$(dirname -- "$0")/lib/peers"
node_packages "$root/bench/peers/sqd"
node_packages "$root/bench/peers/ponder"

header live
echo "node $(node --version)"
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.bench.LiveBench \
  "$root" "$work/live" "$@"
