package dev.metaops.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The demo's own directory under the data directory, held by one demo at a time: the database
 * server all worlds share, one directory a world, and the file that says how to reach the newest.
 */
final class Grounds implements AutoCloseable {
  private static final String WORLD = "world-";
  private static final DateTimeFormatter RUN =
      DateTimeFormatter.ofPattern("MMdd_HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path directory;
  private final FileChannel lock;

  private Grounds(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Takes the directory, making it when missing. A demo that was killed holds nothing.
   *
   * @throws WorldFailure when a living demo has it
   */
  static Grounds take(Path dataDirectory) {
    Path directory = dataDirectory.toAbsolutePath().resolve("demo");
    try {
      PrivateFiles.createDirectory(directory);
      Path file = directory.resolve("demo.lock");
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!isTaken(channel)) {
        String holder = Files.readString(file).strip();
        channel.close();
        throw new WorldFailure(
            "a demo is running already (process "
                + holder
                + "): use it from here with --demo, or end it there with Ctrl-C, or give this one"
                + " its own place with METAOPS_DATA_DIR");
      }
      channel.truncate(0);
      String holder = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.US_ASCII)));
      return new Grounds(directory, channel);
    } catch (IOException e) {
      throw new WorldFailure(
          directory + " cannot be used: " + e + " (set METAOPS_DATA_DIR to one that can)", e);
    }
  }

  private static boolean isTaken(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The server's data directory, kept from run to run. */
  Path postgres() {
    return directory.resolve("postgres");
  }

  Path variables() {
    return directory.resolve("world.env");
  }

  /** The directory of a new world; its name without {@code world-} is the run's name. */
  Path newWorld(Instant now) {
    try {
      Path world = directory.resolve(WORLD + RUN.format(now));
      PrivateFiles.createDirectory(world);
      return world;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String run(Path world) {
    return String.valueOf(world.getFileName()).substring(WORLD.length());
  }

  /** Worlds whose demo ended without taking them down. */
  List<Path> remains() {
    var worlds = new ArrayList<Path>();
    try (var found = Files.newDirectoryStream(directory, WORLD + "*")) {
      found.forEach(worlds::add);
      return worlds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on {@code --demo} means the world with these variables. */
  void announce(List<String> variables) {
    try {
      PrivateFiles.write(variables(), String.join("\n", variables) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on there is no world to speak to. */
  void withdraw() {
    try {
      Files.deleteIfExists(variables());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
