package dev.metaops.proof;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * One item of RLP within bytes of a stranger, read in the one canonical spelling and never past the
 * end of what holds it. Nothing is copied before it is asked for, and nothing below it read. Our
 * own, as libraries throw what they happen to run into. Every refusal is an {@link
 * IllegalArgumentException}.
 */
final class RlpItem {
  private static final int SHORT_STRING = 0x80;
  private static final int SHORT_LIST = 0xc0;
  private static final int MOST_SHORT = 55;

  private final byte[] source;
  private final int from;
  private final int content;
  private final int end;

  private RlpItem(byte[] source, int from, int content, int end) {
    this.source = source;
    this.from = from;
    this.content = content;
    this.end = end;
  }

  /** The item that begins at {@code from} and ends at or before {@code limit}. */
  static RlpItem at(byte[] source, int from, int limit) {
    if (from >= limit) {
      throw new IllegalArgumentException("expected an item where the bytes end");
    }
    int first = source[from] & 0xff;
    if (first < SHORT_STRING) {
      return new RlpItem(source, from, from, from + 1);
    }
    int length = first - (first < SHORT_LIST ? SHORT_STRING : SHORT_LIST);
    int content = from + 1;
    if (length > MOST_SHORT) {
      int digits = length - MOST_SHORT;
      length = longLength(source, content, digits, limit);
      content += digits;
    }
    if (length > limit - content) {
      throw new IllegalArgumentException("an item that ends behind the bytes");
    }
    RlpItem item = new RlpItem(source, from, content, content + length);
    if (length == 1 && first == SHORT_STRING + 1 && source[content] >= 0) {
      throw new IllegalArgumentException("one byte spelled as two");
    }
    return item;
  }

  private static int longLength(byte[] source, int from, int digits, int limit) {
    if (digits > limit - from) {
      throw new IllegalArgumentException("a length that ends behind the bytes");
    }
    long length = 0;
    for (int at = from; at < from + digits; at++) {
      length = (length << 8) | (source[at] & 0xff);
      if (length > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("an item that ends behind the bytes");
      }
    }
    if (source[from] == 0 || length <= MOST_SHORT) {
      throw new IllegalArgumentException("a length spelled longer than needed");
    }
    return (int) length;
  }

  boolean isList() {
    return (source[from] & 0xff) >= SHORT_LIST;
  }

  /** Bytes of the content. */
  int length() {
    return end - content;
  }

  /** Bytes of the item with its own header. */
  int encodedLength() {
    return end - from;
  }

  /** Where it ends within the bytes it was read from. */
  int end() {
    return end;
  }

  byte[] content() {
    return Arrays.copyOfRange(source, content, end);
  }

  /** The items of a list, each read when it is asked for. */
  Iterator<RlpItem> items() {
    return new Iterator<>() {
      private int next = content;

      @Override
      public boolean hasNext() {
        return next < end;
      }

      @Override
      public RlpItem next() {
        if (!hasNext()) {
          throw new NoSuchElementException("the list has ended");
        }
        RlpItem item = at(source, next, end);
        next = item.end;
        return item;
      }
    };
  }
}
