package dev.metaops.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the main series were, a line each few seconds, in the data directory: so that a person sees
 * the last hours without anything else running. Two files of at most {@value #MOST_BYTES} bytes,
 * some days. One process writes.
 */
final class MetricsFile {
  static final long MOST_BYTES = 1L << 20;

  private static final Pattern CELL =
      Pattern.compile("([A-Z0-9_]+)=(-?[0-9]{1,18}(?:\\.[0-9]{1,9})?)");

  /** The series at a moment; those that could not be read are absent. */
  record Line(Instant at, Map<MainSeries, Double> values) {
    Line {
      values = Map.copyOf(values);
    }
  }

  private final Path file;
  private final Path earlier;

  MetricsFile(Path dataDirectory) {
    this.file = dataDirectory.resolve("log").resolve("metrics.tsv");
    this.earlier = dataDirectory.resolve("log").resolve("metrics.1.tsv");
  }

  void append(Line line) throws IOException {
    if (Files.exists(file) && Files.size(file) > MOST_BYTES) {
      Files.move(file, earlier, StandardCopyOption.REPLACE_EXISTING);
    }
    var text = new StringBuilder().append(line.at().toEpochMilli());
    new EnumMap<>(line.values())
        .forEach((series, value) ->
            text.append('\t')
                .append(series)
                .append('=')
                .append(String.format(Locale.ROOT, "%.3f", value)));
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        text.append('\n'),
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** The oldest first; lines nobody can read, such as a torn one, are left out. */
  List<Line> since(Instant from) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (Path each : List.of(earlier, file)) {
      if (Files.exists(each)) {
        Files.readAllLines(each).stream()
            .flatMap(text -> parse(text).stream())
            .filter(line -> !line.at().isBefore(from))
            .forEach(lines::add);
      }
    }
    return lines;
  }

  private static Optional<Line> parse(String text) {
    String[] cells = text.split("\t", -1);
    if (!cells[0].matches("[0-9]{13}")) {
      return Optional.empty();
    }
    Map<MainSeries, Double> values = new EnumMap<>(MainSeries.class);
    for (String cell : cells) {
      Matcher found = CELL.matcher(cell);
      if (found.matches()) {
        series(found.group(1))
            .ifPresent(series -> values.put(series, Double.valueOf(found.group(2))));
      }
    }
    return Optional.of(new Line(Instant.ofEpochMilli(Long.parseLong(cells[0])), values));
  }

  /** Empty for one of another version of metaops. */
  private static Optional<MainSeries> series(String name) {
    for (MainSeries series : MainSeries.values()) {
      if (series.name().equals(name)) {
        return Optional.of(series);
      }
    }
    return Optional.empty();
  }
}
