package dev.metaops.listen;

import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.Escrows;
import java.util.Optional;

/**
 * What is followed: which contracts, what their events mean, when an event counts as final.
 *
 * @param expectedChainId another chain is refused; empty takes the one the ledger is pinned to, or
 *     the node's
 * @param blocksPerBatch how many blocks one transaction may write, from 1
 */
public record Watched(
    Optional<Long> expectedChainId,
    Escrows escrows,
    SettleOn settleOn,
    int blocksPerBatch,
    Assurance assurance) {
  public Watched {
    if (escrows.contracts().isEmpty() && !escrows.profile().isContractPerOrder()) {
      throw new IllegalArgumentException("contracts: none (expected: at least one)");
    }
    if (blocksPerBatch < 1) {
      throw new IllegalArgumentException("blocks: " + blocksPerBatch + " (expected: >= 1)");
    }
  }

  /** With {@link Assurance#FULL}. */
  public Watched(
      Optional<Long> expectedChainId, Escrows escrows, SettleOn settleOn, int blocksPerBatch) {
    this(expectedChainId, escrows, settleOn, blocksPerBatch, Assurance.FULL);
  }

  /** The contracts' first block; 0 when nobody said. */
  public long fromBlock() {
    return escrows.firstBlock();
  }
}
