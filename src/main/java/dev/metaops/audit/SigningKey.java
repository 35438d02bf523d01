package dev.metaops.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** An Ed25519 private key for signed notes. Nothing prints it but {@link #secretText}. */
public final class SigningKey {
  private static final String PREFIX = "PRIVATE+KEY+";
  private static final String PROBE = "metaops\n";
  private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");

  private final VerifierKey verifier;
  private final Bytes seed;
  private final PrivateKey key;

  private SigningKey(VerifierKey verifier, Bytes seed) throws GeneralSecurityException {
    this.verifier = verifier;
    this.seed = seed;
    this.key =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new PKCS8EncodedKeySpec(VerifierKey.concat(PKCS8, seed.toArray())));
  }

  /** A new one. */
  public static SigningKey generate(String name) {
    try {
      var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new SigningKey(
          new VerifierKey(name, tail(pair.getPublic().getEncoded())),
          tail(pair.getPrivate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has Ed25519", e);
    }
  }

  private static Bytes tail(byte[] encoded) {
    return Bytes.of(
        Arrays.copyOfRange(encoded, encoded.length - VerifierKey.LENGTH, encoded.length));
  }

  /**
   * Reads {@link #secretText}.
   *
   * @throws IllegalArgumentException that does not repeat it
   */
  static SigningKey parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() != 2 || !lines.getFirst().startsWith(PREFIX)) {
      throw new IllegalArgumentException("a signing key (expected: two lines, private and public)");
    }
    VerifierKey verifier = VerifierKey.parse(lines.get(1));
    String before = PREFIX + verifier.brief() + "+";
    if (!lines.getFirst().startsWith(before)) {
      throw new IllegalArgumentException("a signing key whose two lines are of different keys");
    }
    try {
      Bytes typed = Bytes.ofBase64(lines.getFirst().substring(before.length()));
      if (typed.length() != VerifierKey.LENGTH + 1) {
        throw new IllegalArgumentException("a signing key of another length");
      }
      var key = new SigningKey(verifier, typed.slice(1, typed.length()));
      if (!verifier.hasSigned(PROBE, key.sign(PROBE))) {
        throw new IllegalArgumentException("a signing key whose two lines do not belong together");
      }
      return key;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a signing key that cannot sign", e);
    }
  }

  public VerifierKey verifier() {
    return verifier;
  }

  /** The private key as C2SP tools write it, and the public key in a line below. */
  String secretText() {
    return PREFIX
        + verifier.brief()
        + "+"
        + Bytes.of(VerifierKey.concat(VerifierKey.ED25519.toArray(), seed.toArray())).base64()
        + "\n"
        + verifier.text()
        + "\n";
  }

  Bytes sign(String text) {
    try {
      var signing = Signature.getInstance("Ed25519");
      signing.initSign(key);
      signing.update(text.getBytes(StandardCharsets.UTF_8));
      return Bytes.of(signing.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime signs with Ed25519", e);
    }
  }

  /** The public half's name. */
  @Override
  public String toString() {
    return verifier.brief();
  }
}
