package dev.metaops.listen;

/**
 * How many blocks a batch may have: twice as many after each that was written, half after each that
 * could not be read, and no more than hold {@value #MOST_EVENTS} events where they lie as dense as
 * in the last. It begins short, so that the first batch is soon written while the next is read. Not
 * thread-safe.
 */
final class BatchLength {
  /** Two batches of them, one being written and one being read, fit in the heap of serve. */
  static final int MOST_EVENTS = 10_000;

  private static final int FIRST = 50;

  private final int longest;
  private int blocks;
  private long fitting = Integer.MAX_VALUE;

  /**
   * @param longest in blocks, from 1
   */
  BatchLength(int longest) {
    this.longest = longest;
    this.blocks = Math.min(FIRST, longest);
  }

  /** Of a batch to be read now, in blocks from 1. */
  int now() {
    return bounded(blocks);
  }

  /** Of the batch after the one that is being written. */
  int next() {
    return bounded(blocks * 2L);
  }

  /** What a batch turned out to hold, before it is written. */
  void read(int blocks, int events) {
    if (blocks > 0) {
      fitting = (long) blocks * MOST_EVENTS / Math.max(1, events);
    }
  }

  void written() {
    blocks = next();
  }

  void failed() {
    blocks = Math.max(1, now() / 2);
  }

  private int bounded(long wanted) {
    return Math.toIntExact(Math.max(1, Math.min(wanted, Math.min(longest, fitting))));
  }
}
