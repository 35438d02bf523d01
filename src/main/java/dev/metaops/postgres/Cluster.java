package dev.metaops.postgres;

import dev.metaops.time.Deadline;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The server's own files, {@code cluster} below the data directory, and the programs that act on
 * them. Called under the directory's lock.
 */
record Cluster(Programs programs, Path dataDirectory) {
  static final String SUPERUSER = "metaops";
  private static final String UNFINISHED = "cluster.new-";
  private static final int MOST_REASON = 600;

  /**
   * Given on the command line, so that they hold whatever postgresql.conf or ALTER SYSTEM say.
   * Statements stay out of the log: one of them may hold a password.
   */
  private static final List<String> SETTINGS =
      List.of(
          "fsync=on",
          "full_page_writes=on",
          "synchronous_commit=on",
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "password_encryption=scram-sha-256",
          "scram_iterations=4096",
          "wal_level=logical",
          "max_slot_wal_keep_size=4GB",
          "max_wal_size=8GB",
          "track_commit_timestamp=on",
          "timezone=UTC",
          "log_timezone=UTC",
          "log_min_error_statement=panic",
          "logging_collector=on",
          "log_filename=postgres-%a.log",
          "log_rotation_age=1d",
          "log_rotation_size=0",
          "log_truncate_on_rotation=on");

  /** How a start ended. */
  sealed interface Started {
    record Running() implements Started {}

    record PortTaken() implements Started {}

    /** Another server, or what is left of one, still holds the files. */
    record StillHeld(String reason) implements Started {}

    record Failed(String reason) implements Started {}
  }

  Path directory() {
    return dataDirectory.resolve("cluster");
  }

  boolean exists() {
    return Files.exists(directory().resolve("PG_VERSION"));
  }

  Optional<PostmasterFile> postmaster() throws IOException {
    return PostmasterFile.read(directory());
  }

  /**
   * Makes the files: checksums on, SCRAM for every way in. The password has 256 random bits, so 64
   * rounds are as safe as 4,096 and spare each login 35 ms.
   */
  void create(Instance.Password password, Deadline deadline)
      throws PostgresUnavailable, IOException, InterruptedException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(dataDirectory, UNFINISHED + "*")) {
      for (Path leftover : leftovers) {
        DurableFiles.deleteTree(leftover);
      }
    }
    Path unfinished = Files.createTempDirectory(dataDirectory, UNFINISHED);
    Programs.Ended ended =
        programs.postgres(
            "initdb",
            List.of(
                "-D",
                unfinished.toString(),
                "-U",
                SUPERUSER,
                "--auth=scram-sha-256",
                "--pwfile=/dev/stdin",
                "--encoding=UTF8",
                "--locale=C",
                "--data-checksums",
                "--no-instructions",
                "-c",
                "scram_iterations=64"),
            password.value() + "\n",
            deadline);
    if (ended.code() != 0) {
      DurableFiles.deleteTree(unfinished);
      throw new PostgresUnavailable(
          "embedded PostgreSQL: no database cluster could be made in "
              + dataDirectory
              + ": "
              + lastLines(ended.output())
              + " (is the disk full, or the directory another user's?)");
    }
    Files.move(unfinished, directory(), StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.sync(dataDirectory);
  }

  /** Gives the superuser a new password without logging in; only while no server runs. */
  void replacePassword(Instance.Password password, Deadline deadline)
      throws PostgresUnavailable, IOException, InterruptedException {
    Programs.Ended ended =
        programs.postgres(
            "postgres",
            List.of(
                "--single", "-D", directory().toString(), "-c", "scram_iterations=64", "postgres"),
            "ALTER ROLE " + SUPERUSER + " PASSWORD '" + password.value() + "'\n",
            deadline);
    if (ended.code() != 0 || ended.output().contains("ERROR:")) {
      throw new PostgresUnavailable(
          "embedded PostgreSQL: instance.json in "
              + dataDirectory
              + " is gone and the password could not be replaced: "
              + lastLines(ended.output()).replace(password.value(), "‹hidden›"));
    }
  }

  Started start(int port, Deadline deadline)
      throws PostgresUnavailable, IOException, InterruptedException {
    Path firstLines = dataDirectory.resolve("start.log");
    Files.deleteIfExists(firstLines);
    long startsAt = logSize();
    List<String> options = new ArrayList<>(List.of("-p " + port));
    for (String setting : SETTINGS) {
      options.add("-c " + setting);
    }
    Programs.Ended ended =
        programs.postgres(
            "pg_ctl",
            List.of(
                "start",
                "-w",
                "-s",
                "-t",
                String.valueOf(Math.max(1, deadline.remaining().toSeconds() - 1)),
                "-D",
                directory().toString(),
                "-l",
                firstLines.toString(),
                "-o",
                String.join(" ", options)),
            "",
            deadline);
    if (ended.code() == 0) {
      return new Started.Running();
    }
    String said = read(firstLines, 0) + newestLog().map(log -> read(log, startsAt)).orElse("");
    if (said.contains("could not bind") || said.contains("could not create any TCP/IP sockets")) {
      return new Started.PortTaken();
    }
    String reason = lastLines(said.isBlank() ? ended.output() : said);
    return said.contains("already exists") || said.contains("still in use")
        ? new Started.StillHeld(reason)
        : new Started.Failed(reason);
  }

  /** Ends every session, then the server; when it does not obey, at once and without ceremony. */
  void stop(Deadline deadline) throws PostgresUnavailable, IOException, InterruptedException {
    for (String mode : List.of("fast", "immediate")) {
      Optional<PostmasterFile> running =
          postmaster().filter(postmaster -> postmaster.serves(directory()));
      if (running.isEmpty()) {
        return;
      }
      String seconds = String.valueOf(Math.max(1, deadline.remaining().toSeconds() / 2));
      programs.postgres(
          "pg_ctl",
          List.of("stop", "-w", "-s", "-t", seconds, "-m", mode, "-D", directory().toString()),
          "",
          deadline);
    }
  }

  private long logSize() throws IOException {
    Optional<Path> log = newestLog();
    return log.isPresent() ? Files.size(log.get()) : 0;
  }

  private Optional<Path> newestLog() throws IOException {
    Path logs = directory().resolve("log");
    if (!Files.isDirectory(logs)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(logs)) {
      return files.max(Comparator.comparingLong(file -> file.toFile().lastModified()));
    }
  }

  private static String read(Path log, long from) {
    try {
      String all = Files.readString(log);
      return from <= all.length() ? all.substring((int) from) : all;
    } catch (IOException unreadable) {
      return "";
    }
  }

  /** What went wrong, in the server's own words: its fatal lines if any, else the end. */
  private static String lastLines(String said) {
    List<String> lines = said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    List<String> fatal =
        lines.stream()
            .filter(line -> line.matches(".*(FATAL|PANIC|error|DETAIL|HINT):.*"))
            .filter(line -> !line.contains("Future log output"))
            .toList();
    List<String> telling = fatal.isEmpty() ? lines : fatal;
    String joined =
        String.join("; ", telling.subList(Math.max(0, telling.size() - 3), telling.size()));
    return joined.length() > MOST_REASON ? joined.substring(0, MOST_REASON) + "…" : joined;
  }
}
