package dev.metaops.services;

import dev.metaops.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * A service under systemd, by {@code systemctl}.
 *
 * @param unit its unit
 */
record SystemdDriver(Tool tool, String unit) implements Driver {
  private static final Duration FOR_A_LOOK = Duration.ofSeconds(5);

  @Override
  public Sighting look(Deadline deadline) {
    List<String> words =
        List.of(
            "systemctl",
            "show",
            "--no-pager",
            "--property=LoadState,ActiveState,SubState,MainPID,NRestarts",
            "--",
            unit);
    return switch (tool.succeeded(words, deadline.atMost(FOR_A_LOOK))) {
      case Tool.Ran.Failed(String why) -> new Sighting.Unseen(why);
      case Tool.Ran.Ended(int _, String out, String _) -> seen(properties(out));
    };
  }

  private static Map<String, String> properties(String output) {
    return output
        .lines()
        .filter(line -> line.indexOf('=') > 0)
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.indexOf('=')),
                line -> line.substring(line.indexOf('=') + 1),
                (first, _) -> first));
  }

  private Sighting seen(Map<String, String> properties) {
    String loaded = properties.getOrDefault("LoadState", "");
    String active = properties.getOrDefault("ActiveState", "");
    String word = active + " (" + properties.getOrDefault("SubState", "?") + ")";
    if (loaded.isEmpty() || active.isEmpty()) {
      return new Sighting.Unseen("systemctl show said nothing of " + unit);
    }
    // A unit that is masked or deleted runs on until it is stopped.
    if (!loaded.equals("loaded") && active.equals("inactive")) {
      return new Sighting.Absent("systemd says of " + unit + ": " + loaded);
    }
    return switch (active) {
      case "active", "reloading", "deactivating" -> running(word, properties);
      case "activating" ->
          properties.getOrDefault("SubState", "").equals("auto-restart")
              ? new Sighting.Stopped(word, Sighting.Prospect.COMES_BACK)
              : running(word, properties);
      default -> new Sighting.Stopped(word, Sighting.Prospect.RESTS);
    };
  }

  private static Sighting running(String word, Map<String, String> properties) {
    Optional<ProcessId> main = number(properties, "MainPID").flatMap(ProcessId::of);
    return Sighting.Running.of(
        word,
        main.stream().toList(),
        number(properties, "NRestarts").map(OptionalLong::of).orElse(OptionalLong.empty()),
        "");
  }

  private static Optional<Long> number(Map<String, String> properties, String name) {
    return Optional.ofNullable(properties.get(name))
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::parseLong);
  }

  @Override
  public Done askToStop(Deadline deadline) {
    return tool.done(List.of("systemctl", "--no-ask-password", "stop", "--", unit), deadline);
  }

  /** systemd knows every process of the unit, and no other. */
  @Override
  public Done kill(List<ProcessId> living, Deadline deadline) {
    return tool.done(
        List.of("systemctl", "--no-ask-password", "kill", "--signal=SIGKILL", "--", unit),
        deadline);
  }

  @Override
  public Done start(Deadline deadline) {
    return tool.done(List.of("systemctl", "--no-ask-password", "start", "--", unit), deadline);
  }

  @Override
  public LogMark mark(Instant now, Deadline deadline) {
    return new LogMark(now, Map.of());
  }

  @Override
  public Logged since(LogMark mark, Deadline deadline) {
    return journal("--since=@" + mark.at().getEpochSecond(), "--lines=1000", deadline);
  }

  @Override
  public Logged newest(int lines, Deadline deadline) {
    return journal("--quiet", "--lines=" + lines, deadline);
  }

  private Logged journal(String which, String lines, Deadline deadline) {
    return PrintedLog.of(
        tool,
        List.of("journalctl", "--unit=" + unit, "--no-pager", "--output=short-iso", which, lines),
        deadline);
  }
}
