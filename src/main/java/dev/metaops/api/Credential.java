package dev.metaops.api;

import dev.metaops.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * The token, as it comes with a request: {@code Bearer TOKEN}, or Basic with any user name and the
 * token as the password, which a browser asks a person for. Compared in constant time.
 */
final class Credential {
  private static final int MOST_CHARACTERS = 1_024;
  private static final String BEARER = "bearer ";
  private static final String BASIC = "basic ";

  private final byte[] digest;

  Credential(Secret token) {
    this.digest = sha256(token.reveal());
  }

  /** Who asks. */
  enum Claim {
    /** Nobody in particular. */
    NONE,
    RIGHT,
    WRONG
  }

  /**
   * @param header {@code Authorization} as it came
   */
  Claim judge(Optional<String> header) {
    return header
        .map(text -> presented(text).filter(this::isRight).isPresent() ? Claim.RIGHT : Claim.WRONG)
        .orElse(Claim.NONE);
  }

  private boolean isRight(String token) {
    return MessageDigest.isEqual(sha256(token), digest);
  }

  private static Optional<String> presented(String header) {
    if (header.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    String scheme = header.toLowerCase(Locale.ROOT);
    if (scheme.startsWith(BEARER)) {
      return Optional.of(header.substring(BEARER.length()).strip());
    }
    return scheme.startsWith(BASIC)
        ? password(header.substring(BASIC.length()).strip())
        : Optional.empty();
  }

  private static Optional<String> password(String encoded) {
    try {
      String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
      int colon = pair.indexOf(':');
      return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
    } catch (IllegalArgumentException garbled) {
      return Optional.empty();
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }
}
