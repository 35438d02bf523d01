#!/bin/sh
# audited fixes, 10,000 tamperings, a look by others, and audit verify over 1,000,000 records in 512 MB
#
# bench/run audit [--fresh] [--records N] [--runs N] [--tamperings N] [--fixes N] [--only PARTS]
#   --fresh         makes the records anew; otherwise those of an earlier run are used again
#   --records N     another number than 1,000,000
#   --runs N        how often it is verified, 5
#   --tamperings N  how often the log is tampered with, 10,000
#   --fixes N       how many fixes by each number of writers, 6,000
#   --only PARTS    some of FIXES,LISTENER,TAMPERING,OTHERS,VERIFY
set -eu
. "$(dirname -- "$0")/lib/prepare"
. "$root/bench/lib/peers"
node_packages "$root/bench"
"$jdk/bin/javac" -proc:none -nowarn -cp "$application" -sourcepath "$root/src/test/java" \
  -d "$work/classes" "$root/src/test/java/dev/metaops/audit/AuditBench.java"

header audit
exec "$jdk/bin/java" -cp "$classpath" dev.metaops.audit.AuditBench "$root" "$work/audit" "$@"
