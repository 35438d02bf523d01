package dev.metaops.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents say is what the code does, as far as a test can tell. */
class DocumentsTest {
  private static final Path ROOT = TestChain.checkout();
  private static final Pattern SHAPE = Pattern.compile("\"([a-z]+(?:-[a-z]+)*/\\d+)\"");
  private static final Pattern LINK = Pattern.compile("]\\((?!https?://)([^)#]+)\\)");
  private static final Pattern INVARIANT_TEST = Pattern.compile("`([A-Z]\\w+Test)(?:\\.(\\w+))?`");

  @Test
  void everyJsonShapeIsDocumented() throws IOException {
    var shapes = new TreeSet<String>();
    try (Stream<Path> sources = Files.walk(ROOT.resolve("src/main/java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        SHAPE
            .matcher(Files.readString(source))
            .results()
            .forEach(found -> shapes.add(found.group(1)));
      }
    }
    assertThat(shapes).isNotEmpty();
    String documented = Files.readString(ROOT.resolve("docs/json.md"));
    assertThat(shapes).allSatisfy(shape -> assertThat(documented).contains("`" + shape + "`"));
  }

  @Test
  void everyLinkBetweenDocumentsLeadsSomewhere() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> below = Files.walk(ROOT.resolve("docs"))) {
      Stream<Path> documents = Stream.concat(top, below);
      for (Path document : documents.filter(file -> file.toString().endsWith(".md")).toList()) {
        for (MatchResult link : LINK.matcher(Files.readString(document)).results().toList()) {
          assertThat(document.resolveSibling(link.group(1)))
              .as("%s in %s", link.group(1), document)
              .exists();
        }
      }
    }
  }

  @Test
  void everyInvariantNamesATestThatIsThere() throws IOException {
    String architecture = Files.readString(ROOT.resolve("ARCHITECTURE.md"));
    var invariants =
        Pattern.compile("\n\n")
            .splitAsStream(architecture)
            .filter(paragraph -> paragraph.startsWith("**Invariant:**"))
            .toList();
    assertThat(invariants).isNotEmpty();
    for (String invariant : invariants) {
      namesTestsThatAreThere(invariant);
    }
  }

  @Test
  void eachOfTheTenFailuresIsShownByTestsThatAreThere() throws IOException {
    var rows =
        Files.readString(ROOT.resolve("docs/ten-failures.md"))
            .lines()
            .filter(line -> line.matches("\\| \\d.*"))
            .toList();
    assertThat(rows).hasSize(10);
    for (int number = 1; number <= rows.size(); number++) {
      assertThat(rows.get(number - 1)).startsWith("| " + number + " |");
      namesTestsThatAreThere(rows.get(number - 1));
    }
  }

  private static void namesTestsThatAreThere(String paragraph) throws IOException {
    var named = INVARIANT_TEST.matcher(paragraph).results().toList();
    assertThat(named).as("tests named by: %s", paragraph).isNotEmpty();
    for (MatchResult test : named) {
      String source = Files.readString(sourceOf(test.group(1)));
      if (test.group(2) != null) {
        assertThat(source)
            .as("%s of %s", test.group(2), test.group(1))
            .contains(" " + test.group(2) + "(");
      }
    }
  }

  private static Path sourceOf(String test) throws IOException {
    try (Stream<Path> sources = Files.walk(ROOT.resolve("src/test/java"))) {
      return sources
          .filter(file -> file.endsWith(test + ".java"))
          .findFirst()
          .orElseThrow(() -> new AssertionError(test + ": named in a document, not there"));
    }
  }
}
