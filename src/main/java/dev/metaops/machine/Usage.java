package dev.metaops.machine;

/**
 * How much of something is in use.
 *
 * @param of all there is, in the same unit; above 0
 */
public record Usage(long used, long of, Ceiling ceiling) {
  /** What sets the limit. */
  public enum Ceiling {
    MACHINE,
    CONTAINER,
    PROCESS
  }

  public Usage {
    if (used < 0 || of <= 0) {
      throw new IllegalArgumentException(
          "usage: " + used + " of " + of + " (expected: from 0, of above 0)");
    }
  }

  /** Rounded up: a disk that is full but for a byte is full. */
  public int percent() {
    return (int) Math.min(Integer.MAX_VALUE, Math.ceil(100.0 * used / of));
  }

  /** The one of the two that is nearer to its limit. */
  public Usage tighter(Usage other) {
    return (double) used / of >= (double) other.used / other.of ? this : other;
  }
}
