package dev.metaops.api;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Which process of this machine listens on a port, where Linux tells. */
final class PortHolder {
  private static final Path PROCESSES = Path.of("/proc");
  private static final String LISTENING = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private PortHolder() {}

  /** {@code process 4711 (java)}; empty where nobody says, or it is another user's. */
  static Optional<String> of(int port) {
    return inode("tcp", port)
        .or(() -> inode("tcp6", port))
        .flatMap(PortHolder::process)
        .map(process -> "process " + process + command(process));
  }

  private static Optional<String> inode(String table, int port) {
    String suffix = String.format(Locale.ROOT, ":%04X", port);
    try {
      return Files.readAllLines(PROCESSES.resolve("net").resolve(table)).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(fields -> fields.length > INODE)
          .filter(fields -> fields[STATE].equals(LISTENING))
          .filter(fields -> fields[LOCAL_ADDRESS].endsWith(suffix))
          .map(fields -> fields[INODE])
          .findFirst();
    } catch (IOException elsewhere) {
      return Optional.empty();
    }
  }

  private static Optional<Long> process(String inode) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : all) {
        if (holds(process, "socket:[" + inode + "]")) {
          return Optional.of(Long.parseLong(process.getFileName().toString()));
        }
      }
    } catch (IOException | DirectoryIteratorException hidden) {
      // Whoever it is, the port is taken.
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, String socket) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (Files.readSymbolicLink(file).toString().equals(socket)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException gone) {
      // It ended meanwhile, or is another user's.
    }
    return false;
  }

  /** The program's name alone: its words may hold secrets. */
  private static String command(long process) {
    try {
      String name = Files.readString(PROCESSES.resolve(process + "/comm")).strip();
      return " (" + name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?") + ")";
    } catch (IOException gone) {
      return "";
    }
  }
}
