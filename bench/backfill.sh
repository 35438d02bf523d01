#!/bin/sh
# 100,000 events in 2,001 blocks into the rows of 50,000 orders, beside SQD and Ponder
#
# bench/run backfill [--runs N] [--growth] [--without-ponder] [--explain]
#   --runs N           another number of runs than 3 for metaops and SQD
#   --growth           instead: metaops alone at 10,000, 100,000 and 1,000,000 events, and its series
#   --without-ponder   leaves out Ponder, which takes over a minute
#   --explain          the plans of all statements in the log of the bench's server (postgres/data/log); slower
set -eu
. "$(dirname -- "$0")/lib/prepare"
. "$(dirname -- "$0")/lib/peers"
node_packages "$root/bench/peers/sqd"
node_packages "$root/bench/peers/ponder"

header backfill
echo "node $(node --version)"
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.bench.BackfillBench \
  "$root" "$work/backfill" "$@"
