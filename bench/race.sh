#!/bin/sh
# interleavings of listener, fix and psql over the same order, statement by statement
#
# bench/run race [--count N] [--first SEED] [--lanes N]
#   --count N      100,000 unless told
#   --first SEED   begins here instead of at 1
#   --lanes N      databases at once, one for each processor unless told
set -eu
. "$(dirname -- "$0")/lib/prepare"
"$jdk/bin/javac" -proc:none -nowarn -cp "$application" -sourcepath "$root/src/test/java" \
  -d "$work/classes" "$root/src/test/java/dev/metaops/stories/RaceBench.java"

header race
cd "$root"
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.stories.RaceBench "$@"
