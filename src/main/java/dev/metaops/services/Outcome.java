package dev.metaops.services;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What became of one service.
 *
 * @param before its pid, where it ran
 * @param after its pid now, where it runs
 * @param sentence how, and what to do next when something is left to do
 */
public record Outcome(
    String service,
    Ending ending,
    OptionalLong before,
    OptionalLong after,
    String sentence,
    Duration took) {

  /** The ways in which it ends. */
  public enum Ending {
    RESTARTED,
    STARTED,
    STOPPED,
    /** Nothing was to be done. */
    ALREADY,
    /** Its supervisor does not know it, and so nothing was stopped. */
    ABSENT,
    /** It runs on. */
    NOT_STOPPED,
    /** A stranger holds its port; neither was touched. */
    PORT_HELD,
    /** It was started and does not show that it is ready. */
    NOT_READY,
    /** It does not run. */
    NOT_STARTED;

    public boolean isWell() {
      return switch (this) {
        case RESTARTED, STARTED, STOPPED, ALREADY -> true;
        case ABSENT, NOT_STOPPED, PORT_HELD, NOT_READY, NOT_STARTED -> false;
      };
    }

    /** Whether what depends on it can do without its being better. */
    boolean carries() {
      return switch (this) {
        case RESTARTED, STARTED, STOPPED, ALREADY, NOT_STOPPED -> true;
        case ABSENT, PORT_HELD, NOT_READY, NOT_STARTED -> false;
      };
    }

    /** As people read it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }
}
