package dev.metaops.evidence;

import dev.metaops.plan.People;
import dev.metaops.plan.VerifyingKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The public keys of people, a line each: person, id, key, from when, until when or a dash. */
final class PeopleKeys {
  private static final String NEVER = "-";

  private PeopleKeys() {}

  /** One key. */
  record Line(String publicKey, String id, Instant from, Optional<Instant> until) {
    boolean holdsAt(Instant moment) {
      return !moment.isBefore(from) && until.filter(end -> !moment.isBefore(end)).isEmpty();
    }
  }

  static String text(List<People.PersonKey> keys) {
    var text = new StringBuilder();
    for (People.PersonKey key : keys) {
      text.append(key.person())
          .append(' ')
          .append(key.key().id())
          .append(' ')
          .append(key.key().text())
          .append(' ')
          .append(key.from())
          .append(' ')
          .append(key.until().map(Instant::toString).orElse(NEVER))
          .append('\n');
    }
    return text.toString();
  }

  /** By person and id, a space between. */
  static Map<String, Line> read(String text) throws BundleCheck.Broken {
    var keys = new HashMap<String, Line>();
    for (String line : text.lines().toList()) {
      String[] parts = line.split(" ", -1);
      Optional<VerifyingKey> key =
          parts.length == 5 ? VerifyingKey.parse(parts[2]) : Optional.empty();
      if (key.isEmpty() || !key.get().id().equals(parts[1])) {
        throw new BundleCheck.Broken(Names.PEOPLE_KEYS + ": a line that is no key");
      }
      try {
        keys.put(
            parts[0] + " " + parts[1],
            new Line(
                parts[2],
                parts[1],
                Instant.parse(parts[3]),
                parts[4].equals(NEVER) ? Optional.empty() : Optional.of(Instant.parse(parts[4]))));
      } catch (DateTimeException noTime) {
        throw new BundleCheck.Broken(Names.PEOPLE_KEYS + ": a line without a time");
      }
    }
    return keys;
  }
}
