package dev.metaops.stories;

import dev.metaops.cli.CommandLineWords;
import dev.metaops.cli.Parsed;
import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of the page that sets metaops beside the earlier scripts.
 *
 * @param quoted what is printed; … stands for what differs from run to run
 */
record ComparedLine(String situation, String command, String verdict, String quoted) {
  private static final String PAGE = "docs/compared-with-the-scripts.md";
  private static final Pattern LINE =
      Pattern.compile(
          "^\\| ([^|]+) \\| [^|]+ \\| `([^`]+)` · \\*\\*([A-Z_]+)\\*\\* · `([^`]+)`.*\\|$");

  /** Every line of its table, the head left out. */
  static List<ComparedLine> page() throws IOException {
    return Files.readAllLines(TestChain.checkout().resolve(PAGE)).stream()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| situation "))
        .map(ComparedLine::of)
        .toList();
  }

  private static ComparedLine of(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new AssertionError(
          PAGE
              + ": "
              + line
              + " (expected: | situation | text | `command` · **VERDICT** · `quote` |)");
    }
    return new ComparedLine(parts.group(1), parts.group(2), parts.group(3), parts.group(4));
  }

  boolean isUnderstood() {
    return command.startsWith("metaops ")
        && CommandLineWords.parse(List.of(command.substring("metaops ".length()).split(" ", -1)))
            instanceof Parsed.Understood;
  }

  /** Its own command's answer about its own scenario. */
  boolean isSaidBy(Reading reading) {
    String quote =
        Arrays.stream(quoted.split("…", -1))
            .map(Pattern::quote)
            .reduce((a, b) -> a + ".*" + b)
            .orElse("");
    return reading.scenario().name().equals(situation)
        && reading.verdict().equals(verdict)
        && command.startsWith("metaops " + reading.command().split(", ", -1)[0])
        && Pattern.compile(quote, Pattern.DOTALL).matcher(reading.why()).find();
  }
}
