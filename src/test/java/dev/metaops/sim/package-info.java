/**
 * A chain in one process, from a seed: sound headers, blooms, receipts and tries, forks of any
 * depth, an escrow registry and its orders, and the truth of what happened. Its encoders are its
 * own, and it knows nothing of how metaops reads, folds or stores: what it says can be compared.
 */
@NullMarked
package dev.metaops.sim;

import org.jspecify.annotations.NullMarked;
