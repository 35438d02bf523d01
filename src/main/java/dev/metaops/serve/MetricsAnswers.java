package dev.metaops.serve;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.MetricsCommand;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.time.Ages;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code metrics}. */
public final class MetricsAnswers implements Answers<MetricsCommand> {
  /** Four lines missing: whoever writes them is gone. */
  private static final Duration STALE = Duration.ofSeconds(60);

  /** What SPEC §10 promises, and what it will be measured with. */
  private static final List<String> SUCCESS =
      List.of(
          "detection: not measured (n = 0; counted from incidents, which are not kept yet)",
          "response: not measured (n = 0; counted from pages, which are not sent yet)",
          "recovery: not measured (n = 0; counted from incidents, which are not kept yet)");

  @Override
  public Answer to(MetricsCommand command, Conversation conversation) {
    return switch (command) {
      case MetricsCommand.Show show -> shown(show, conversation);
    };
  }

  private static Answer shown(MetricsCommand.Show show, Conversation conversation) {
    Instant now = conversation.ticker().now();
    Instant from = now.minus(show.window());
    MetricsFile file = new MetricsFile(conversation.settings().environment().dataDirectory());
    try {
      List<MetricsFile.Line> lines = file.since(from);
      if (lines.isEmpty()) {
        return Answer.couldNot(
            "metrics",
            "show",
            "nothing was measured within "
                + Ages.of(show.window())
                + " (metaops serve measures; --hours looks further back)");
      }
      Instant last = lines.getLast().at();
      return Answer.of(
          last.isBefore(now.minus(STALE)) ? ExitCode.WARNING : ExitCode.FINE,
          new Screen(now, show.window(), last, SeriesDrawing.all(lines, from, now)));
    } catch (IOException unreadable) {
      return Answer.couldNot("metrics", "show", "what was measured cannot be read: " + unreadable);
    }
  }

  private record Screen(Instant at, Duration window, Instant last, List<SeriesDrawing> drawings)
      implements Picture {
    @Override
    public String shape() {
      return "metrics-show/1";
    }

    @Override
    public void drawText(Page page) {
      if (last.isBefore(at.minus(STALE))) {
        page.line(
            Ink.BAD,
            "nobody has measured for "
                + Ages.of(Duration.between(last, at))
                + ": serve is not running on this machine");
      }
      var table =
          new Table()
              .column("the last " + Ages.of(window))
              .column("now", Table.Side.RIGHT)
              .column("least", Table.Side.RIGHT)
              .column("most", Table.Side.RIGHT)
              .column("");
      for (SeriesDrawing drawing : drawings) {
        table.row(
            List.of(
                Table.Cell.of(drawing.series().words()),
                Table.Cell.of(Ink.STRONG, drawing.text(drawing.latest())),
                Table.Cell.of(Ink.FAINT, drawing.text(drawing.least())),
                Table.Cell.of(Ink.FAINT, drawing.text(drawing.most())),
                Table.Cell.of(drawing.line())));
      }
      page.table(table);
      page.blank();
      SUCCESS.forEach(line -> page.line(Ink.FAINT, line));
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", at.toString())
          .put("window_s", window.toSeconds())
          .put("last_at", last.toString());
      ArrayNode series = into.putArray("series");
      for (SeriesDrawing drawing : drawings) {
        ObjectNode one =
            series
                .addObject()
                .put("name", drawing.series().name().toLowerCase(Locale.ROOT))
                .put("unit", drawing.series().unit().name().toLowerCase(Locale.ROOT));
        ArrayNode steps = one.putArray("steps");
        for (OptionalDouble step : drawing.steps()) {
          step.ifPresentOrElse(steps::add, steps::addNull);
        }
      }
      ArrayNode success = into.putArray("success");
      SUCCESS.forEach(success::add);
    }
  }
}
