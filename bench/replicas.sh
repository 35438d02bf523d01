#!/bin/sh
# two listeners on one orders database, the one that follows killed or stopped again and again
#
# bench/run replicas [--rounds N]
set -eu
root=$(CDPATH='' cd -P -- "$(dirname -- "$0")/.." && pwd)
rounds=60
if [ $# -eq 2 ] && [ "$1" = --rounds ]; then
  rounds=$2
elif [ $# -ne 0 ]; then
  echo "bench replicas: $1 (expected: --rounds N)" >&2
  exit 64
fi
# The product's lease, and a poll of the waiting one besides.
lease=10000
target=11000
target_beside=2000

mkdir -p "$root/target/bench"
log=$root/target/bench/replicas.log
JAVA_HOME=$(METAOPS_PRINT_JDK=yes "$root/metaops")
export JAVA_HOME
echo "bench replicas: $rounds rounds, lease $lease ms; one line in about $((rounds * 7 / 60 + 1)) min"
cd "$root"
if ! mvn -B test -Dtest=ReplicasTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Dmetaops.rounds="$rounds" -Dmetaops.lease-millis="$lease" >"$log" 2>&1; then
  grep -E 'ERROR' "$log" | sed -n 1,20p
  echo "replicas: NOT MET: something was lost, doubled or written without the lease, nobody took over, or it did not run ($log)"
  exit 1
fi
grep 'takeovers' "$log"
most() {
  sed -n "s/.*$1.*takeovers.* max \([0-9]*\) ms.*/\1/p" "$log" | sort -n | tail -n 1
}
beside=$(most 'on one host')
overall=$(most 'replicas:')
if [ "$beside" -le "$target_beside" ] && [ "$overall" -le "$target" ]; then
  verdict=met
else
  verdict='NOT MET'
fi
echo "replicas: $verdict: 0 lost, 0 doubled, max $beside ms on one host (≤ $target_beside), $overall ms on two (≤ $target)"
[ "$verdict" = met ]
