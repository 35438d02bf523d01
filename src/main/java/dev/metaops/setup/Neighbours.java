package dev.metaops.setup;

import dev.metaops.config.Where;
import dev.metaops.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Processes of this machine that may be the venue's listener, as pm2 and systemd list them. Only
 * names and states are kept: pm2 prints whole environments. A supervisor that is absent, hangs or
 * refuses lists nothing.
 *
 * @param supervisor pm2 or systemd
 * @param state its own word: {@code online}, {@code running}
 */
record Neighbours(String supervisor, String name, String state) {
  private static final int MOST_OUTPUT = 4 << 20;
  private static final Executor READERS = reader -> Thread.ofVirtual().start(reader);
  private static final List<String> TELLING = List.of("listener", "escrow", "indexer");

  /** Those whose name sounds like a listener's. */
  static List<Neighbours> listeners(Where where, Deadline deadline) {
    CompletableFuture<List<Neighbours>> pm2 =
        CompletableFuture.supplyAsync(() -> pm2(where, deadline), READERS);
    CompletableFuture<List<Neighbours>> systemd =
        CompletableFuture.supplyAsync(() -> systemd(where, deadline), READERS);
    List<Neighbours> all = new ArrayList<>(pm2.join());
    all.addAll(systemd.join());
    return all.stream().filter(Neighbours::isTelling).toList();
  }

  private boolean isTelling() {
    String plain = name.toLowerCase(Locale.ROOT);
    return TELLING.stream().anyMatch(plain::contains);
  }

  /** Without a daemon pm2 would start one to have an answer: then it is not asked. */
  private static List<Neighbours> pm2(Where where, Deadline deadline) {
    Path home =
        Optional.of(where.environment().getOrDefault("PM2_HOME", ""))
            .filter(text -> !text.isBlank())
            .map(where.workingDirectory()::resolve)
            .orElseGet(() -> where.home().resolve(".pm2"));
    return lives(home.resolve("pm2.pid"))
        ? run(where, List.of("pm2", "jlist"), deadline).map(Neighbours::ofPm2).orElse(List.of())
        : List.of();
  }

  private static boolean lives(Path pidFile) {
    try {
      String text = Files.readString(pidFile).strip();
      return text.matches("[0-9]{1,9}")
          && ProcessHandle.of(Long.parseLong(text)).filter(ProcessHandle::isAlive).isPresent();
    } catch (IOException absent) {
      return false;
    }
  }

  static List<Neighbours> ofPm2(String output) {
    try {
      List<Neighbours> found = new ArrayList<>();
      String json = // banners may stand before it
          output.lines().filter(line -> line.startsWith("[{")).findFirst().orElse("[]");
      for (JsonNode each : JsonMapper.shared().readTree(json)) {
        found.add(
            new Neighbours(
                "pm2",
                each.path("name").asString("?"),
                each.path("pm2_env").path("status").asString("?")));
      }
      return found;
    } catch (JacksonException none) {
      return List.of();
    }
  }

  private static List<Neighbours> systemd(Where where, Deadline deadline) {
    return run(
            where,
            List.of(
                "systemctl",
                "list-units",
                "--type=service",
                "--no-pager",
                "--no-legend",
                "--plain"),
            deadline)
        .map(Neighbours::ofSystemd)
        .orElse(List.of());
  }

  static List<Neighbours> ofSystemd(String output) {
    return output
        .lines()
        .map(line -> line.strip().split("\\s+", 5))
        .filter(words -> words.length >= 4 && words[0].endsWith(".service"))
        .map(words -> new Neighbours("systemd", words[0], words[3]))
        .toList();
  }

  /** What it printed; empty when it is not there, failed, or was not done in time. */
  private static Optional<String> run(Where where, List<String> words, Deadline deadline) {
    Optional<Path> program = program(where, words.getFirst());
    if (program.isEmpty()) {
      return Optional.empty();
    }
    List<String> command = new ArrayList<>(words);
    command.set(0, program.get().toString());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(new File("/dev/null"));
    builder.environment().keySet().retainAll(List.of("LANG", "USER", "XDG_RUNTIME_DIR"));
    builder.environment().put("HOME", where.home().toString());
    for (String name : List.of("PATH", "PM2_HOME")) {
      Optional.ofNullable(where.environment().get(name))
          .ifPresent(value -> builder.environment().put(name, value));
    }
    try {
      Process process = builder.start();
      try {
        CompletableFuture<String> output =
            CompletableFuture.supplyAsync(() -> drain(process.getInputStream()), READERS);
        return process.waitFor(deadline.remainingMillis(), TimeUnit.MILLISECONDS)
                && process.exitValue() == 0
            ? Optional.of(output.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS))
            : Optional.empty();
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException | ExecutionException | TimeoutException unanswered) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static String drain(InputStream stream) {
    try (stream) {
      return new String(stream.readNBytes(MOST_OUTPUT), StandardCharsets.UTF_8);
    } catch (IOException closed) {
      return "";
    }
  }

  private static Optional<Path> program(Where where, String name) {
    for (String directory : where.environment().getOrDefault("PATH", "").split(":", -1)) {
      try {
        Path program = Path.of(directory).resolve(name);
        if (program.isAbsolute() && Files.isExecutable(program) && !Files.isDirectory(program)) {
          return Optional.of(program);
        }
      } catch (InvalidPathException no) {
        // A directory with such a name holds nothing for us.
      }
    }
    return Optional.empty();
  }
}
