package dev.metaops.audit;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record that calls itself older than a checkpoint it came after. Its transaction may have been
 * open all the while; else it was put in, or a clock went back. Pure.
 *
 * @param at as it says
 * @param first the first checkpoint that is too late for it
 * @param last the last it came after
 */
record Late(long seq, OptionalLong recordId, String at, Checkpoint first, Checkpoint last) {
  private static final long LOW = 0xffff_ffffL;

  /**
   * Whether a transaction explains it that was open at the first checkpoint and still at the last,
   * and whose bytes were there by the first.
   *
   * @param transaction that wrote it, as it says
   * @param written the lower half of the number of the transaction, or of a part of it, whose bytes
   *     these are, as the database keeps it with them
   */
  boolean isExplainedBy(long transaction, long written) {
    Optional<Outstanding> then = first.outstanding();
    return then.filter(open -> open.mayCome(transaction)).isPresent()
        && then.filter(open -> open.hadBegun(whole(transaction, written))).isPresent()
        && last.outstanding().filter(open -> open.mayCome(transaction)).isPresent();
  }

  /** A part of a transaction begins after it. */
  private static long whole(long transaction, long written) {
    long same = (transaction & ~LOW) | (written & LOW);
    return same < transaction ? same + LOW + 1 : same;
  }

  Discrepancy discrepancy() {
    return new Discrepancy(
        Damage.BACKDATED,
        OptionalLong.of(seq),
        recordId,
        "it calls itself of "
            + at
            + " and came after the checkpoint of "
            + last.at()
            + ", and no transaction that was open all the while wrote it: the clock went back, or"
            + " it was put in");
  }
}
