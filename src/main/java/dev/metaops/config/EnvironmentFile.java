package dev.metaops.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of {@code NAME=value} lines, as venues keep beside their scripts: {@code export} in front,
 * quotes around and comments are allowed; names metaops does not know are left alone.
 */
public final class EnvironmentFile {
  private EnvironmentFile() {}

  /** An unreadable file or line is a problem. */
  public static Map<String, String> read(Path path, Problems problems) {
    Map<String, String> variables = new LinkedHashMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(path);
    } catch (IOException _) {
      problems.add(
          new Problem(
              "--env-file",
              path.toString(),
              "expected: a file of NAME=value lines that can be read",
              new Origin.BuiltIn()));
      return variables;
    }
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String pair = line.startsWith("export ") ? line.substring(7).strip() : line;
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).matches("[A-Za-z_][A-Za-z0-9_]*")) {
        variables.put(pair.substring(0, equals), unquoted(pair.substring(equals + 1).strip()));
      } else {
        problems.add(
            new Problem(
                "a line",
                "",
                "expected: NAME=value",
                new Origin.InFile(path, Optional.of(number))));
      }
    }
    return variables;
  }

  private static String unquoted(String text) {
    if (text.length() >= 2 && (text.charAt(0) == '"' || text.charAt(0) == '\'')) {
      int end = text.indexOf(text.charAt(0), 1);
      return end > 0 ? text.substring(1, end) : text;
    }
    int comment = text.indexOf(" #");
    return comment < 0 ? text : text.substring(0, comment).strip();
  }
}
