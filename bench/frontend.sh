#!/bin/sh
# 1,000 clients that follow an order each through cuts, beside the same clients polling
#
# bench/run frontend [--clients N] [--seconds N] [--rate N]
#   --clients N   another number than 1,000; half by Server-Sent Events, half by WebSocket
#   --seconds N   how long they follow, 40
#   --rate N      moves a second in total, 200
set -eu
. "$(dirname -- "$0")/lib/prepare"

header frontend
cd "$root"
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.bench.FrontendBench "$@"
