/**
 * The record of interventions in an orders database: reading it, linking it into a hash chain,
 * keeping signed checkpoints of it outside, and finding out where it was damaged.
 *
 * <p>Guarantees: writers of records share no lock with each other or with the sealer; a sealed
 * record cannot be changed, removed, moved or added between others without a discrepancy that names
 * it. A complete rewrite with all values computed anew is found by the first checkpoint that covers
 * it. Not seen: one that happens before any checkpoint (within about a minute), and a record
 * removed before it was sealed (within about a second). A record's {@code id}, {@code xid} and the
 * time of its seal are bookkeeping and bound by nothing.
 */
@NullMarked
@Feature(
    name = "audit",
    mayUse = {"journal", "store", "time"})
package dev.metaops.audit;

import dev.metaops.Feature;
import org.jspecify.annotations.NullMarked;
