package dev.metaops.postgres;

import dev.metaops.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs PostgreSQL's own programs. They refuse the superuser of the machine, so for root they run in
 * a user namespace of their own: same files, no privileges. (Changing to another user would fail
 * below a home directory of mode 0700.)
 */
record Programs(Path installation) {
  private static final int MOST_OUTPUT = 64 * 1024;
  private static final Executor READERS = reader -> Thread.ofVirtual().start(reader);

  /** How a program ended; the output is cut at 64 KiB. */
  record Ended(int code, String output) {}

  static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | RuntimeException notLinux) {
      return System.getProperty("user.name", "").equals("root");
    }
  }

  /** Refuses when we are root and the machine allows no user namespaces. */
  void check(Deadline deadline) throws PostgresUnavailable, IOException, InterruptedException {
    if (!isRoot()) {
      return;
    }
    String why;
    try {
      Ended ended = run(List.of("unshare", "-U", "true"), "", deadline);
      if (ended.code() == 0) {
        return;
      }
      why = ended.output().strip();
    } catch (IOException absent) {
      why = "no unshare program";
    }
    throw new PostgresUnavailable(
        "embedded PostgreSQL: it refuses to run as root, and a user namespace is not to be had here"
            + " ("
            + why
            + "). Run as another user, or set DATABASE_URL and OPS_DATABASE_URL to a PostgreSQL of"
            + " your own");
  }

  /**
   * Runs one of the programs in {@code bin}.
   *
   * @param input what it reads from its standard input
   */
  Ended postgres(String program, List<String> arguments, String input, Deadline deadline)
      throws PostgresUnavailable, IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(installation.resolve("bin").resolve(program).toString());
    command.addAll(arguments);
    return run(command, input, deadline);
  }

  private static Ended run(List<String> command, String input, Deadline deadline)
      throws PostgresUnavailable, IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    builder.environment().put("TZ", "UTC");
    Process process = builder.start();
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(() -> drain(process.getInputStream()), READERS);
    try (OutputStream standardInput = process.getOutputStream()) {
      standardInput.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException closedEarly) {
      // Its exit code and output say more than the broken pipe does.
    }
    try {
      if (!process.waitFor(deadline.remainingMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException();
      }
      return new Ended(
          process.exitValue(), output.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException late) {
      throw new PostgresUnavailable(
          "embedded PostgreSQL: "
              + command
              + " did not end in time (is the disk or the machine"
              + " stalled?)",
          late);
    } catch (ExecutionException unreadable) {
      throw new IOException(unreadable.getCause());
    } finally {
      process.destroyForcibly();
    }
  }

  private static String drain(InputStream stream) {
    try (stream) {
      byte[] kept = stream.readNBytes(MOST_OUTPUT);
      stream.skip(Long.MAX_VALUE);
      return new String(kept, StandardCharsets.UTF_8);
    } catch (IOException closed) {
      return "";
    }
  }
}
