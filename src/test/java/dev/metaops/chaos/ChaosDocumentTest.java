package dev.metaops.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ChaosDocumentTest {
  private static final Path PAGE = Path.of("docs/chaos.md");

  @Test
  void thePageListsExactlyTheseFaults() throws IOException {
    if (System.getenv("METAOPS_WRITE_DOCS") != null) {
      String text = Files.readString(PAGE);
      int table = text.indexOf("| fault |");
      Files.writeString(PAGE, (table < 0 ? text : text.substring(0, table)) + table());
    }
    assertThat(PAGE).content().endsWith(table());
  }

  private static String table() {
    StringBuilder table = new StringBuilder("| fault | of | what the node does |\n|---|---|---|\n");
    for (Kind kind : Kinds.ALL) {
      String number = kind.measure() == Kind.Measure.NOTHING ? "" : "=N";
      String subject =
          switch (kind.subject()) {
            case BLOCK -> "block";
            case LOG -> "log";
            case ANSWER -> "answer";
          };
      table.append(
          "| `" + kind.word() + number + "` | " + subject + " | " + kind.sentence() + " |\n");
    }
    return table.toString();
  }
}
