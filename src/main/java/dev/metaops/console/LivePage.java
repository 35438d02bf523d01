package dev.metaops.console;

import dev.metaops.checkup.Board;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A board as its templates draw it: words, shapes and lengths, every text bounded and free of what
 * steers a screen. Pure. Public, as all it consists of, for the templates' sake.
 *
 * @param at when it was looked at: {@code 02:41:07Z}
 * @param place which environment, and what metaops does there
 * @param tone of the whole
 * @param word the same in one word
 * @param but what is ill beside a sentence that says nothing of it; empty when nothing is
 */
public record LivePage(
    String at,
    String place,
    Tone tone,
    String word,
    String sentence,
    Optional<String> but,
    String next,
    Optional<String> frozen,
    Optional<String> caveat,
    OrdersPanel orders,
    FlowPanel flow,
    HealthPanel health,
    FindingsPanel findings) {
  private static final int MOST_NAMED = 4;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  static LivePage of(Board board) {
    HealthPanel health = HealthPanel.of(board);
    FindingsPanel findings = FindingsPanel.of(board.found(), board.now());
    return new LivePage(
        time(board.at()),
        Words.line(board.environment() + " · " + board.doing()),
        Tone.of(board.gravity()),
        word(board.gravity()),
        Words.paragraph(board.sentence()),
        but(health, findings),
        Words.paragraph(board.next()),
        board.frozen().map(Words::paragraph),
        board.caveat().map(Words::paragraph),
        OrdersPanel.of(board.orders()),
        FlowPanel.of(board.flow(), board.now()),
        health,
        findings);
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }

  private static String word(Board.Gravity gravity) {
    return switch (gravity) {
      case FINE -> "FINE";
      case WARNING -> "WARNING";
      case UNKNOWN -> "UNKNOWN";
      case CRITICAL -> "CRITICAL";
    };
  }

  /** What else is not well: the sentence speaks of orders. */
  private static Optional<String> but(HealthPanel health, FindingsPanel findings) {
    Stream<String> ill =
        health.checks().stream()
            .filter(check -> check.tone() != Tone.GOOD)
            .map(check -> check.name() + " " + check.word())
            .limit(MOST_NAMED);
    Stream<String> found =
        findings.tone() == Tone.UNKNOWN
            ? Stream.of("findings UNKNOWN")
            : findings.shown().stream()
                .filter(kind -> kind.tone() != Tone.NOTE)
                .limit(1)
                .map(
                    worst -> "findings " + findings.headline() + ", the worst " + worst.severity());
    String all = Stream.concat(ill, found).collect(Collectors.joining(", "));
    return all.isEmpty() ? Optional.empty() : Optional.of("Not well: " + all);
  }
}
