#!/bin/sh
# histories made by seeds (faults, reorgs, kills) on the ledger in memory and on PostgreSQL
#
# bench/run seeds [--memory N] [--postgres N] [--deep N] [--first SEED]
#   --memory N     in memory, 10,000 unless told
#   --postgres N   on PostgreSQL, 500; a tenth of it deeper than finality besides
#   --deep N       deeper than finality, in memory, 1,000
#   --first SEED   begins here instead of at 1
set -eu
. "$(dirname -- "$0")/lib/prepare"
"$jdk/bin/javac" -proc:none -nowarn -cp "$application" -sourcepath "$root/src/test/java" \
  -d "$work/classes" "$root/src/test/java/dev/metaops/stories/SeedsBench.java"

header seeds
cd "$root"
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.stories.SeedsBench "$@"
