package dev.metaops.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who may stand behind plans. One person is one name, however many keys.
 *
 * @param keys of all people, retired ones included, so that what they signed can still be read
 * @param approvers who may approve what takes two people
 * @param breakGlassMost orders one person alone may move at once in an emergency; 0 for none
 */
public record People(List<PersonKey> keys, Set<String> approvers, int breakGlassMost) {
  public static final People NOBODY = new People(List.of(), Set.of());

  public People {
    keys = List.copyOf(keys);
    approvers = Set.copyOf(approvers);
  }

  /**
   * One key of one person.
   *
   * @param from signatures count from this moment
   * @param until and before this one; empty while it is in use
   */
  public record PersonKey(String person, VerifyingKey key, Instant from, Optional<Instant> until) {
    boolean holdsAt(Instant moment) {
      return !moment.isBefore(from) && until.filter(end -> !moment.isBefore(end)).isEmpty();
    }
  }

  /** Nobody breaks glass. */
  public People(List<PersonKey> keys, Set<String> approvers) {
    this(keys, approvers, 0);
  }

  /** Everybody who has a key that counts at this moment. */
  Set<String> operators(Instant moment) {
    return keys.stream()
        .filter(key -> key.holdsAt(moment))
        .map(PersonKey::person)
        .collect(Collectors.toSet());
  }

  /** The key of this id, whoever's it is. */
  Optional<PersonKey> key(String id) {
    return keys.stream().filter(key -> key.key().id().equals(id)).findFirst();
  }
}
