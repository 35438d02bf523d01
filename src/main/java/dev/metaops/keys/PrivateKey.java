package dev.metaops.keys;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * Which account a private key is of: its public key on secp256k1 (SEC 2, 2.4.1), hashed. Not in
 * constant time: it is for whoever holds the key, on their own machine, and signs nothing.
 */
public final class PrivateKey {
  private static final BigInteger PRIME =
      new BigInteger("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", 16);
  private static final BigInteger ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
  private static final Point GENERATOR =
      new Point(
          new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16),
          new BigInteger("483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8", 16));
  private static final BigInteger THREE = BigInteger.valueOf(3);
  private static final int WORD = 32;
  private static final int ADDRESS = 20;

  private PrivateKey() {}

  /**
   * The account's address.
   *
   * @param text 64 hex digits, with or without 0x before them
   * @return empty when that is no private key
   */
  public static Optional<Address> address(String text) {
    String digits = text.strip().replaceFirst("^0[xX]", "");
    if (!digits.matches("[0-9a-fA-F]{64}")) {
      return Optional.empty();
    }
    BigInteger secret = new BigInteger(digits, 16);
    return secret.signum() == 0 || secret.compareTo(ORDER) >= 0
        ? Optional.empty()
        : Optional.of(address(times(secret)));
  }

  private static Address address(Point publicKey) {
    byte[] both = new byte[2 * WORD];
    write(publicKey.x(), both, 0);
    write(publicKey.y(), both, WORD);
    byte[] hash = new Keccak(256).digest(both);
    return Address.of(Arrays.copyOfRange(hash, hash.length - ADDRESS, hash.length));
  }

  private static void write(BigInteger number, byte[] into, int at) {
    byte[] bytes = number.toByteArray();
    int length = Math.min(bytes.length, WORD);
    System.arraycopy(bytes, bytes.length - length, into, at + WORD - length, length);
  }

  /** A point of the curve that is not the one at infinity. */
  private record Point(BigInteger x, BigInteger y) {}

  private static Point times(BigInteger factor) {
    Point sum = GENERATOR;
    for (int bit = factor.bitLength() - 2; bit >= 0; bit--) {
      sum = along(sum, tangent(sum), sum);
      if (factor.testBit(bit)) {
        sum = plusGenerator(sum);
      }
    }
    return sum;
  }

  /** A factor below the order never comes here with the generator, or with its opposite. */
  private static Point plusGenerator(Point point) {
    BigInteger slope =
        GENERATOR
            .y()
            .subtract(point.y())
            .multiply(GENERATOR.x().subtract(point.x()).modInverse(PRIME))
            .mod(PRIME);
    return along(point, slope, GENERATOR);
  }

  private static BigInteger tangent(Point point) {
    return point
        .x()
        .pow(2)
        .multiply(THREE)
        .multiply(point.y().shiftLeft(1).modInverse(PRIME))
        .mod(PRIME);
  }

  /** Where the line through both meets the curve again, mirrored. */
  private static Point along(Point one, BigInteger slope, Point other) {
    BigInteger x = slope.pow(2).subtract(one.x()).subtract(other.x()).mod(PRIME);
    return new Point(x, slope.multiply(one.x().subtract(x)).subtract(one.y()).mod(PRIME));
  }
}
