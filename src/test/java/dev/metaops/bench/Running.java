package dev.metaops.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that runs until it is closed, with its output in a file. */
public final class Running implements AutoCloseable {
  private static final Set<String> KEPT =
      Set.of("PATH", "HOME", "XDG_CACHE_HOME", "JAVA_HOME", "METAOPS_JAVA_HOME", "LANG", "TMPDIR");
  private static final int SHOWN_LINES = 15;

  private final Process process;
  private final Path output;

  private Running(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts it with these variables beside the few of the bench's own that name no world. */
  public static Running start(
      List<String> words, Map<String, String> environment, Path directory, Path output)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().retainAll(KEPT);
    builder.environment().putAll(environment);
    return new Running(builder.start(), output);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** Resident memory of it and its children, in MB of 1,000,000 bytes. */
  public long residentMegabytes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
            .mapToLong(handle -> kilobytes(handle.pid()))
            .sum()
        * 1024
        / 1_000_000;
  }

  private static long kilobytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .sum();
    } catch (IOException gone) {
      return 0;
    }
  }

  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException unreadable) {
      return String.valueOf(unreadable.getMessage());
    }
  }

  /** The last lines of what it said. */
  public String lastWords() {
    List<String> lines = output().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }

  /** Asks it to end, and makes it when it has not within 5 s. */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }
}
