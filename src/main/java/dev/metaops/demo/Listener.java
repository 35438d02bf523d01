package dev.metaops.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code metaops serve} as a child process that can be killed and started again. One killed demo's
 * child is found by its pid file ({@link #endRemains}). Thread-safe.
 */
final class Listener implements AutoCloseable {
  private static final String PID_FILE = "listener.pid";
  private static final int SHOWN = 500;

  private final List<String> program;
  private final Path world;
  private final Path variables;
  private @Nullable Process process;

  /**
   * @param program the command line that starts metaops, before its words
   * @param world this world's directory: pid file and log
   * @param variables the world's environment file
   */
  Listener(List<String> program, Path world, Path variables) {
    this.program = List.copyOf(program);
    this.world = world;
    this.variables = variables;
  }

  /** Starts it unless it runs; does not wait until it follows. Its output goes to the log. */
  synchronized void start() {
    if (isRunning()) {
      return;
    }
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("serve", "--env-file", variables.toString()));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(world.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      // Nothing of the person's own environment may mix in.
      Map<String, String> environment = builder.environment();
      environment.keySet().retainAll(List.of("PATH", "HOME", "LANG", "TMPDIR"));
      Process started = builder.start();
      process = started;
      PrivateFiles.write(world.resolve(PID_FILE), started.pid() + "\n");
    } catch (IOException e) {
      throw new WorldFailure("the listener did not start: " + e.getMessage(), e);
    }
  }

  synchronized boolean isRunning() {
    Process started = process;
    return started != null && started.isAlive();
  }

  /** Of the process started last. */
  synchronized long pid() {
    Process started = process;
    return started == null ? 0 : started.pid();
  }

  /** How the last one ended: its exit code, 128 and the signal's number when a signal ended it. */
  synchronized Optional<Integer> ending() {
    Process started = process;
    return started == null || started.isAlive()
        ? Optional.empty()
        : Optional.of(started.exitValue());
  }

  /** SIGKILL: it gets no chance to say goodbye. Returns when it is gone. */
  synchronized void kill() {
    Process started = process;
    if (started != null) {
      started.destroyForcibly();
      Ending.isGoneInTime(started.toHandle());
    }
  }

  Path log() {
    return world.resolve("listener.log");
  }

  /** The end of its output; empty when it said nothing. */
  Optional<String> lastWords() {
    try {
      String said = Files.exists(log()) ? Files.readString(log()).strip() : "";
      return said.isEmpty()
          ? Optional.empty()
          : Optional.of(said.substring(Math.max(0, said.length() - SHOWN)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Asks it to end, waits 5 s, then kills it. Idempotent. */
  @Override
  public synchronized void close() throws IOException {
    Process started = process;
    if (started != null) {
      Ending.of(started.toHandle());
    }
    Files.deleteIfExists(world.resolve(PID_FILE));
  }

  /**
   * Ends a listener that a killed demo left running for this world; leaves alone any other program
   * that has its number by now.
   */
  static void endRemains(Path world) {
    Path file = world.resolve(PID_FILE);
    try {
      if (Files.exists(file)) {
        ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
            .filter(left -> belongsTo(left, world))
            .ifPresent(Ending::of);
        Files.deleteIfExists(file);
      }
    } catch (NumberFormatException e) {
      throw new WorldFailure(file + ": not a process id (delete the file and try again)", e);
    } catch (IOException e) {
      throw new WorldFailure(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean belongsTo(ProcessHandle left, Path world) {
    List<String> arguments = arguments(left);
    return arguments.contains("serve")
        && arguments.stream().anyMatch(word -> word.startsWith(world + "/"));
  }

  /** Java itself tells none of a command line longer than 4 KB, such as one with a class path. */
  private static List<String> arguments(ProcessHandle process) {
    return process
        .info()
        .arguments()
        .map(List::of)
        .orElseGet(() -> {
          try {
            Path told = Path.of("/proc", Long.toString(process.pid()), "cmdline");
            return List.of(Files.readString(told).split("\0", -1));
          } catch (IOException gone) {
            return List.of();
          }
        });
  }
}
