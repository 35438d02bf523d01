package dev.metaops.proof;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import java.util.List;
import java.util.Optional;

/**
 * That a block holds a log of a contract, and what proves it.
 *
 * @param transaction who made it, by whoever wrote this: no receipts proof binds it
 * @param log index within the block
 * @param firstLog index within the block of its receipt's first log: no receipts proof binds it
 * @param event what its writer calls it, 1 to 64 printable characters; not proved
 * @param proof {@link InclusionProof} as 0x and digits; empty where only a node's word is known
 */
public record ProofClaim(
    BlockRef block,
    Hash transaction,
    int log,
    int firstLog,
    Address contract,
    String event,
    Optional<String> proof) {
  public ProofClaim {
    if (firstLog < 0 || log < firstLog) {
      throw new IllegalArgumentException(
          "log: "
              + log
              + " (expected: first_log, "
              + firstLog
              + ", or above, and neither negative)");
    }
    if (event.isBlank() || event.length() > 64 || event.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("event: expected 1 to 64 printable characters");
    }
  }

  /** What comes of it. */
  public sealed interface Outcome {
    /** The block of this hash holds the log. */
    record Holds(Verification.Proved proved, ProvedLog log) implements Outcome {}

    /** The proof is broken, or of something else. */
    record Refuted(String why) implements Outcome {}

    /** Nothing to verify: a node said so, and no more. */
    record Unproved() implements Outcome {}
  }

  /** Asks nobody. */
  public Outcome check() {
    if (proof.isEmpty()) {
      return new Outcome.Unproved();
    }
    return switch (InclusionProof.verify(Hex.bytes(proof.get()))) {
      case Verification.Refuted(String why) -> new Outcome.Refuted(why);
      case Verification.Proved proved -> compared(proved);
    };
  }

  private Outcome compared(Verification.Proved proved) {
    BlockRef its = new BlockRef(proved.number(), proved.blockHash());
    if (!its.equals(block)) {
      return new Outcome.Refuted("it proves something of block " + its + ", not of " + block);
    }
    int place = log - firstLog;
    List<ProvedLog> logs = proved.logs();
    if (place >= logs.size()) {
      return new Outcome.Refuted(
          "log " + place + " of a transaction of " + logs.size() + " logs, counted from 0");
    }
    ProvedLog found = logs.get(place);
    return found.address().equals(contract)
        ? new Outcome.Holds(proved, found)
        : new Outcome.Refuted("the log is of " + found.address() + ", not of " + contract);
  }
}
