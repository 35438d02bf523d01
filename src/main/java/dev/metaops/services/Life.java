package dev.metaops.services;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What is remembered of a service between two looks.
 *
 * @param processes which, with the moment each began; empty when it does not run
 * @param restarts as its supervisor counts them; -1 when it does not
 * @param made as {@link Sighting.Running#made}
 */
record Life(String processes, long restarts, String made) {
  private static final String NONE = "";

  /** Empty for what could not be seen, or is between two lives. */
  static Optional<Life> of(Sighting sighting) {
    return switch (sighting) {
      case Sighting.Running running ->
          Optional.of(new Life(identity(running), running.restarts().orElse(-1), running.made()));
      case Sighting.Stopped(String _, Sighting.Prospect prospect) ->
          prospect == Sighting.Prospect.RESTS
              ? Optional.of(new Life(NONE, -1, NONE))
              : Optional.empty();
      case Sighting.Absent _, Sighting.Unseen _ -> Optional.empty();
    };
  }

  private static String identity(Sighting.Running running) {
    List<ProcessId> processes = running.processes();
    return processes.isEmpty()
        ? "seen " + number(running.pid()) + running.since().map(at -> " since " + at).orElse("")
        : processes.stream().map(ProcessId::text).sorted().collect(Collectors.joining(","));
  }

  private static String number(OptionalLong pid) {
    return pid.isPresent() ? Long.toString(pid.getAsLong()) : "";
  }

  boolean runs() {
    return !processes.isEmpty();
  }
}
