package dev.metaops.finding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that looks wrong.
 *
 * @param code what kind of thing, lower-case-with-dashes: {@code event-missed}
 * @param subject what it is about: {@code order ord_7}
 * @param sentence for a person; ends without a full stop
 * @param evidence what was seen, by name; no secrets
 */
public record Finding(
    String code,
    String subject,
    Severity severity,
    String sentence,
    SortedMap<String, String> evidence) {
  private static final String CODE = "[a-z][a-z0-9]*(-[a-z0-9]+)*";

  public Finding {
    if (!code.matches(CODE)) {
      throw new IllegalArgumentException(
          "code: " + code + " (expected: words in lower case joined by dashes)");
    }
    evidence = Collections.unmodifiableSortedMap(new TreeMap<>(evidence));
  }

  public static Finding of(
      String code,
      String subject,
      Severity severity,
      String sentence,
      Map<String, String> evidence) {
    return new Finding(code, subject, severity, sentence, new TreeMap<>(evidence));
  }

  /** The same for the same kind of thing about the same subject, whoever sees it and when. */
  public String fingerprint() {
    return fingerprint(code, subject);
  }

  /** SHA-256 of code and subject, a line feed between them, as 64 hex digits. */
  public static String fingerprint(String code, String subject) {
    try {
      byte[] text = (code + "\n" + subject).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }
}
