package dev.metaops.postgres;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One user's hold on the PostgreSQL server of a data directory. Whoever opens first starts it, the
 * last to close stops it; a user that is killed leaves it running for the next. Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  /** Enough for the recovery of 8 GB of write-ahead log on a slow disk. */
  private static final Duration MOST_FOR_OPENING = Duration.ofMinutes(5);

  private static final Duration MOST_FOR_CLOSING = Duration.ofSeconds(30);
  private static final Duration MOST_FOR_LOGIN = Duration.ofSeconds(5);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
  private static final int MOST_STARTS = 20;

  private final Cluster cluster;
  private final Ticker ticker;
  private final Instance instance;
  private final Path lease;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedPostgres(Cluster cluster, Ticker ticker, Instance instance, Path lease) {
    this.cluster = cluster;
    this.ticker = ticker;
    this.instance = instance;
    this.lease = lease;
  }

  /**
   * Opens with the programs unpacked in {@code .cache/metaops} of the user's home, shared by all
   * data directories; beside the data directory for a user without a home.
   *
   * @see #open(Path, Path, Ticker, Consumer)
   */
  public static EmbeddedPostgres open(Path dataDirectory, Ticker ticker, Consumer<String> progress)
      throws PostgresUnavailable, InterruptedException {
    Path home = Path.of(System.getProperty("user.home", "/nonexistent"));
    Path cache =
        Files.isWritable(home)
            ? home.resolve(".cache").resolve("metaops")
            : dataDirectory.toAbsolutePath().resolveSibling("postgres-binaries");
    return open(dataDirectory, cache, ticker, progress);
  }

  /**
   * Joins the server of this directory, starting it if none runs and making its files if there are
   * none. Ends within five minutes, all but crash recovery within seconds.
   *
   * @param dataDirectory made if absent, mode 0700
   * @param cache where the server's programs are, or will be, unpacked
   * @param progress hears a short phrase before each step that takes time
   */
  public static EmbeddedPostgres open(
      Path dataDirectory, Path cache, Ticker ticker, Consumer<String> progress)
      throws PostgresUnavailable, InterruptedException {
    Deadline deadline = Deadline.in(MOST_FOR_OPENING, ticker);
    try {
      DurableFiles.createPrivateDirectory(dataDirectory);
      Path directory = dataDirectory.toRealPath();
      Programs programs = new Programs(Binaries.unpacked(cache, ticker, deadline, progress));
      programs.check(deadline);
      Cluster cluster = new Cluster(programs, directory);
      try (DirectoryLock _ =
          DirectoryLock.take(directory.resolve("instance.lock"), deadline, ticker)) {
        Instance instance = new Opening(cluster, ticker, deadline, progress).instance();
        Path lease = leases(directory).join();
        return new EmbeddedPostgres(cluster, ticker, instance, lease);
      }
    } catch (IOException failed) {
      throw new PostgresUnavailable(
          "embedded PostgreSQL: "
              + dataDirectory
              + " cannot be used: "
              + failed
              + " (is it another user's, or the disk full?)",
          failed);
    }
  }

  /**
   * How to reach the server of this directory if one runs. Starts nothing, holds nothing, asks
   * nothing of the server: for commands that only read.
   *
   * @throws PostgresUnavailable when instance.json is not ours to read
   */
  public static Optional<Instance> find(Path dataDirectory) throws PostgresUnavailable {
    try {
      Optional<Instance> written = instanceFile(dataDirectory).read();
      if (written.isEmpty()) {
        return Optional.empty();
      }
      Path cluster = dataDirectory.toRealPath().resolve("cluster");
      return PostmasterFile.read(cluster)
          .filter(postmaster -> postmaster.ready() && postmaster.serves(cluster))
          .map(postmaster -> reachedBy(postmaster, written.get()));
    } catch (IOException unreadable) {
      throw new PostgresUnavailable(
          "embedded PostgreSQL: "
              + dataDirectory
              + " cannot be read: "
              + unreadable
              + " (run as the user that started it)",
          unreadable);
    }
  }

  public Instance instance() {
    return instance;
  }

  /**
   * Idempotent, also when two do it at once.
   *
   * @param name lower-case letters, digits and underscores, at most 63
   */
  public void createDatabaseIfAbsent(String name) throws PostgresUnavailable {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException(
          "name: " + name + " (expected: lower-case letters, digits and _, at most 63)");
    }
    try (Connection connection = login(instance, MOST_FOR_CLOSING);
        PreparedStatement asked =
            connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?");
        Statement statement = connection.createStatement()) {
      asked.setString(1, name);
      try (ResultSet found = asked.executeQuery()) {
        if (!found.next()) {
          statement.execute("CREATE DATABASE " + name);
        }
      }
    } catch (SQLException refused) {
      // Two at once: 42P04 duplicate_database, or 23505 from the catalogue's own index.
      String state = String.valueOf(refused.getSQLState());
      if (!state.equals("42P04") && !state.equals("23505")) {
        throw new PostgresUnavailable(
            "embedded PostgreSQL: database " + name + " not created: " + refused.getMessage(),
            refused);
      }
    }
  }

  /**
   * Leaves; stops the server if nobody else uses it. Idempotent. A thread that was interrupted
   * before closes all the same; one interrupted meanwhile leaves the server to whoever comes next.
   */
  @Override
  public void close() throws PostgresUnavailable {
    if (closed.getAndSet(true)) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    Path directory = cluster.dataDirectory();
    try {
      leave(directory, Deadline.in(MOST_FOR_CLOSING, ticker));
    } catch (IOException failed) {
      throw new PostgresUnavailable(
          "embedded PostgreSQL: the server of " + directory + " was not stopped: " + failed,
          failed);
    } catch (InterruptedException during) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void leave(Path directory, Deadline deadline)
      throws PostgresUnavailable, IOException, InterruptedException {
    Leases leases = leases(directory);
    leases.leave(lease);
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryLock _ =
        DirectoryLock.take(directory.resolve("instance.lock"), deadline, ticker)) {
      if (leases.living() == 0) {
        cluster.stop(deadline);
      }
    }
  }

  private static Leases leases(Path directory) {
    return new Leases(directory.resolve("users"));
  }

  private static InstanceFile instanceFile(Path directory) {
    return new InstanceFile(directory.resolve("instance.json"));
  }

  private static Instance reachedBy(PostmasterFile postmaster, Instance written) {
    return new Instance(
        HOST, postmaster.port(), written.user(), written.password(), postmaster.pid());
  }

  private static Connection login(Instance instance, Duration most) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", instance.user());
    properties.setProperty("password", instance.password().value());
    properties.setProperty("ApplicationName", "metaops");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    String seconds = String.valueOf(Math.max(1, most.toSeconds()));
    properties.setProperty("loginTimeout", seconds);
    properties.setProperty("connectTimeout", seconds);
    properties.setProperty("socketTimeout", seconds);
    return DriverManager.getConnection(instance.jdbcUrl("postgres"), properties);
  }

  /** One attempt to have a server that answers, under the directory's lock. */
  private record Opening(
      Cluster cluster, Ticker ticker, Deadline deadline, Consumer<String> progress) {

    Instance instance() throws PostgresUnavailable, IOException, InterruptedException {
      long start = ticker.nanos();
      Instance written = credentials();
      int port = written.port();
      String lastReason = "";
      for (int starts = 0; starts < MOST_STARTS && !deadline.hasPassed(); starts++) {
        Optional<Instance> adopted = adopted(written);
        if (adopted.isPresent()) {
          if (starts > 0) {
            Duration took = Duration.ofNanos(ticker.nanos() - start);
            progress.accept("PostgreSQL is up after " + took.toMillis() + " ms");
          }
          return adopted.get();
        }
        // The former port first: who lost the server to a kill finds it there again.
        port = isFree(port) ? port : freePort();
        progress.accept("starting PostgreSQL");
        switch (cluster.start(port, deadline)) {
          case Cluster.Started.Running() -> {}
          case Cluster.Started.PortTaken() -> port = 0;
          case Cluster.Started.StillHeld(String reason) -> {
            lastReason = reason;
            ticker.rest(Duration.ofMillis(250));
          }
          case Cluster.Started.Failed(String reason) -> throw notStarted(reason);
        }
      }
      throw notStarted(lastReason.isEmpty() ? "every port tried was taken" : lastReason);
    }

    /** Makes the files and the password if they are not there. */
    private Instance credentials() throws PostgresUnavailable, IOException, InterruptedException {
      InstanceFile file = instanceFile(cluster.dataDirectory());
      Optional<Instance> written = file.read();
      if (written.isPresent() && cluster.exists()) {
        return written.get();
      }
      Instance fresh = new Instance(HOST, 0, Cluster.SUPERUSER, newPassword(), 0);
      if (!cluster.exists()) {
        progress.accept("creating the database cluster in " + cluster.dataDirectory());
        // Written first: a cluster whose password nobody has is worth nothing.
        file.write(fresh);
        cluster.create(fresh.password(), deadline);
        return fresh;
      }
      progress.accept("instance.json is gone: replacing the server's password");
      if (servedBy().isPresent()) {
        if (leases(cluster.dataDirectory()).living() > 0) {
          throw new PostgresUnavailable(
              "embedded PostgreSQL: instance.json in "
                  + cluster.dataDirectory()
                  + " is gone while others use the server (end them, then try again)");
        }
        cluster.stop(deadline.atMost(MOST_FOR_CLOSING));
      }
      cluster.replacePassword(fresh.password(), deadline);
      file.write(fresh);
      return fresh;
    }

    /** The running server once it answers a login; empty when none runs. */
    private Optional<Instance> adopted(Instance written)
        throws PostgresUnavailable, IOException, InterruptedException {
      Deadline silence = deadline.atMost(Duration.ofSeconds(60));
      String lastReason = "it is not ready";
      while (true) {
        Optional<PostmasterFile> running = servedBy();
        if (running.isEmpty()) {
          return Optional.empty();
        }
        if (running.get().ready()) {
          Instance found = reachedBy(running.get(), written);
          try (Connection _ = login(found, MOST_FOR_LOGIN)) {
            if (!found.equals(written)) {
              instanceFile(cluster.dataDirectory()).write(found);
            }
            return Optional.of(found);
          } catch (SQLException refused) {
            lastReason = String.valueOf(refused.getMessage());
            if (String.valueOf(refused.getSQLState()).startsWith("28")) {
              throw notAdopted(running.get(), lastReason);
            }
          }
        }
        if (silence.hasPassed()) {
          throw notAdopted(running.get(), lastReason);
        }
        ticker.rest(BETWEEN_LOOKS);
      }
    }

    /** The live postmaster of this directory; a dead one's claim on it is removed. */
    private Optional<PostmasterFile> servedBy() throws IOException {
      Optional<PostmasterFile> claim = cluster.postmaster();
      if (claim.isEmpty()) {
        return claim;
      }
      PostmasterFile postmaster = claim.get();
      if (postmaster.serves(cluster.directory())) {
        return claim;
      }
      if (postmaster.processLives()) {
        // Another process has the number since a crash; PostgreSQL would believe the file.
        Files.deleteIfExists(cluster.directory().resolve("postmaster.pid"));
      }
      return Optional.empty();
    }

    private PostgresUnavailable notAdopted(PostmasterFile postmaster, String reason) {
      return new PostgresUnavailable(
          String.format(
              Locale.ROOT,
              "embedded PostgreSQL: the server of %s runs (process %d, port %d) and does not let us"
                  + " in: %s (end that process, then try again)",
              cluster.dataDirectory(),
              postmaster.pid(),
              postmaster.port(),
              reason));
    }

    private PostgresUnavailable notStarted(String reason) {
      return new PostgresUnavailable(
          "embedded PostgreSQL: the server of "
              + cluster.dataDirectory()
              + " did not start: "
              + reason
              + " (its log: "
              + cluster.directory().resolve("log")
              + ")");
    }

    private static Instance.Password newPassword() {
      byte[] bits = new byte[32];
      new SecureRandom().nextBytes(bits);
      return new Instance.Password(HexFormat.of().formatHex(bits));
    }

    private static boolean isFree(int port) {
      if (port == 0) {
        return false;
      }
      try (ServerSocket probe = new ServerSocket()) {
        probe.bind(new InetSocketAddress(loopback(), port));
        return true;
      } catch (IOException taken) {
        return false;
      }
    }

    private static int freePort() throws IOException {
      try (ServerSocket probe = new ServerSocket(0, 1, loopback())) {
        return probe.getLocalPort();
      }
    }

    /** Not the system's idea of loopback, which may be IPv6. */
    private static InetAddress loopback() throws IOException {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
  }
}
