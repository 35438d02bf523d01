package dev.metaops.services;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** How a service is, as its supervisor and the system tell. */
public sealed interface Sighting {
  /**
   * It runs.
   *
   * @param word its supervisor's own: {@code online}
   * @param processes of this machine; empty where they are not to be told
   * @param pid to show; it may be of another machine
   * @param doors others that may hold its ports for it, such as pm2 itself in cluster mode
   * @param restarts as its supervisor counts them
   * @param made changes when somebody starts it, and not when its supervisor brings it back; empty
   *     where that is not to be told
   */
  record Running(
      String word,
      List<ProcessId> processes,
      OptionalLong pid,
      Set<Long> doors,
      Optional<Instant> since,
      OptionalLong restarts,
      String made)
      implements Sighting {
    public Running {
      processes = List.copyOf(processes);
      doors = Set.copyOf(doors);
    }

    static Running of(String word, List<ProcessId> processes, OptionalLong restarts, String made) {
      return new Running(
          word,
          processes,
          processes.stream().mapToLong(ProcessId::pid).findFirst(),
          Set.of(),
          processes.stream().findFirst().flatMap(ProcessId::since),
          restarts,
          made);
    }
  }

  /** It does not run. */
  record Stopped(String word, Prospect prospect) implements Sighting {}

  /** Its supervisor does not know it. */
  record Absent(String why) implements Sighting {}

  /** Nobody could look. */
  record Unseen(String why) implements Sighting {}

  /** What its supervisor will do about it. */
  enum Prospect {
    RESTS,
    COMES_BACK
  }

  /** Its supervisor's word, or why there is none. */
  default String text() {
    return switch (this) {
      case Running running -> running.word();
      case Stopped stopped -> stopped.word();
      case Absent(String why) -> why;
      case Unseen(String why) -> why;
    };
  }
}
