package dev.metaops.listen;

import dev.metaops.ledger.Stream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What this machine sees of the process that holds a stream's lease, or held it last. */
public sealed interface HolderSight {
  /** On another host, or signed by somebody we do not know: nothing is seen of it from here. */
  record Elsewhere() implements HolderSight {}

  /** It was of this host and has ended. */
  record Gone(long process) implements HolderSight {}

  /** It is there and may run. */
  record Running(long process) implements HolderSight {}

  /** It is there and was stopped, by SIGSTOP or a debugger: it runs no further until continued. */
  record Halted(long process) implements HolderSight {}

  /** A process of this number that began this long after the holder's last sign is another one. */
  Duration OTHER_CLOCK = Duration.ofMinutes(1);

  /** Looks at the processes of this machine. */
  static HolderSight of(Stream stream) {
    return stream
        .leaseHolder()
        .flatMap(Holder::hereAs)
        .map(process -> of(process, stream.lastSign()))
        .orElseGet(Elsewhere::new);
  }

  /**
   * The stream's holder, when it is of this host and has ended or was stopped: its lease need not
   * run out. A wrong look does no harm, such as at a host whose name another one has too: the
   * lease's epoch fences the loser, and who was stopped finds so when it is continued.
   */
  static Optional<String> ofWhomNothingComes(Stream stream) {
    return switch (of(stream)) {
      case Gone _, Halted _ -> stream.leaseHolder();
      case Elsewhere _, Running _ -> Optional.empty();
    };
  }

  private static HolderSight of(long process, Optional<Instant> lastSign) {
    Optional<ProcessHandle> found = ProcessHandle.of(process);
    boolean isAnother =
        found
            .flatMap(handle -> handle.info().startInstant())
            .filter(start -> lastSign.filter(at -> start.isAfter(at.plus(OTHER_CLOCK))).isPresent())
            .isPresent();
    if (found.isEmpty() || isAnother) {
      return new Gone(process);
    }
    return switch (state(process)) {
      case 'T', 't' -> new Halted(process);
      case 'Z', 'X' -> new Gone(process);
      default -> new Running(process);
    };
  }

  /** One letter, as Linux tells it behind the program's name; {@code ?} elsewhere. */
  private static char state(long process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
      int name = stat.lastIndexOf(") ");
      return name < 0 || stat.length() < name + 3 ? '?' : stat.charAt(name + 2);
    } catch (IOException elsewhere) {
      return '?';
    }
  }
}
