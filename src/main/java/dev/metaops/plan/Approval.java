package dev.metaops.plan;

import dev.metaops.chain.Hash;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/**
 * One person's signed word on one plan in one environment. The words that are signed say all of it,
 * one fact a line, so that a signature counts for nothing else; anybody can check it offline with
 * the person's public key.
 *
 * @param person who, by the one name a person has
 * @param key which of the person's keys
 * @param at when it was signed, to the millisecond
 * @param signature Ed25519, in Base64
 */
public record Approval(
    String environment,
    Hash digest,
    Decision decision,
    String person,
    String key,
    Instant at,
    String signature) {
  private static final String DOMAIN = "metaops plan decision v1";
  private static final Pattern ONE_LINE = Pattern.compile("[^\\p{Cc}\\p{Cs}\\u2028\\u2029]{1,500}");

  public Approval {
    requireLine("environment", environment);
    requireLine("person", person);
    requireLine("key", key);
    at = at.truncatedTo(ChronoUnit.MILLIS);
  }

  private static void requireLine(String name, String text) {
    if (!ONE_LINE.matcher(text).matches()) {
      throw new IllegalArgumentException(name + ": (expected: one line of 1 to 500 characters)");
    }
  }

  /** A person's word, signed. */
  public static Approval signed(
      String environment, Hash digest, Decision decision, SigningKey key, Instant at) {
    Approval bare =
        new Approval(environment, digest, decision, key.person(), key.publicKey().id(), at, "");
    return new Approval(
        environment, digest, decision, bare.person, bare.key, bare.at, key.sign(bare.signedText()));
  }

  /** Exactly what the signature is over: lines, each ended. */
  public String signedText() {
    return DOMAIN
        + "\nenvironment: "
        + environment
        + "\nplan: "
        + digest.text()
        + "\ndecision: "
        + decision.word()
        + "\nperson: "
        + person
        + "\nkey: "
        + key
        + "\nat: "
        + at
        + "\n";
  }
}
