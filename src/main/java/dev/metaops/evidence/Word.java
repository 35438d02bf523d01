package dev.metaops.evidence;

import dev.metaops.plan.VerifyingKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What a person signed, read out of the exact text.
 *
 * @param digest of the plan, hex digits
 */
record Word(
    String text,
    String signature,
    String digest,
    String decision,
    String person,
    String key,
    Instant at) {
  private static final String DOMAIN = "metaops plan decision v1";

  static Word read(String text, String signature) throws BundleCheck.Broken {
    Map<String, String> lines = new HashMap<>();
    text.lines()
        .skip(1)
        .forEach(line -> {
          int colon = line.indexOf(": ");
          lines.put(
              colon < 0 ? line : line.substring(0, colon),
              line.substring(colon < 0 ? 0 : colon + 2));
        });
    if (!text.startsWith(DOMAIN + "\n")) {
      throw new BundleCheck.Broken("a word that is no decision on a plan");
    }
    try {
      return new Word(
          text,
          signature,
          lines.getOrDefault("plan", "").replaceFirst("^0x", ""),
          lines.getOrDefault("decision", ""),
          lines.getOrDefault("person", ""),
          lines.getOrDefault("key", ""),
          Instant.parse(lines.getOrDefault("at", "")));
    } catch (DateTimeException noTime) {
      throw new BundleCheck.Broken("a word without a time");
    }
  }

  boolean isSignedBy(PeopleKeys.Line line) {
    return VerifyingKey.parse(line.publicKey())
        .filter(known -> known.verifies(text, signature))
        .isPresent();
  }
}
