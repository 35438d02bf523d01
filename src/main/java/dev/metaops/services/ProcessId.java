package dev.metaops.services;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One life of a process: a pid is given to others once it has ended, the moment it began is not.
 *
 * @param began in the system's own unit; only equality means anything
 */
public record ProcessId(long pid, long began) {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,10})@([0-9]{1,19})");
  private static final Duration CLOCKS_AGREE = Duration.ofSeconds(2);
  private static final int STATE = 0;
  private static final int START = 19;

  /** Whoever has this pid now; empty when nobody has, or only what is left of one that ended. */
  static Optional<ProcessId> of(long pid) {
    if (pid <= 0) {
      return Optional.empty();
    }
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1);
      boolean hasEnded = fields[STATE].equals("Z") || fields[STATE].equals("X");
      return hasEnded || fields.length <= START
          ? Optional.empty()
          : Optional.of(new ProcessId(pid, Long.parseLong(fields[START])));
    } catch (IOException notLinux) {
      return Files.exists(Path.of("/proc/self/stat")) ? Optional.empty() : elsewhere(pid);
    }
  }

  /**
   * The process whose pid another program wrote into a file. Whoever has the pid is believed only
   * if it began before the file was written: after a restart of the machine the file is still there
   * and the pid is another's.
   *
   * @return empty where there is no such file, or none it can mean
   * @throws IOException when there is one and it cannot be read
   */
  static Optional<ProcessId> ofFile(Path file) throws IOException {
    try {
      String text = Files.readString(file).strip();
      if (!text.matches("[0-9]{1,9}")) {
        return Optional.empty();
      }
      Instant written = Files.getLastModifiedTime(file).toInstant().plus(CLOCKS_AGREE);
      return of(Long.parseLong(text))
          .filter(process -> process.since().filter(began -> began.isBefore(written)).isPresent());
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  private static Optional<ProcessId> elsewhere(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(process -> process.info().startInstant())
        .map(start -> new ProcessId(pid, start.toEpochMilli()));
  }

  /** Reads {@link #text}. */
  static Optional<ProcessId> parse(String text) {
    Matcher found = TEXT.matcher(text);
    return found.matches()
        ? Optional.of(new ProcessId(Long.parseLong(found.group(1)), Long.parseLong(found.group(2))))
        : Optional.empty();
  }

  String text() {
    return pid + "@" + began;
  }

  boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** When it began, by the wall clock. */
  Optional<Instant> since() {
    return ProcessHandle.of(pid).flatMap(process -> process.info().startInstant());
  }
}
