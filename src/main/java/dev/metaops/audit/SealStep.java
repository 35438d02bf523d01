package dev.metaops.audit;

/**
 * What one step of sealing did, and what it saw, for health.
 *
 * @param sealed how many records were linked
 * @param unsealed what still waits afterwards
 * @param transactions what may hold back records nobody can see yet
 */
public record SealStep(int sealed, Unsealed unsealed, OpenTransactions transactions) {}
