package dev.metaops.plan;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/** A person's private key. Never printed: its {@code toString} names person and public key. */
public final class SigningKey {
  private static final String PROBE = "metaops key check";

  private final String person;
  private final VerifyingKey publicKey;
  private final PrivateKey privateKey;

  private SigningKey(String person, VerifyingKey publicKey, PrivateKey privateKey) {
    this.person = person;
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  /** A new one, from the system's randomness. */
  public static SigningKey generate(String person) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      String text = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
      return new SigningKey(person, VerifyingKey.parse(text).orElseThrow(), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has Ed25519", e);
    }
  }

  /**
   * From its two halves in Base64; empty when they are none, or not of one pair.
   *
   * @param secret PKCS #8
   */
  public static Optional<SigningKey> of(String person, String publicText, String secret) {
    Optional<VerifyingKey> publicKey = VerifyingKey.parse(publicText);
    if (publicKey.isEmpty()) {
      return Optional.empty();
    }
    try {
      PrivateKey privateKey =
          KeyFactory.getInstance("Ed25519")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(secret)));
      SigningKey key = new SigningKey(person, publicKey.get(), privateKey);
      return publicKey.get().verifies(PROBE, key.sign(PROBE)) ? Optional.of(key) : Optional.empty();
    } catch (IllegalArgumentException | GeneralSecurityException notAKey) {
      return Optional.empty();
    }
  }

  public String person() {
    return person;
  }

  public VerifyingKey publicKey() {
    return publicKey;
  }

  /** PKCS #8 in Base64, for the file that keeps it and for nothing else. */
  public String secret() {
    return Base64.getEncoder().encodeToString(privateKey.getEncoded());
  }

  /** The signature in Base64. */
  String sign(String text) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(privateKey);
      signer.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an Ed25519 key signs whatever there is", e);
    }
  }

  @Override
  public String toString() {
    return "SigningKey[" + person + ", " + publicKey.id() + ", ‹hidden›]";
  }
}
