package dev.metaops.console;

import dev.metaops.checkup.Board;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The open orders: how many, and how many of each verdict, the worst first.
 *
 * @param tone of the worst verdict
 * @param headline how many are open, or that nobody knows
 * @param basis by what they were judged
 */
public record OrdersPanel(Tone tone, String headline, List<Chip> verdicts, String basis) {
  /** One verdict. */
  public record Chip(Tone tone, String count, String name) {}

  static OrdersPanel of(Board.Orders orders) {
    return switch (orders) {
      case Board.Orders.Read read ->
          new OrdersPanel(
              read.verdicts().keySet().stream()
                  .map(Tone::of)
                  .max(Comparator.naturalOrder())
                  .orElse(Tone.NOTE),
              read.open() == 0
                  ? "no order is open"
                  : read.open()
                      + (read.open() == 1 ? " order open, " : " orders open, ")
                      + Words.line(read.inEscrow())
                      + " in escrow",
              read.verdicts().entrySet().stream()
                  .map(verdict ->
                      new Chip(
                          Tone.of(verdict.getKey()),
                          Long.toString(verdict.getValue()),
                          verdict.getKey().name().replace('_', ' ').toLowerCase(Locale.ROOT)))
                  .sorted(Comparator.comparing(Chip::tone).reversed())
                  .toList(),
              Words.paragraph(read.basis()));
      case Board.Orders.Unread(String why) ->
          new OrdersPanel(Tone.UNKNOWN, "UNKNOWN", List.of(), Words.paragraph(why));
    };
  }
}
