package dev.metaops.ledger;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import java.util.Arrays;

/**
 * A transaction's receipt, provable under its block's header without a node.
 *
 * @param firstLog index within the block of the receipt's first log, from 0
 * @param proof as {@link dev.metaops.proof.InclusionProof} writes it
 */
@SuppressWarnings("ArrayRecordComponent")
public record ProvedReceipt(BlockRef block, Hash transaction, int firstLog, byte[] proof) {
  @Override
  public boolean equals(Object other) {
    return other instanceof ProvedReceipt that
        && block.equals(that.block)
        && transaction.equals(that.transaction)
        && firstLog == that.firstLog
        && Arrays.equals(proof, that.proof);
  }

  @Override
  public int hashCode() {
    return 31 * block.hashCode() + transaction.hashCode();
  }
}
