package dev.metaops.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PageTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    Table table =
        new Table()
            .column("order")
            .column("amount", Table.Side.RIGHT)
            .column("next")
            .row("ord_1", "2.31 ETH", "")
            .row("ord_100", "10 ETH", "wait");
    assertThat(new Page(Page.Colour.NONE).table(table).text())
        .isEqualTo(
            """
            order      amount  next
            ord_1    2.31 ETH
            ord_100    10 ETH  wait
            """);
  }

  @Test
  void coloursAreUsedOnlyWhereTheyAreSeen() {
    Table table = new Table().column("").row(List.of(Table.Cell.of(Ink.BAD, "dead")));
    assertThat(new Page(Page.Colour.NONE).table(table).text()).isEqualTo("dead\n");
    assertThat(new Page(Page.Colour.ANSI).table(table).text())
        .isEqualTo("\u001b[31mdead\u001b[0m\n");
  }

  @Test
  void aValueCannotSteerTheTerminal() {
    assertThat(new Page(Page.Colour.NONE).line("a\u001b[2Jb\nc").text()).isEqualTo("a?[2Jb?c\n");
  }

  @Test
  void controlsBeyondAsciiAndTurnedTextDoNotEither() {
    assertThat(new Page(Page.Colour.NONE).line("a\u009b2Jb\u202ec\u2028d\ud800e é…✓").text())
        .isEqualTo("a?2Jb?c?d?e é…✓\n");
    assertThat(Page.printableLines("one\u001b[2J\ntwo\u0000")).isEqualTo("one?[2J\ntwo?");
  }

  @Test
  void jsonSaysTheSameWithoutSteering() {
    String json = "{\"id\": \"a\u009b2J\u202e\u007f é\"}\n";
    assertThat(Page.printableJson(json)).isEqualTo("{\"id\": \"a\\u009b2J\\u202e\\u007f é\"}\n");
    assertThat(JsonMapper.shared().readTree(Page.printableJson(json)))
        .isEqualTo(JsonMapper.shared().readTree(json));
  }
}
