package dev.metaops.evidence;

import dev.metaops.audit.VerifierKey;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys somebody vouches for.
 *
 * @param people {@code NAME BASE64}; where any is given, no other of a person counts
 */
public record Keyring(List<VerifierKey> checkpoints, List<String> people) {
  public Keyring {
    checkpoints = List.copyOf(checkpoints);
    people = List.copyOf(people);
  }

  /**
   * Reads keys as they are given: of checkpoints {@code NAME+ID+BASE64}, of a person {@code NAME
   * BASE64}.
   *
   * @throws IllegalArgumentException with what was expected
   */
  public static Keyring parse(List<String> texts) {
    var checkpoints = new ArrayList<VerifierKey>();
    var people = new ArrayList<String>();
    for (String text : texts) {
      if (text.contains(" ")) {
        people.add(text);
      } else {
        checkpoints.add(VerifierKey.parse(text));
      }
    }
    return new Keyring(checkpoints, people);
  }

  boolean doubts(String person, String publicKey) {
    return !people.isEmpty() && !people.contains(person + " " + publicKey);
  }
}
