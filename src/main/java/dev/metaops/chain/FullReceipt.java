package dev.metaops.chain;

import java.math.BigInteger;
import java.util.Optional;

/**
 * A receipt with everything its place in the receipts trie is made of, as a node told it: nothing
 * here is proved. The bloom is left out, as it follows from the logs.
 *
 * @param transactionIndex place within the block, from 0
 * @param type EIP-2718's, 0 for a legacy receipt
 * @param stateRoot of a receipt from before Byzantium, which has no status
 * @param cumulativeGas gas used by this and all earlier transactions of the block
 * @param depositNonce of an OP-stack deposit (type 0x7e)
 * @param depositVersion of an OP-stack deposit since Canyon
 */
public record FullReceipt(
    Receipt receipt,
    int transactionIndex,
    int type,
    Optional<Hash> stateRoot,
    BigInteger cumulativeGas,
    Optional<BigInteger> depositNonce,
    Optional<BigInteger> depositVersion) {
  public FullReceipt {
    if (transactionIndex < 0) {
      throw new IllegalArgumentException(
          "transaction index: " + transactionIndex + " (expected: >= 0)");
    }
    if (type < 0 || type > 0x7f) {
      throw new IllegalArgumentException("receipt type: " + type + " (expected: 0-127)");
    }
  }
}
