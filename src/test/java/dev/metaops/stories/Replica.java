package dev.metaops.stories;

import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestVenue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One of several listeners on one orders database, each a process of its own. */
final class Replica implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServeProcess serve;
  private int heard;

  /** Which machine it is on, as far as it signs its lease. */
  enum Host {
    THIS,
    /** It cannot find its own name, and so signs another than the one that replicas here sign. */
    ANOTHER
  }

  private Replica(ServeProcess serve) {
    this.serve = serve;
  }

  /** Started and warm soon, following nothing before it {@link #begins}. */
  static Replica of(TestVenue venue, Host host, Duration lease, Path directory, int number) {
    return new Replica(
        ServeProcess.start(
            CrashingServe.class.getName(),
            List.of(
                venue.orders().url().secretText(),
                venue.chain().url(),
                venue.registry().address().text(),
                directory.toString(),
                "-",
                "1",
                Long.toString(lease.toMillis())),
            environment(host, directory),
            directory.resolve("replica-" + number + ".log")));
  }

  private static Map<String, String> environment(Host host, Path directory) {
    try {
      return switch (host) {
        case THIS -> Map.of("PATH", "/usr/bin:/bin");
        case ANOTHER ->
            Map.of(
                "PATH",
                "/usr/bin:/bin",
                "JDK_JAVA_OPTIONS",
                "-Djdk.net.hosts.file="
                    + Files.writeString(directory.resolve("hosts"), "127.0.0.1 localhost\n"));
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void begins() throws IOException {
    serve.await("it is warm", PATIENCE, () -> serve.output().contains("warm\n"));
    try (var out = serve.process().getOutputStream()) {
      out.write('\n');
    }
  }

  long pid() {
    return serve.process().pid();
  }

  /** The holder text of a lease names its process. */
  boolean signed(String holder) {
    return holder.contains("/" + pid() + "/");
  }

  /** It has seen that another one holds the lease, since what was last awaited of it. */
  void awaitWaiting() {
    awaitSaying("waits: ");
  }

  private void awaitSaying(String words) {
    serve.await(words, PATIENCE, () -> serve.output().indexOf(words, heard) >= 0);
    heard = serve.output().length();
  }

  void kill() {
    serve.process().destroyForcibly();
  }

  /** Nothing it would have said so far counts for {@link #awaitWaiting} any more. */
  void stop() throws IOException, InterruptedException {
    signal("-STOP");
    heard = serve.output().length();
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String which) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", which, Long.toString(pid())).start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("kill " + which + " " + pid() + ": " + kill.exitValue());
    }
  }

  String output() {
    return serve.output();
  }

  @Override
  public void close() {
    serve.close();
  }
}
