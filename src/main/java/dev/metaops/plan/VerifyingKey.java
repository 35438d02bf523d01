package dev.metaops.plan;

import dev.metaops.chain.Hash;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/**
 * A public Ed25519 key: what a signature is checked with.
 *
 * @param text its X.509 form in Base64, as {@code openssl pkey -pubout} prints it between its lines
 * @param id the first 12 hex digits of the SHA-256 of its X.509 form
 */
public record VerifyingKey(String text, String id) {
  /** Empty when it is no Ed25519 key, or spelled in more than one way. */
  public static Optional<VerifyingKey> parse(String text) {
    try {
      byte[] encoded = Base64.getDecoder().decode(text);
      byte[] again = publicKey(encoded).getEncoded();
      boolean isCanonical =
          MessageDigest.isEqual(encoded, again)
              && Base64.getEncoder().encodeToString(again).equals(text);
      return isCanonical ? Optional.of(new VerifyingKey(text, idOf(encoded))) : Optional.empty();
    } catch (IllegalArgumentException | GeneralSecurityException notAKey) {
      return Optional.empty();
    }
  }

  /** Whether the signature, in Base64, is this key's over the text. */
  public boolean verifies(String signedText, String signature) {
    try {
      Signature verifier = Signature.getInstance("Ed25519");
      verifier.initVerify(publicKey(Base64.getDecoder().decode(text)));
      verifier.update(signedText.getBytes(StandardCharsets.UTF_8));
      return verifier.verify(Base64.getDecoder().decode(signature));
    } catch (IllegalArgumentException | GeneralSecurityException unusable) {
      return false;
    }
  }

  private static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static String idOf(byte[] encoded) {
    return Hash.sha256(encoded).digits().substring(0, 12);
  }
}
