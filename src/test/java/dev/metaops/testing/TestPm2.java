package dev.metaops.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real pm2 with a directory of its own. It and all it runs end with {@link #close}, or when this
 * JVM does, however that ends.
 */
public final class TestPm2 implements AutoCloseable {
  private static final Duration MOST = Duration.ofSeconds(30);

  /** Ends the daemon and its children, by their pids, once its standard input ends. */
  private static final String KEEPER =
      """
      read _; daemon=$(cat "$0/pm2.pid"); children=$(cat /proc/$daemon/task/*/children)
      kill -9 $daemon $children
      """;

  private final Path home;
  private final Process keeper;

  private TestPm2(Path home) {
    this.home = home;
    try {
      keeper = new ProcessBuilder("sh", "-c", KEEPER, home.toString()).start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Nothing runs yet. */
  public static TestPm2 in(Path directory) throws IOException {
    return new TestPm2(Files.createDirectories(directory.resolve("pm2")));
  }

  public Path home() {
    return home;
  }

  /** Where {@code pm2} is. */
  public static Path binaries() {
    return TestChain.checkout().resolve("pm2/node_modules/.bin");
  }

  /** With {@code pm2} in front of whatever is on the path. */
  public static Map<String, String> variables(Path home) {
    return Map.of("PATH", binaries() + ":" + System.getenv("PATH"), "PM2_HOME", home.toString());
  }

  /** Types a command line of pm2's own. */
  public String types(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(binaries().resolve("pm2").toString()));
    command.addAll(List.of(words));
    Path output = home.resolve("typed.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("PM2_HOME", home.toString());
    Process pm2 = builder.start();
    if (!pm2.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)) {
      pm2.destroyForcibly();
      throw new AssertionError("pm2 " + List.of(words) + " did not end");
    }
    return Files.readString(output);
  }

  /** Its own list, by name. */
  public JsonNode listed(String name) throws IOException, InterruptedException {
    String json =
        types("jlist").lines().filter(line -> line.startsWith("[{")).findFirst().orElseThrow();
    for (JsonNode each : JsonMapper.shared().readTree(json)) {
      if (each.path("name").asString("").equals(name)) {
        return each;
      }
    }
    throw new AssertionError("pm2 lists no " + name);
  }

  @Override
  public void close() throws IOException {
    keeper.getOutputStream().close();
    keeper.onExit().orTimeout(MOST.toSeconds(), TimeUnit.SECONDS).join();
  }
}
