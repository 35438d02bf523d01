package dev.metaops.bench;

/**
 * Which orders each block creates and which it releases: from the first block on as many events a
 * block, each order released so many blocks after its creation.
 *
 * @param blocks with events, at least twice the lag
 * @param each events in a block, an even number of at least twice the transactions
 * @param transactions that share the events of a block
 * @param lag blocks between an order's creation and its release, from 1
 */
public record Layout(int blocks, int each, int transactions, int lag) {
  /** As in the side-by-side runs that the targets come from: 50 events in every block. */
  public static Layout of(long events) {
    return new Layout(Math.toIntExact(events / 50), 50, 5, 20);
  }

  public long events() {
    return (long) blocks * each;
  }

  public int orders() {
    return Math.toIntExact(events() / 2);
  }

  /** How many orders were created in blocks before this one, counted from 0. */
  public int createdBefore(int block) {
    int full = Math.min(block, lag) * each;
    int mixed = Math.clamp((long) block - lag, 0, blocks - 2 * lag) * (each / 2);
    return full + mixed;
  }

  /** How many orders were released in blocks before this one, counted from 0. */
  public int releasedBefore(int block) {
    int mixed = Math.clamp((long) block - lag, 0, blocks - 2 * lag) * (each / 2);
    int last = Math.clamp((long) block - (blocks - lag), 0, lag) * each;
    return mixed + last;
  }
}
