#!/bin/sh
# audit verify over 1,000,000 records and their checkpoints, in a heap of 512 MB
#
# bench/run audit [--fresh] [--records N] [--runs N]
#   --fresh      makes the records anew; otherwise those of an earlier run are used again
#   --records N  another number than 1,000,000
#   --runs N     how often it is verified, 5
set -eu
. "$(dirname -- "$0")/lib/prepare"
"$jdk/bin/javac" -proc:none -nowarn -cp "$application" -sourcepath "$root/src/test/java" \
  -d "$work/classes" "$root/src/test/java/dev/metaops/audit/AuditBench.java"

header audit
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.audit.AuditBench "$work/audit" "$@"
