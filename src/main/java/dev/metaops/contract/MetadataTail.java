package dev.metaops.contract;

import java.util.Optional;

/**
 * What the Solidity compiler appends to code: a CBOR map (source hash, compiler version) and its
 * length in two bytes, after an INVALID that separates it. Never run, and other for each path and
 * comment in the sources.
 */
final class MetadataTail {
  private static final int LENGTH_BYTES = 2;
  private static final byte INVALID = (byte) 0xfe;
  private static final int MAX_ENTRIES = 16;

  private final byte[] code;
  private final int end;
  private int at;

  private MetadataTail(byte[] code, int start, int end) {
    this.code = code;
    this.at = start;
    this.end = end;
  }

  /**
   * Where it stands, separator and length included; empty when the code does not end in a whole
   * map.
   */
  static Optional<Range> of(byte[] code) {
    int end = code.length - LENGTH_BYTES;
    if (end < 1) {
      return Optional.empty();
    }
    int length = ((code[end] & 0xff) << 8) | (code[end + 1] & 0xff);
    int start = end - length;
    if (length == 0 || start < 0 || !new MetadataTail(code, start, end).isWholeMap()) {
      return Optional.empty();
    }
    int first = start > 0 && code[start - 1] == INVALID ? start - 1 : start;
    return Optional.of(new Range(first, code.length - first));
  }

  private boolean isWholeMap() {
    int entries = (code[at] & 0xff) - 0xa0;
    if (entries < 1 || entries > MAX_ENTRIES) {
      return false;
    }
    at++;
    for (int entry = 0; entry < entries; entry++) {
      if (!skip(Kind.TEXT) || !skip(Kind.ANY)) {
        return false;
      }
    }
    return at == end;
  }

  private enum Kind {
    TEXT,
    ANY
  }

  /** Steps over one item: texts, byte strings, small numbers, true and false. */
  private boolean skip(Kind kind) {
    if (at >= end) {
      return false;
    }
    int first = code[at++] & 0xff;
    int type = first >> 5;
    if (kind == Kind.TEXT && type != 3) {
      return false;
    }
    if (type == 7) {
      return first == 0xf4 || first == 0xf5;
    }
    if (type != 0 && type != 2 && type != 3) {
      return false;
    }
    int length = length(first & 0x1f);
    if (length < 0) {
      return false;
    }
    at += type == 0 ? 0 : length;
    return at <= end;
  }

  /** -1 when it is longer than any metadata. */
  private int length(int low) {
    if (low < 24) {
      return low;
    }
    if (low == 24 && at < end) {
      return code[at++] & 0xff;
    }
    if (low == 25 && at + 1 < end) {
      at += 2;
      return ((code[at - 2] & 0xff) << 8) | (code[at - 1] & 0xff);
    }
    return -1;
  }
}
