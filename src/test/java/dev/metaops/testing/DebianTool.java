package dev.metaops.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program of a Debian package that {@code ./check} unpacked below {@code target/debian} rather
 * than installed: installing would start servers.
 */
public final class DebianTool {
  private static final Path UNPACKED = TestChain.checkout().resolve("target/debian");

  private DebianTool() {}

  /** Where it is: unpacked, or on the path. */
  public static Path of(String name) {
    return Stream.concat(
            Stream.of(UNPACKED.resolve("usr/bin")),
            Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)).map(Path::of))
        .map(directory -> directory.resolve(name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                name + " is not there (./check unpacks it below target/debian)"));
  }

  /** Its words, run where {@code /usr/share} holds what its package brings. */
  public static List<String> withItsFiles(Path tool) {
    return tool.startsWith(UNPACKED)
        ? List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount --bind '" + UNPACKED.resolve("usr/share") + "' /usr/share && exec \"$0\" \"$@\"",
            tool.toString())
        : List.of(tool.toString());
  }

  /** What it printed, with both streams; whatever its exit code. */
  public static String printed(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      return text + "exit " + exit;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopping);
    }
  }
}
