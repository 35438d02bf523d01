package dev.metaops.console;

import dev.metaops.checkup.Board;
import dev.metaops.finding.Severity;
import dev.metaops.ledger.FindingStore;
import dev.metaops.page.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What looks wrong, the most severe first; of one kind the oldest, and how many more there are.
 *
 * @param headline how many, or that nobody knows
 * @param more kinds that are not shown
 */
public record FindingsPanel(Tone tone, String headline, List<Kind> shown, int more) {
  private static final int SHOWN = 10;

  /**
   * All that are open of one kind.
   *
   * @param sentence of the oldest
   * @param others how many there are beside it
   */
  public record Kind(
      Tone tone, String severity, String sentence, int others, String what, String since) {}

  private record Key(Severity severity, String code) {}

  static FindingsPanel of(Board.Found found, Instant now) {
    return switch (found) {
      case Board.Found.Unread(String why) ->
          new FindingsPanel(Tone.UNKNOWN, "UNKNOWN: " + Words.paragraph(why), List.of(), 0);
      case Board.Found.Read(List<FindingStore.Open> open) -> read(open, now);
    };
  }

  private static FindingsPanel read(List<FindingStore.Open> open, Instant now) {
    List<Kind> kinds =
        open.stream()
            .sorted(Comparator.comparing(FindingStore.Open::firstSeen))
            .collect(
                Collectors.groupingBy(
                    one -> new Key(one.finding().severity(), one.finding().code()),
                    () ->
                        new TreeMap<>(Comparator.comparing(Key::severity).thenComparing(Key::code)),
                    Collectors.toList()))
            .values()
            .stream()
            .map(kind -> kind(kind, now))
            .toList();
    return new FindingsPanel(
        kinds.isEmpty() ? Tone.GOOD : kinds.getFirst().tone(),
        headline(open.size()),
        kinds.stream().limit(SHOWN).toList(),
        Math.max(0, kinds.size() - SHOWN));
  }

  private static String headline(int read) {
    if (read >= Board.Found.MOST) {
      return "at least " + read + " open";
    }
    return read == 0 ? "none open" : read + " open";
  }

  private static Kind kind(List<FindingStore.Open> all, Instant now) {
    FindingStore.Open oldest = all.getFirst();
    return new Kind(
        Tone.of(oldest.finding().severity()),
        oldest.finding().severity().name(),
        Words.paragraph(oldest.finding().sentence()),
        all.size() - 1,
        Words.line(oldest.finding().code() + " · " + oldest.finding().subject()),
        Clock.since(oldest.firstSeen(), now));
  }
}
