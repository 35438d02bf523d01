package dev.metaops.contract;

/**
 * Bytes within code.
 *
 * @param start the first, from 0
 * @param length how many, at least 1
 */
public record Range(int start, int length) {
  public Range {
    if (start < 0 || length < 1 || start > Integer.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "bytes " + start + ", " + length + " long (expected: from 0 on, at least 1)");
    }
  }

  /** The first byte after it. */
  public int end() {
    return start + length;
  }
}
