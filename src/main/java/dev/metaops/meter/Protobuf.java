package dev.metaops.meter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One message in Protobuf's wire format as it is written, as far as OpenTelemetry's metrics need
 * it: each field is its number and kind, then its bytes. What has its default is written all the
 * same, which readers take.
 */
final class Protobuf {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH_FIRST = 2;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** An enumeration, a boolean or a count below 2^63. */
  Protobuf whole(int field, long value) {
    key(field, VARINT);
    varint(value);
    return this;
  }

  Protobuf fixed(int field, long value) {
    key(field, EIGHT_BYTES);
    eight(value);
    return this;
  }

  Protobuf real(int field, double value) {
    return fixed(field, Double.doubleToRawLongBits(value));
  }

  Protobuf text(int field, String value) {
    return block(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Protobuf message(int field, Protobuf message) {
    return block(field, message.bytes());
  }

  /** All in one block, as numbers that repeat are. */
  Protobuf fixedPacked(int field, List<Long> values) {
    Protobuf packed = new Protobuf();
    values.forEach(packed::eight);
    return message(field, packed);
  }

  /** The same. */
  Protobuf realPacked(int field, List<Double> values) {
    return fixedPacked(field, values.stream().map(Double::doubleToRawLongBits).toList());
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  private Protobuf block(int field, byte[] content) {
    key(field, LENGTH_FIRST);
    varint(content.length);
    bytes.writeBytes(content);
    return this;
  }

  private void key(int field, int kind) {
    varint(((long) field << 3) | kind);
  }

  /** Seven bits a byte, the lowest first; the eighth says that more follow. */
  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  private void eight(long value) {
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      bytes.write((int) (value >>> shift));
    }
  }
}
