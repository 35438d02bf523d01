package dev.metaops.postgres;

import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A directory for a server, and nothing left running in it. */
abstract class ServerOnDisk {
  static final Path CACHE = Path.of("target", "postgres-binaries").toAbsolutePath();

  final List<String> steps = Collections.synchronizedList(new ArrayList<>());
  Path data = Path.of("unset");

  @BeforeEach
  void newDirectory() throws IOException {
    Files.createDirectories(CACHE);
    data = Files.createTempDirectory(CACHE.resolveSibling("."), "embedded-").resolve("data");
  }

  @AfterEach
  void nothingIsLeftRunning() throws Exception {
    if (Files.exists(data.resolve("cluster"))) {
      // Opening as the only living user and closing stops whatever a test left behind.
      open().close();
    }
    DurableFiles.deleteTree(data.resolveSibling(".").normalize());
  }

  EmbeddedPostgres open() throws Exception {
    return EmbeddedPostgres.open(data, CACHE, SystemTicker.SYSTEM, steps::add);
  }

  static Deadline minute() {
    return Deadline.in(Duration.ofMinutes(1), SystemTicker.SYSTEM);
  }

  static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  static long rows(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM kept")) {
      row.next();
      return row.getLong(1);
    }
  }

  static boolean lives(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  /** The pid file goes a moment before the process does. */
  static boolean ends(long pid) throws Exception {
    var process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      process.get().onExit().get(5, TimeUnit.SECONDS);
    }
    return !lives(pid);
  }

  static void kill(long pid) throws Exception {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(10, TimeUnit.SECONDS);
  }
}
