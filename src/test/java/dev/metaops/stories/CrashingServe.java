package dev.metaops.stories;

import dev.metaops.chain.Address;
import dev.metaops.chain.SettleOn;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.escrow.Deployment;
import dev.metaops.escrow.Escrows;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Gate;
import dev.metaops.listen.Listener;
import dev.metaops.listen.Watched;
import dev.metaops.listen.Waypoint;
import dev.metaops.rpc.Providers;
import dev.metaops.store.Database;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

/**
 * The listener in a process that kills itself the hard way: at the given pass of the given
 * waypoint. Waits for a line on standard input before it begins, so that its start is not what is
 * measured.
 */
final class CrashingServe {
  private CrashingServe() {}

  /**
   * Begins when told to.
   *
   * @param arguments database URL, node URL, contract, directory, waypoint or {@code -}, which
   *     pass; and, where it is not the usual one, how many milliseconds its lease lasts
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[3]);
    Optional<Waypoint> deadly =
        arguments[4].equals("-") ? Optional.empty() : Optional.of(Waypoint.valueOf(arguments[4]));
    Listener.Pace steady = Listener.Pace.steady(Duration.ofMillis(20));
    Listener.Pace pace =
        arguments.length < 7
            ? steady
            : new Listener.Pace(
                steady.poll(),
                Duration.ofMillis(Long.parseLong(arguments[6])),
                steady.step(),
                steady.firstPause(),
                steady.longestPause());
    Listener listener =
        new Listener(
            new Listener.Parts(
                new Watched(
                    Optional.empty(),
                    new Escrows(
                        TestVenue.profile(),
                        List.of(new Deployment(new Address(arguments[2]), 1, Optional.empty()))),
                    new SettleOn.Finalized(),
                    100),
                new Database(
                    DatabaseUrl.of(arguments[0]),
                    "serve " + ProcessHandle.current().pid(),
                    SystemTicker.SYSTEM),
                Providers.of(TestVenue.provider(arguments[1]), SystemTicker.SYSTEM),
                Gate.OPEN,
                Optional.empty(),
                new EventLog(directory, System.out::println, SystemTicker.SYSTEM),
                new Killer(deadly, Integer.parseInt(arguments[5]), directory),
                System.out::println,
                SystemTicker.SYSTEM,
                new SplittableRandom()),
            pace);
    System.out.println("warm");
    if (System.in.read() >= 0) {
      System.out.println(listener.run());
    }
  }

  /** Counts passes, and makes the fatal one the process's last. */
  private static final class Killer implements Waypoint.Observer {
    private final Optional<Waypoint> deadly;
    private final Path directory;
    private int left;

    Killer(Optional<Waypoint> deadly, int pass, Path directory) {
      this.deadly = deadly;
      this.left = pass;
      this.directory = directory;
    }

    @Override
    public void passed(Waypoint waypoint) {
      if (deadly.filter(waypoint::equals).isEmpty() || --left > 0) {
        return;
      }
      try {
        Files.writeString(
            directory.resolve("deaths"),
            waypoint + "\n",
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        new ProcessBuilder("kill", "-9", String.valueOf(ProcessHandle.current().pid())).start();
        new CountDownLatch(1).await();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
