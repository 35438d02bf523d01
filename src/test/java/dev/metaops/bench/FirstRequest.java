package dev.metaops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The moment at which somebody who was not there before connects to a port of this machine, as the
 * kernel's table of connections shows it: no proxy stands between a measured process and its node.
 * Linux only. This process must open no connection of its own to the port meanwhile.
 */
final class FirstRequest {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

  private final String port;
  private final Set<String> before;

  private FirstRequest(String port, Set<String> before) {
    this.port = port;
    this.before = before;
  }

  static FirstRequest watch(int port) throws IOException {
    String hex = String.format(Locale.ROOT, ":%04X", port);
    return new FirstRequest(hex, connected(hex));
  }

  /** Looks a thousand times a second. */
  Instant await(Running process) throws IOException, InterruptedException {
    while (process.isAlive()) {
      Set<String> now = connected(port);
      now.removeAll(before);
      if (!now.isEmpty()) {
        return Instant.now();
      }
      Thread.sleep(1);
    }
    throw new IllegalStateException("it ended before its first request:\n" + process.lastWords());
  }

  /** The near ends of connections to the port. */
  private static Set<String> connected(String port) throws IOException {
    Set<String> found = new HashSet<>();
    for (Path table : TABLES) {
      for (String line : Files.readAllLines(table)) {
        String[] columns = line.strip().split("\\s+", -1);
        if (columns.length > 3 && columns[2].endsWith(port)) {
          found.add(columns[1]);
        }
      }
    }
    return found;
  }
}
