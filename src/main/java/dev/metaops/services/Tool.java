package dev.metaops.services;

import dev.metaops.config.Where;
import dev.metaops.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a supervisor's command line: without a shell, without a terminal, with the variables that
 * such programs need and none of our secrets. One that is not done in time is ended. Thread-safe.
 */
record Tool(Where where, Map<String, String> more) {
  private static final int MOST_OUTPUT = 4 << 20;
  private static final int MOST_SHOWN = 200;
  private static final Duration FOR_THE_REST = Duration.ofMillis(500);
  private static final Executor READERS = reader -> Thread.ofVirtual().name("tool").start(reader);
  private static final List<String> PASSED_ON =
      List.of(
          "PATH",
          "LANG",
          "USER",
          "XDG_RUNTIME_DIR",
          "DBUS_SESSION_BUS_ADDRESS",
          "PM2_HOME",
          "DOCKER_HOST",
          "DOCKER_CONTEXT",
          "DOCKER_CONFIG",
          "DOCKER_CERT_PATH",
          "DOCKER_TLS_VERIFY",
          "KUBECONFIG",
          "SSH_AUTH_SOCK");

  Tool {
    more = Map.copyOf(more);
  }

  Tool(Where where) {
    this(where, Map.of());
  }

  /** How it went. */
  sealed interface Ran {
    /** At most 4 MB of what it printed. */
    record Ended(int code, String out, String err) implements Ran {}

    record Failed(String why) implements Ran {}
  }

  Ran run(List<String> words, Deadline deadline) {
    String name = words.getFirst();
    Optional<Path> program = program(name);
    if (program.isEmpty()) {
      return new Ran.Failed("there is no program " + name + " here");
    }
    List<String> command = new ArrayList<>(words);
    command.set(0, program.get().toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectInput(new File("/dev/null"));
    builder.environment().clear();
    builder.environment().putAll(environment());
    try {
      return waited(name, builder.start(), deadline);
    } catch (IOException unstarted) {
      return new Ran.Failed(name + " could not be started");
    }
  }

  private static Ran waited(String name, Process process, Deadline deadline) {
    try {
      CompletableFuture<String> out = drained(process.getInputStream());
      CompletableFuture<String> err = drained(process.getErrorStream());
      if (!process.waitFor(deadline.remainingMillis(), TimeUnit.MILLISECONDS)) {
        return new Ran.Failed(name + " gave no answer in time and was ended");
      }
      long rest = FOR_THE_REST.toMillis();
      return new Ran.Ended(
          process.exitValue(),
          out.get(rest, TimeUnit.MILLISECONDS),
          err.get(rest, TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException open) {
      return new Ran.Failed(name + " ended and left its output open");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new Ran.Failed(name + " was not waited for: we are stopping");
    } finally {
      if (process.isAlive()) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }

  private static CompletableFuture<String> drained(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            byte[] kept = stream.readNBytes(MOST_OUTPUT);
            stream.skip(Long.MAX_VALUE);
            return new String(kept, StandardCharsets.UTF_8);
          } catch (IOException closed) {
            return "";
          }
        },
        READERS);
  }

  /** As {@link #run}, where only success is an answer. */
  Ran succeeded(List<String> words, Deadline deadline) {
    Ran ran = run(words, deadline);
    return ran instanceof Ran.Ended(int code, String out, String err) && code != 0
        ? new Ran.Failed(
            words.getFirst() + " ended with " + code + complaint(err.isBlank() ? out : err))
        : ran;
  }

  Done done(List<String> words, Deadline deadline) {
    return switch (succeeded(words, deadline)) {
      case Ran.Ended _ -> new Done.Taken();
      case Ran.Failed(String why) -> new Done.Not(why);
    };
  }

  /** Its last line: the ones before tell how it got there. */
  private static String complaint(String text) {
    String last =
        text.lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .reduce("", (_, line) -> line);
    String plain = last.replaceAll("\u001b\\[[0-9;]*m", "");
    return plain.isEmpty()
        ? ""
        : ": " + (plain.length() <= MOST_SHOWN ? plain : plain.substring(0, MOST_SHOWN) + "…");
  }

  /** What is passed on, and nothing else of ours. */
  Map<String, String> environment() {
    Map<String, String> passed = new LinkedHashMap<>();
    for (String name : PASSED_ON) {
      Optional.ofNullable(where.environment().get(name))
          .ifPresent(value -> passed.put(name, value));
    }
    passed.put("HOME", where.home().toString());
    passed.putAll(more);
    return passed;
  }

  /** A name is looked for on the path, anything with a slash is itself. */
  Optional<Path> program(String name) {
    try {
      if (name.contains("/")) {
        return Optional.of(where.workingDirectory().resolve(name)).filter(Tool::isProgram);
      }
      for (String directory : where.environment().getOrDefault("PATH", "").split(":", -1)) {
        Path program = Path.of(directory).resolve(name);
        if (program.isAbsolute() && isProgram(program)) {
          return Optional.of(program);
        }
      }
    } catch (InvalidPathException no) {
      // Nothing of ours is called so.
    }
    return Optional.empty();
  }

  private static boolean isProgram(Path path) {
    return Files.isExecutable(path) && !Files.isDirectory(path);
  }
}
