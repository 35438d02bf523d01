package dev.metaops.order;

import dev.metaops.chain.Address;
import dev.metaops.chain.Transaction;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Where an account that sends transactions stands, as one node sees it.
 *
 * @param nonce how many of its transactions are in blocks: the next one's number
 * @param pendingNonce the number after those that wait without a gap, absent when the node cannot
 *     say
 * @param balance in wei, at the latest block
 * @param pool what waits in the node's pool, absent when the node does not show it
 */
public record SenderAccount(
    Address address,
    long nonce,
    Optional<Long> pendingNonce,
    BigInteger balance,
    Optional<List<Transaction>> pool) {
  public SenderAccount {
    pool = pool.map(List::copyOf);
  }

  public SenderAccount withPool(Optional<List<Transaction>> shown) {
    return new SenderAccount(address, nonce, pendingNonce, balance, shown);
  }

  /** What waits under this nonce, as far as the node shows it. */
  public Optional<Transaction> waiting(long number) {
    return pool.stream()
        .flatMap(List::stream)
        .filter(transaction -> transaction.nonce() == number)
        .findFirst();
  }

  /** The lowest nonce below this one that neither a block nor the pool has, as far as is known. */
  public Optional<Long> gapBefore(long number) {
    if (pool.isEmpty()) {
      return pendingNonce.map(next -> Math.max(next, nonce)).filter(next -> next < number);
    }
    long next = nonce;
    while (next < number && waiting(next).isPresent()) {
      next++;
    }
    return next < number ? Optional.of(next) : Optional.empty();
  }
}
