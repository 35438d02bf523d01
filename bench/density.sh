#!/bin/sh
# what proving costs on a chain whose blooms are full: calls and bytes a day, estimated from one real block
#
# bench/run density [--block DIR] [--seconds N]
#   --block DIR    a block.json (eth_getBlockByNumber) and a receipts.json (eth_getBlockReceipts) of the same block
#   --seconds N    between two blocks of that chain; 2 as on Polygon
set -eu
. "$(dirname -- "$0")/lib/prepare"

header density
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.bench.DensityBench \
  --block "$root/../shared/data/blocks/polygon-50000000" "$@"
