#!/bin/sh
# order check-stuck and order states over 10,000,000 orders, 1 % open
#
# bench/run sweep [--fresh] [--rows N] [--growth]
#   --fresh    loads anew; otherwise what a run of the last 12 hours loaded is used again
#   --rows N   another size than 10,000,000
#   --growth   the same open orders in smaller tables too: what the cost follows
set -eu
. "$(dirname -- "$0")/lib/prepare"

header sweep
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.orderdesk.SweepBench \
  "$root/metaops" "$work/sweep" "$@"
