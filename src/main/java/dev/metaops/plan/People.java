package dev.metaops.plan;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who may stand behind plans. One person is one name, however many keys.
 *
 * @param keys of all people, retired ones included, so that what they signed can still be read
 * @param approvers who may approve what takes two people
 */
public record People(List<PersonKey> keys, Set<String> approvers) {
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

  /** The key of this id, whoever's it is. */
  Optional<PersonKey> key(String id) {
    return keys.stream().filter(key -> key.key().id().equals(id)).findFirst();
  }
}
