package dev.metaops.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may stand behind plans, and with which keys.
 *
 * @param keys of all people, retired ones included; no key is two people's
 * @param approvers names that have a key
 * @param breakGlassMost orders one person alone may move in an emergency, 0 to 1,000
 */
public record PeopleSection(List<NamedKey> keys, List<String> approvers, int breakGlassMost) {
  private static final int MOST_KEYS = 200;

  static final Key KEYS_OF_PEOPLE =
      Key.of(
          "people",
          "keys",
          "NAME PUBLIC-KEY FROM [UNTIL] as metaops people key prints it, no key for two names",
          "Public Ed25519 keys people sign decisions on plans with. A retired one stays, with the"
              + " day it ended.");
  static final Key APPROVERS =
      Key.of(
          "people",
          "approvers",
          "names that have a key in people.keys",
          "Who may approve what takes two people.");
  static final Key BREAK_GLASS =
      Key.of(
              "people",
              "break-glass-most",
              "a number of orders, 0 to 1000; 0 for never",
              "How many orders a plan may have that one person applies alone with --break-glass.")
          .standard("10");
  static final List<Key> KEYS = List.of(KEYS_OF_PEOPLE, APPROVERS, BREAK_GLASS);

  /**
   * One key of one person.
   *
   * @param publicKey X.509 in Base64
   * @param from counts from this moment
   * @param until and before this one; empty while in use
   */
  public record NamedKey(String person, String publicKey, Instant from, Optional<Instant> until) {
    private static final Pattern WORDS =
        Pattern.compile(
            "([a-z0-9][a-z0-9._-]{0,31})\\s+(MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=)\\s+(\\S+)"
                + "(?:\\s+(\\S+))?");

    static Optional<NamedKey> parse(String text) {
      Matcher words = WORDS.matcher(text);
      if (!words.matches()) {
        return Optional.empty();
      }
      Optional<Instant> from = moment(words.group(3));
      Optional<String> end = Optional.ofNullable(words.group(4));
      Optional<Instant> until = end.flatMap(NamedKey::moment);
      boolean isSound =
          from.isPresent()
              && until.isPresent() == end.isPresent()
              && until.filter(moment -> !moment.isAfter(from.get())).isEmpty();
      return isSound
          ? Optional.of(new NamedKey(words.group(1), words.group(2), from.get(), until))
          : Optional.empty();
    }

    /** A day begins at midnight UTC. */
    private static Optional<Instant> moment(String text) {
      try {
        return Optional.of(
            text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : Instant.parse(text));
      } catch (DateTimeException noMoment) {
        return Optional.empty();
      }
    }
  }

  static PeopleSection from(Section section) {
    Map<String, String> owners = new HashMap<>();
    List<NamedKey> keys =
        section.list(
            KEYS_OF_PEOPLE,
            MOST_KEYS,
            text -> NamedKey.parse(text).filter(key -> isNobodyElses(key, owners)));
    List<String> approvers =
        section.list(APPROVERS, MOST_KEYS, text -> Optional.of(text).filter(owners::containsValue));
    return new PeopleSection(
        List.copyOf(keys), List.copyOf(approvers), section.number(BREAK_GLASS, 0, 1000));
  }

  /** One key is one person's, once. */
  private static boolean isNobodyElses(NamedKey key, Map<String, String> owners) {
    return owners.putIfAbsent(key.publicKey(), key.person()) == null;
  }
}
