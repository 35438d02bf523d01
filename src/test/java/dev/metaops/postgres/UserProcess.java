package dev.metaops.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link PostgresUser} in a JVM of its own. */
final class UserProcess {
  private final Process process;
  private final BufferedReader output;
  private final List<String> heard = new ArrayList<>();

  private UserProcess(Process process) {
    this.process = process;
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Starts one.
   *
   * @param prefix the command that starts it as somebody else; none for ourselves
   */
  static UserProcess start(List<String> prefix, String classPath, Path data, Path cache)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            PostgresUser.class.getName(),
            data.toString(),
            cache.toString()));
    return new UserProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
  }

  /** Waits for a line that begins so, and returns it. */
  String hears(String start) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      heard.add(line);
      if (line.startsWith(start)) {
        return line;
      }
    }
    throw new AssertionError("never said " + start + ": " + heard);
  }

  List<String> heard() {
    return heard;
  }

  void say(String word) throws IOException {
    process.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
