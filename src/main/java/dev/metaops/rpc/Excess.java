package dev.metaops.rpc;

import java.util.Optional;

/**
 * What was too much of one question, as far as the node's refusal says.
 *
 * @param most how much it would take, in the unit of {@code of}; empty when it does not say
 * @param fits blocks that it says would fit
 */
public record Excess(Of of, Optional<Long> most, Optional<Blocks> fits) {
  /** What there was too much of. */
  public enum Of {
    /** Blocks, by the node's own rule, whatever they hold. */
    BLOCKS,
    /** Logs in the answer. */
    RESULTS,
    /** Bytes of the answer. */
    BYTES,
    /** Seconds it would have taken. */
    TIME,
    /** Questions in one request. */
    BATCH,
    UNSAID
  }

  /** Both ends included. */
  public record Blocks(long from, long to) {
    public Blocks {
      if (from < 0 || to < from) {
        throw new IllegalArgumentException("blocks: " + from + "-" + to + " (expected: ascending)");
      }
    }

    long count() {
      return to - from + 1;
    }
  }

  static Excess unsaid() {
    return new Excess(Of.UNSAID, Optional.empty(), Optional.empty());
  }

  static Excess of(Of of) {
    return new Excess(of, Optional.empty(), Optional.empty());
  }
}
