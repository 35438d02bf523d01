package dev.metaops.escrow;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Values as the 32-byte words of an ABI, and back. */
public final class Words {
  /** 9999-12-31T23:59:59Z. Escrows without a deadline carry 2^64-1; stores cannot hold that. */
  static final Instant NO_DEADLINE = Instant.ofEpochSecond(253_402_300_799L);

  private Words() {}

  /** Zeros and the address: how a topic holds it, and the key of a contract of one order. */
  public static Hash of(Address address) {
    return new Hash("0x" + "0".repeat(24) + address.text().substring(2));
  }

  /**
   * The number, big end first.
   *
   * @throws IllegalArgumentException when it is no uint256
   */
  static Hash of(BigInteger number) {
    if (number.signum() < 0 || number.bitLength() > 256) {
      throw new IllegalArgumentException("number: " + number + " (expected: a uint256)");
    }
    return new Hash("0x%064x".formatted(number));
  }

  /** The hash of the text's UTF-8: what a topic holds of an indexed string. */
  static Hash keccak(String text) {
    return keccak(text.getBytes(StandardCharsets.UTF_8));
  }

  static Hash keccak(byte[] bytes) {
    return Hash.of(new Keccak(256).digest(bytes));
  }

  /** Its own text has a checksum, which takes a hash. */
  static Address address(com.esaulpaugh.headlong.abi.Address address) {
    byte[] number = address.value().toByteArray();
    byte[] bytes = new byte[20];
    int length = Math.min(number.length, bytes.length);
    System.arraycopy(number, number.length - length, bytes, bytes.length - length, length);
    return Address.of(bytes);
  }

  /** Saturates: a deadline nobody lives to see is no reason to lose sight of the money. */
  static Instant instant(BigInteger seconds) {
    return seconds.bitLength() > 62 || seconds.longValue() > NO_DEADLINE.getEpochSecond()
        ? NO_DEADLINE
        : Instant.ofEpochSecond(seconds.longValue());
  }
}
