package dev.metaops.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A command line, started as a fresh process each time.
 *
 * @param world the variables that say what it speaks to; of the bench's own only those that say
 *     nothing about a world are kept
 */
public record Words(List<String> words, Map<String, String> world, Path directory) {
  private static final Set<String> KEPT =
      Set.of("PATH", "HOME", "XDG_CACHE_HOME", "JAVA_HOME", "METAOPS_JAVA_HOME", "LANG", "TMPDIR");

  /** How a process ended. */
  public record Ended(int exit, String output, long nanos) {}

  /** From before the start until all of the output was read and the process gone. */
  public Ended run() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().retainAll(KEPT);
    builder.environment().putAll(world);
    long start = System.nanoTime();
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    return new Ended(exit, output, System.nanoTime() - start);
  }
}
