package dev.metaops.services;

import dev.metaops.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A service under pm2, which is asked by its command line. Its processes are named by the numbers
 * pm2 gave them: a name could be {@code all}, or a pattern, and stop others. Without a daemon pm2
 * would start one to have an answer: then it is not asked.
 *
 * @param home pm2's directory
 * @param listing asks it, or knows what it said to another a moment ago
 */
record Pm2Driver(Tool tool, Path home, String called, Listing listing) implements Driver {
  private static final Duration FOR_A_LOOK = Duration.ofSeconds(5);

  /** Where the list of all its processes comes from. */
  interface Listing {
    Tool.Ran of(Tool tool, Path home, Deadline deadline);
  }

  static Tool.Ran list(Tool tool, Path home, Deadline deadline) {
    return tool.succeeded(List.of("pm2", "jlist"), deadline.atMost(FOR_A_LOOK));
  }

  /** What is used of an entry; the rest holds the service's whole environment. */
  private record Entry(
      long id,
      long pid,
      String status,
      String mode,
      long restarts,
      String created,
      List<Path> logs) {
    static Entry of(JsonNode json) {
      JsonNode of = json.path("pm2_env");
      return new Entry(
          json.path("pm_id").asLong(-1),
          json.path("pid").asLong(0),
          of.path("status").asString("?"),
          of.path("exec_mode").asString(""),
          of.path("restart_time").asLong(0),
          of.path("created_at").asString(""),
          Stream.of("pm_out_log_path", "pm_err_log_path")
              .map(name -> of.path(name).asString(""))
              .filter(path -> path.startsWith("/"))
              .distinct()
              .map(Path::of)
              .toList());
    }

    /** pm2 itself takes the connections of a cluster. */
    boolean isCluster() {
      return mode.equals("cluster_mode");
    }
  }

  /** What pm2 lists under the name. */
  private sealed interface Listed {
    record Entries(ProcessId daemon, List<Entry> entries) implements Listed {}

    record Without(Sighting why) implements Listed {}
  }

  private static Pm2Driver.Listed.Without absent(String why) {
    return new Listed.Without(new Sighting.Absent(why));
  }

  private Listed listed(Deadline deadline) {
    try {
      return daemon(home)
          .map(daemon ->
              switch (listing.of(tool, home, deadline)) {
                case Tool.Ran.Failed(String why) -> new Listed.Without(new Sighting.Unseen(why));
                case Tool.Ran.Ended(int _, String out, String _) -> named(daemon, out);
              })
          .orElseGet(() ->
              absent("pm2 does not run under " + home + " (what it ran before: pm2 resurrect)"));
    } catch (IOException unread) {
      return new Listed.Without(new Sighting.Unseen(unread(home)));
    }
  }

  private Listed named(ProcessId daemon, String output) {
    try {
      List<Entry> entries = new ArrayList<>();
      for (JsonNode each : list(output)) {
        if (each.path("name").asString("").equals(called)) {
          entries.add(Entry.of(each));
        }
      }
      return entries.isEmpty()
          ? absent("pm2 knows no process called " + called + " under " + home)
          : new Listed.Entries(daemon, entries);
    } catch (JacksonException unreadable) {
      return new Listed.Without(new Sighting.Unseen("pm2 jlist printed no list"));
    }
  }

  /** Banners may stand before it. */
  static JsonNode list(String output) {
    String json =
        output
            .lines()
            .filter(line -> line.startsWith("[{") || line.equals("[]"))
            .findFirst()
            .orElse("");
    return JsonMapper.shared().readTree(json);
  }

  /**
   * Empty where none runs.
   *
   * @throws IOException when its pid file cannot be read
   */
  static Optional<ProcessId> daemon(Path home) throws IOException {
    return ProcessId.ofFile(home.resolve("pm2.pid"));
  }

  static String unread(Path home) {
    return "whether pm2 runs cannot be told: " + home.resolve("pm2.pid") + " cannot be read";
  }

  @Override
  public Sighting look(Deadline deadline) {
    return switch (listed(deadline)) {
      case Listed.Without(Sighting why) -> why;
      case Listed.Entries(ProcessId daemon, List<Entry> entries) -> seen(daemon, entries);
    };
  }

  /** Whoever else has the number by now is no child of pm2. */
  private static Optional<ProcessId> child(ProcessId daemon, long pid) {
    return ProcessId.of(pid)
        .filter(_ ->
            ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .filter(parent -> parent.pid() == daemon.pid())
                .isPresent());
  }

  private static Sighting seen(ProcessId daemon, List<Entry> entries) {
    List<ProcessId> processes =
        entries.stream().flatMap(entry -> child(daemon, entry.pid()).stream()).toList();
    String word = entries.stream().map(Entry::status).distinct().collect(Collectors.joining(", "));
    if (processes.isEmpty()) {
      boolean rests = entries.stream().allMatch(entry -> entry.status().matches("stopped|errored"));
      return new Sighting.Stopped(
          word, rests ? Sighting.Prospect.RESTS : Sighting.Prospect.COMES_BACK);
    }
    Sighting.Running running =
        Sighting.Running.of(
            word,
            processes,
            OptionalLong.of(entries.stream().mapToLong(Entry::restarts).sum()),
            entries.stream().map(Entry::created).collect(Collectors.joining(",")));
    Set<Long> doors = entries.stream().anyMatch(Entry::isCluster) ? Set.of(daemon.pid()) : Set.of();
    return new Sighting.Running(
        word, processes, running.pid(), doors, running.since(), running.restarts(), running.made());
  }

  @Override
  public Done askToStop(Deadline deadline) {
    return entries("stop", deadline, entry -> !entry.status().equals("stopped"));
  }

  @Override
  public Done start(Deadline deadline) {
    return entries("start", deadline, entry -> !entry.status().equals("online"));
  }

  private interface Which {
    boolean wants(Entry entry);
  }

  private Done entries(String verb, Deadline deadline, Which which) {
    return switch (listed(deadline)) {
      case Listed.Without(Sighting why) -> new Done.Not(why.text());
      case Listed.Entries(ProcessId _, List<Entry> entries) -> {
        List<String> words = new ArrayList<>(List.of("pm2", verb));
        entries.stream()
            .filter(which::wants)
            .forEach(entry -> words.add(Long.toString(entry.id())));
        yield words.size() == 2 ? new Done.Taken() : tool.done(words, deadline);
      }
    };
  }

  /** pm2 was told to stop it, so it does not bring it back. */
  @Override
  public Done kill(List<ProcessId> living, Deadline deadline) {
    living.forEach(ProcessTree::kill);
    return new Done.Taken();
  }

  private LogFiles logs(Deadline deadline) {
    return switch (listed(deadline)) {
      case Listed.Without _ -> new LogFiles(List.of());
      case Listed.Entries(ProcessId _, List<Entry> entries) ->
          new LogFiles(
              entries.stream().flatMap(entry -> entry.logs().stream()).distinct().toList());
    };
  }

  @Override
  public LogMark mark(Instant now, Deadline deadline) {
    return logs(deadline).mark(now);
  }

  @Override
  public Logged since(LogMark mark, Deadline deadline) {
    return new LogFiles(List.copyOf(mark.lengths().keySet())).since(mark);
  }

  @Override
  public Logged newest(int lines, Deadline deadline) {
    return switch (listed(deadline)) {
      case Listed.Without(Sighting why) -> new Logged.Unread(why.text());
      case Listed.Entries _ -> logs(deadline).newest(lines);
    };
  }
}
