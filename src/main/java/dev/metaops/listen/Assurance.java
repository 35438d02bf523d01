package dev.metaops.listen;

/**
 * How much is asked of what nodes say before it counts.
 *
 * @param proofs when the blocks that may hold our events are proved
 * @param unproved what becomes of a block whose chain is provable and which is not
 * @param anchors how many nodes have to vouch for a final block, from 1; all of them where there
 *     are fewer
 */
public record Assurance(Proofs proofs, Unproved unproved, int anchors) {
  /** Everything proved before it counts, two nodes for what is final. */
  public static final Assurance FULL = new Assurance(Proofs.AT_ONCE, Unproved.STOP, 2);

  public Assurance {
    if (anchors < 1) {
      throw new IllegalArgumentException("anchors: " + anchors + " (expected: >= 1)");
    }
  }

  /** When blocks are proved. */
  public enum Proofs {
    /** Before their events count. */
    AT_ONCE,
    /** Final blocks after their events counted, in idle moments; until then they are gaps. */
    LATER
  }
}
