/**
 * Bundles of evidence: what is known of an order or a plan in one file, and its check by somebody
 * who has nothing but the file and a public key. The check is pure, throws nothing whatever the
 * bytes, and writes nothing; {@code VerifyEvidence.java} beside it does the same without a line of
 * ours.
 */
@NullMarked
@Feature(
    name = "evidence",
    mayUse = {"audit", "chain", "ledger", "plan", "proof", "store"})
package dev.metaops.evidence;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
