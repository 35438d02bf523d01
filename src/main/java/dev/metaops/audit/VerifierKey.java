package dev.metaops.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a signature of a C2SP signed note is from: a name and an Ed25519 public key.
 *
 * @param name without spaces and plus signs
 * @param publicKey 32 bytes as in RFC 8032
 */
public record VerifierKey(String name, Bytes publicKey) {
  static final Bytes ED25519 = Bytes.of(new byte[] {1});
  static final int LENGTH = 32;

  private static final Pattern NAME = Pattern.compile("[^\\s\\p{Zs}\\p{Cc}+]{1,200}");
  private static final Pattern TEXT = Pattern.compile("([^+]+)\\+([0-9a-f]{8})\\+([^\\s]+)");
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

  public VerifierKey {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "key name: (expected: 1 to 200 characters, no space, no +)");
    }
    if (publicKey.length() != LENGTH) {
      throw new IllegalArgumentException(
          "public key: " + publicKey.length() + " bytes (expected: 32)");
    }
  }

  /**
   * Reads {@code name+id+key}.
   *
   * @throws IllegalArgumentException with what was expected
   */
  public static VerifierKey parse(String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("a verifier key (expected: NAME+8 hex digits+BASE64)");
    }
    Bytes typed = Bytes.ofBase64(parts.group(3));
    if (typed.length() != LENGTH + 1 || !typed.slice(0, 1).equals(ED25519)) {
      throw new IllegalArgumentException("a verifier key (expected: of Ed25519, type 1)");
    }
    var key = new VerifierKey(parts.group(1), typed.slice(1, LENGTH + 1));
    if (!key.id().hex().equals(parts.group(2))) {
      throw new IllegalArgumentException(
          "a verifier key whose id is " + parts.group(2) + " (expected: " + key.id().hex() + ")");
    }
    return key;
  }

  /** Four bytes by which a signature names its key. */
  Bytes id() {
    return Bytes.sha256(Bytes.utf8(name), Bytes.utf8("\n"), ED25519, publicKey).slice(0, 4);
  }

  /** Name and id, as people tell keys apart. */
  public String brief() {
    return name + "+" + id().hex();
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return brief() + "+" + Bytes.of(concat(ED25519.toArray(), publicKey.toArray())).base64();
  }

  boolean hasSigned(String text, Bytes signature) {
    try {
      var check = Signature.getInstance("Ed25519");
      check.initVerify(
          KeyFactory.getInstance("Ed25519")
              .generatePublic(new X509EncodedKeySpec(concat(X509, publicKey.toArray()))));
      check.update(text.getBytes(StandardCharsets.UTF_8));
      return check.verify(signature.toArray());
    } catch (GeneralSecurityException _) {
      return false; // No point of the curve, or no signature at all.
    }
  }

  static byte[] concat(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
