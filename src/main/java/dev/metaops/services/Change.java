package dev.metaops.services;

import java.util.Optional;

/** What happened to a service between two looks, and not by metaops. */
public sealed interface Change {
  /** Somebody restarted it, with its supervisor or by hand. */
  record Restarted(String sentence) implements Change {}

  /** Somebody stopped it. */
  record Stopped(String sentence) implements Change {}

  /** Somebody started it. */
  record Started(String sentence) implements Change {}

  /** It ended, and its supervisor brought it back. */
  record CameBack(String sentence) implements Change {}

  /** For a person; begins in lower case. */
  String sentence();

  /** Pure; empty when it is the same life. */
  static Optional<Change> between(Life before, Life after) {
    if (before.runs() && !after.runs()) {
      return Optional.of(new Stopped("was stopped, and not by metaops"));
    }
    if (!before.runs() && after.runs()) {
      return Optional.of(new Started("was started, and not by metaops"));
    }
    boolean isSame =
        before.processes().equals(after.processes()) && before.made().equals(after.made());
    if (isSame) {
      return Optional.empty();
    }
    boolean isCounted = before.restarts() >= 0 && after.restarts() > before.restarts();
    String counted =
        isCounted ? " (restarts " + before.restarts() + " → " + after.restarts() + ")" : "";
    return Optional.of(
        isCounted && before.made().equals(after.made())
            ? new CameBack("ended and was brought back by its supervisor" + counted)
            : new Restarted("was restarted by somebody else, not by metaops" + counted));
  }
}
