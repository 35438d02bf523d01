package dev.metaops.main;

import dev.metaops.command.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody at a prompt: types command lines, reads what they say and how they end. */
public final class Operator {
  /** What a command said, and its exit code. */
  public record Said(ExitCode exit, String out, String err) {
    public JsonNode json() {
      return JsonMapper.shared().readTree(out);
    }

    /** Both streams, for assertions that only want to find something. */
    public String all() {
      return out + err;
    }
  }

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();

  /** In this working directory, with these variables and no others. */
  public Operator(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment.putAll(environment);
    this.environment.putIfAbsent("METAOPS_DATA_DIR", directory.resolve("data").toString());
  }

  /** Writes {@code metaops.toml} into the working directory. */
  public Operator configured(String toml) throws IOException {
    Files.writeString(directory.resolve("metaops.toml"), toml);
    return this;
  }

  /** Types a line; single quotes keep words together. */
  public Said types(String line) {
    return types(line, new ByteArrayOutputStream());
  }

  /**
   * Types a line that goes on for a while.
   *
   * @param out holds what it said so far
   */
  public Said types(String line, ByteArrayOutputStream out) {
    List<String> words =
        java.util.regex.Pattern.compile("'([^']*)'|(\\S+)")
            .matcher(line)
            .results()
            .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
            .toList();
    var err = new ByteArrayOutputStream();
    ExitCode exit =
        Main.run(
            words,
            new Surroundings(
                environment,
                directory,
                directory.resolve("home"),
                Set.of(),
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)));
    return new Said(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
