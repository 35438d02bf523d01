#!/bin/sh
# order bulk-fix of 10,000 orders in 2,500 blocks over nodes that take 50 ms more, killed and resumed
#
# bench/run bulk [--orders N]
#   --orders N   another number than 10,000, a multiple of 400
set -eu
. "$(dirname -- "$0")/lib/prepare"

header bulk
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.bench.BulkBench \
  "$root" "$work/bulk" "$@"
