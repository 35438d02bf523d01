#!/bin/sh
# nodes that leave out, lag and reorganise: what is lost, made up, and said; beside SQD and Ponder
#
# bench/run faults [--without-peers] [--only WORDS]
#   --without-peers   metaops alone
#   --only WORDS      the faults whose name contains these words
set -eu
. "$(dirname -- "$0")/lib/prepare"
. "$(dirname -- "$0")/lib/peers"
case " $* " in
  *" --without-peers "*) ;;
  *)
    node_packages "$root/bench/peers/sqd"
    node_packages "$root/bench/peers/ponder"
    ;;
esac

header faults
echo "node $(node --version)"
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.bench.FaultsBench \
  "$root" "$work/faults" "$@"
