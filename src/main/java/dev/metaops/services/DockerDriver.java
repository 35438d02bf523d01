package dev.metaops.services;

import dev.metaops.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A service in a container, by {@code docker}. Its processes are docker's, perhaps on another
 * machine: none is signalled from here.
 *
 * @param container its name
 */
record DockerDriver(Tool tool, String container) implements Driver {
  private static final Duration FOR_A_LOOK = Duration.ofSeconds(5);
  private static final String FORMAT =
      "{{.State.Status}} {{.State.Pid}} {{.State.StartedAt}} {{.RestartCount}}";

  @Override
  public Sighting look(Deadline deadline) {
    List<String> words =
        List.of("docker", "inspect", "--type=container", "--format=" + FORMAT, "--", container);
    return switch (tool.run(words, deadline.atMost(FOR_A_LOOK))) {
      case Tool.Ran.Failed(String why) -> new Sighting.Unseen(why);
      case Tool.Ran.Ended(int code, String out, String _) when code == 0 -> seen(out.strip());
      case Tool.Ran.Ended(int _, String _, String err) ->
          err.contains("No such container")
              ? new Sighting.Absent("docker knows no container " + container)
              : new Sighting.Unseen("docker gives no answer");
    };
  }

  private static Sighting seen(String line) {
    String[] words = line.split(" ", -1);
    if (words.length != 4 || !words[1].matches("[0-9]{1,10}")) {
      return new Sighting.Unseen("docker inspect printed something else");
    }
    return switch (words[0]) {
      case "running", "paused" ->
          new Sighting.Running(
              words[0],
              List.of(),
              OptionalLong.of(Long.parseLong(words[1])),
              Set.of(),
              instant(words[2]),
              words[3].matches("[0-9]{1,10}")
                  ? OptionalLong.of(Long.parseLong(words[3]))
                  : OptionalLong.empty(),
              "");
      case "restarting" -> new Sighting.Stopped(words[0], Sighting.Prospect.COMES_BACK);
      default -> new Sighting.Stopped(words[0], Sighting.Prospect.RESTS);
    };
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException none) {
      return Optional.empty();
    }
  }

  @Override
  public Done askToStop(Deadline deadline) {
    // docker itself ends it after -t; that is not before our own deadline.
    return tool.done(List.of("docker", "stop", "-t", "3600", "--", container), deadline);
  }

  @Override
  public Done kill(List<ProcessId> living, Deadline deadline) {
    return tool.done(List.of("docker", "kill", "--", container), deadline);
  }

  @Override
  public Done start(Deadline deadline) {
    return tool.done(List.of("docker", "start", "--", container), deadline);
  }

  @Override
  public LogMark mark(Instant now, Deadline deadline) {
    return new LogMark(now, Map.of());
  }

  @Override
  public Logged since(LogMark mark, Deadline deadline) {
    return PrintedLog.of(
        tool,
        List.of("docker", "logs", "--tail=1000", "--since=" + mark.at(), "--", container),
        deadline);
  }

  @Override
  public Logged newest(int lines, Deadline deadline) {
    return PrintedLog.of(
        tool, List.of("docker", "logs", "--tail=" + lines, "--", container), deadline);
  }
}
