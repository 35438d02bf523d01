package dev.metaops.stories;

import dev.metaops.order.Verdict.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** Which verdict was right, and which was said. */
record ConfusionMatrix(List<Reading> readings) {
  ConfusionMatrix {
    readings = List.copyOf(readings);
  }

  List<Reading> wrong() {
    return readings.stream()
        .filter(reading -> !reading.verdict().equals(reading.scenario().expected().name()))
        .toList();
  }

  /** A row for each verdict that was right, a column for each that was said. */
  String text() {
    List<String> columns = new ArrayList<>(Arrays.stream(Code.values()).map(Code::name).toList());
    var others = new TreeSet<>(readings.stream().map(Reading::verdict).toList());
    columns.forEach(others::remove);
    columns.addAll(others);
    var text = new StringBuilder(cell("right \\ said", 13)).append(" ways");
    columns.forEach(column -> text.append(cell(column, column.length() + 2)));
    for (Code right : Code.values()) {
      text.append('\n').append(cell(right.name(), 13)).append(cell(ways(right), 5));
      for (String column : columns) {
        text.append(cell(count(right, column), column.length() + 2));
      }
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "%n%d scenarios, %d verdicts read from commands, %d wrong",
                readings.stream().map(Reading::scenario).distinct().count(),
                readings.size(),
                wrong().size()))
        .toString();
  }

  private String ways(Code right) {
    return String.valueOf(
        readings.stream()
            .map(Reading::scenario)
            .filter(scenario -> scenario.expected() == right)
            .distinct()
            .count());
  }

  private String count(Code right, String said) {
    long count =
        readings.stream()
            .filter(
                reading -> reading.scenario().expected() == right && reading.verdict().equals(said))
            .count();
    return count == 0 ? "·" : String.valueOf(count);
  }

  private static String cell(String text, int width) {
    return String.format(Locale.ROOT, "%" + width + "s", text);
  }
}
