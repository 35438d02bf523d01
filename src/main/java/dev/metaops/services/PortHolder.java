package dev.metaops.services;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which processes of this machine listen on a port, where Linux tells. */
public sealed interface PortHolder {
  /** Nobody listens there. */
  record Nobody() implements PortHolder {}

  /** These do. */
  record Processes(List<Holder> holders) implements PortHolder {
    public Processes {
      holders = List.copyOf(holders);
    }
  }

  /** Somebody does, and it is not to be told who: another user's, or another container's. */
  record Hidden() implements PortHolder {}

  /** This system tells nothing. */
  record Untold() implements PortHolder {}

  /**
   * One of them.
   *
   * @param program its name alone: its words may hold secrets
   */
  record Holder(long pid, String program) {
    /** {@code process 4711 (java)}. */
    public String text() {
      return "process " + pid + (program.isEmpty() ? "" : " (" + program + ")");
    }
  }

  static PortHolder of(int port) {
    Optional<Set<String>> sockets = Listening.sockets(port);
    if (sockets.isEmpty()) {
      return new Untold();
    }
    if (sockets.get().isEmpty()) {
      return new Nobody();
    }
    List<Holder> holders = Listening.holders(sockets.get());
    return holders.isEmpty() ? new Hidden() : new Processes(holders);
  }

  /** {@code process 4711 (java)}; empty where nobody says, or it is another user's. */
  static Optional<String> text(int port) {
    return of(port) instanceof Processes(List<Holder> holders)
        ? Optional.of(holders.getFirst().text())
        : Optional.empty();
  }

  /** What stands in {@code /proc}. */
  final class Listening {
    private static final Path PROCESSES = Path.of("/proc");
    private static final String STATE_LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int MOST_HOLDERS = 64;

    private Listening() {}

    /** Empty where there are no such tables. */
    private static Optional<Set<String>> sockets(int port) {
      Set<String> sockets = new HashSet<>();
      boolean isTold = false;
      for (String table : List.of("tcp", "tcp6")) {
        isTold |= gather(table, String.format(Locale.ROOT, ":%04X", port), sockets);
      }
      return isTold ? Optional.of(sockets) : Optional.empty();
    }

    private static boolean gather(String table, String suffix, Set<String> sockets) {
      try {
        Files.readAllLines(PROCESSES.resolve("net").resolve(table)).stream()
            .map(line -> line.strip().split("\\s+"))
            .filter(fields -> fields.length > INODE)
            .filter(fields -> fields[STATE].equals(STATE_LISTENING))
            .filter(fields -> fields[LOCAL_ADDRESS].endsWith(suffix))
            .forEach(fields -> sockets.add("socket:[" + fields[INODE] + "]"));
        return true;
      } catch (IOException elsewhere) {
        return false;
      }
    }

    /** Where any of these listens. */
    static List<Integer> portsOf(List<ProcessId> processes) {
      Set<Integer> ports = new TreeSet<>();
      for (String table : List.of("tcp", "tcp6")) {
        try {
          Files.readAllLines(PROCESSES.resolve("net").resolve(table)).stream()
              .map(line -> line.strip().split("\\s+"))
              .filter(fields -> fields.length > INODE)
              .filter(fields -> fields[STATE].equals(STATE_LISTENING))
              .filter(fields ->
                  processes.stream()
                      .anyMatch(each ->
                          holds(
                              PROCESSES.resolve(Long.toString(each.pid())),
                              Set.of("socket:[" + fields[INODE] + "]"))))
              .map(fields -> fields[LOCAL_ADDRESS])
              .forEach(address ->
                  ports.add(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16)));
        } catch (IOException elsewhere) {
          // This system tells nothing.
        }
      }
      return List.copyOf(ports);
    }

    private static List<Holder> holders(Set<String> sockets) {
      List<Holder> holders = new ArrayList<>();
      try (DirectoryStream<Path> all = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
        for (Path process : all) {
          if (holders.size() < MOST_HOLDERS && holds(process, sockets)) {
            holders.add(
                new Holder(Long.parseLong(process.getFileName().toString()), program(process)));
          }
        }
      } catch (IOException | DirectoryIteratorException hidden) {
        // Whoever it is, the port is taken.
      }
      return holders;
    }

    private static boolean holds(Path process, Set<String> sockets) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
        for (Path file : files) {
          if (isOneOf(sockets, file)) {
            return true;
          }
        }
      } catch (IOException | DirectoryIteratorException gone) {
        // It ended meanwhile, or is another user's.
      }
      return false;
    }

    private static boolean isOneOf(Set<String> sockets, Path file) throws IOException {
      try {
        return sockets.contains(Files.readSymbolicLink(file).toString());
      } catch (NoSuchFileException closed) {
        return false;
      }
    }

    private static String program(Path process) {
      try {
        String name = Files.readString(process.resolve("comm")).strip();
        return name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
      } catch (IOException gone) {
        return "";
      }
    }
  }
}
