package dev.metaops.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code postmaster.pid} says. It outlives a postmaster that was killed, so it is a claim to
 * be checked.
 *
 * @param port 0 while the postmaster has not yet written it
 */
record PostmasterFile(long pid, int port, boolean ready) {
  static Optional<PostmasterFile> read(Path clusterDirectory) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(clusterDirectory.resolve("postmaster.pid"));
    } catch (NoSuchFileException notRunning) {
      return Optional.empty();
    }
    long pid = number(lines, 0);
    boolean ready = lines.size() > 7 && lines.get(7).strip().equals("ready");
    return pid <= 0
        ? Optional.empty()
        : Optional.of(new PostmasterFile(pid, (int) number(lines, 3), ready));
  }

  private static long number(List<String> lines, int index) {
    String text = lines.size() > index ? lines.get(index).strip() : "";
    return text.matches("\\d{1,10}") ? Long.parseLong(text) : 0;
  }

  boolean processLives() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  /**
   * Whether that process lives and is the postmaster of this directory, and not another one that
   * got its number after a crash, nor a zombie. A process whose command line we may not read gets
   * the benefit of the doubt: taking a live server for a dead one is the worse mistake.
   */
  boolean serves(Path clusterDirectory) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process ->
            commandLine(process).map(line -> isPostmaster(line, clusterDirectory)).orElse(true))
        .isPresent();
  }

  private static boolean isPostmaster(String line, Path clusterDirectory) {
    return line.contains("postgres") && line.contains(clusterDirectory.toString());
  }

  private static Optional<String> commandLine(ProcessHandle process) {
    try {
      return Optional.of(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")));
    } catch (IOException | RuntimeException notLinux) {
      return process.info().commandLine();
    }
  }
}
