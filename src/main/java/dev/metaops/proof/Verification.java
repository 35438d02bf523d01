package dev.metaops.proof;

import dev.metaops.chain.Hash;
import java.time.Instant;
import java.util.List;

/** What a proof of inclusion comes to when all its links are followed. */
public sealed interface Verification {
  /**
   * The block of this hash holds these logs. Whether the chain holds the block is not said here:
   * the hash has to be compared with one that is trusted, as of an agreed finalized block.
   *
   * @param time of the block, by its own header
   * @param transactionIndex place of the transaction within the block, from 0
   * @param logs all logs of that transaction
   */
  record Proved(
      Hash blockHash,
      long number,
      Instant time,
      Hash receiptsRoot,
      Hash parentHash,
      int transactionIndex,
      List<ProvedLog> logs)
      implements Verification {
    public Proved {
      logs = List.copyOf(logs);
    }
  }

  /** A link is broken, or this is not a proof. */
  record Refuted(String why) implements Verification {}
}
