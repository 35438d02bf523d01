package dev.metaops.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One section's values as its record reads them. A value that cannot be read becomes a problem and
 * its default stands in.
 */
final class Section {
  private static final String HIDDEN = "‹hidden›";
  private final Sources sources;

  Section(Sources sources) {
    this.sources = sources;
  }

  String text(Key key) {
    return text(key, text -> !text.isBlank());
  }

  String text(Key key, Predicate<String> accepted) {
    return read(key, text -> accepted.test(text) ? Optional.of(text) : Optional.empty())
        .orElse(key.standard());
  }

  Optional<Secret> secret(Key key) {
    return read(key, text -> Optional.of(new Secret(text)));
  }

  Optional<Path> path(Key key) {
    return sources
        .find(key)
        .map(found -> found.directory().resolve(found.text()).toAbsolutePath().normalize());
  }

  Optional<Long> count(Key key, long least, long most) {
    return read(
        key,
        text ->
            text.matches("[0-9]{1,18}")
                ? Optional.of(Long.parseLong(text)).filter(n -> n >= least && n <= most)
                : Optional.empty());
  }

  /** The same, the key's default where nothing is set; the default has to be such a number. */
  int number(Key key, int least, int most) {
    return Math.toIntExact(count(key, least, most).orElseGet(() -> Long.parseLong(key.standard())));
  }

  /** A number alone counts in {@code bare}. The key's default has to be readable. */
  Duration duration(Key key, Duration bare, Duration most) {
    return read(key, text -> Durations.read(text, bare, most))
        .or(() -> Durations.read(key.standard(), bare, most))
        .orElseThrow();
  }

  /** The same; empty with {@code off} or 0. */
  Optional<Duration> durationOrOff(Key key, Duration bare, Duration most) {
    boolean isOff = text(key).matches("off|0");
    return isOff ? Optional.empty() : Optional.of(duration(key, bare, most));
  }

  /** The constants' names in lower case. The key's default has to be one of them. */
  <E extends Enum<E>> E choice(Key key, Class<E> type) {
    return read(key, text -> constant(type, text))
        .or(() -> constant(type, key.standard()))
        .orElseThrow();
  }

  static <E extends Enum<E>> Optional<E> constant(Class<E> type, String text) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
        return Optional.of(constant);
      }
    }
    return Optional.empty();
  }

  <T> Optional<T> read(Key key, Function<String, Optional<T>> reader) {
    Optional<Sources.Found> found = sources.find(key);
    Optional<T> value = found.flatMap(text -> reader.apply(text.text().strip()));
    if (found.isPresent() && value.isEmpty()) {
      refuse(key, found.get());
    }
    return value;
  }

  Optional<DatabaseUrl> database(Key key) {
    return sources
        .find(key)
        .flatMap(found ->
            DatabaseUrl.read(found.text())
                .orTell(why ->
                    sources.problems().add(new Problem(key.path(), HIDDEN, why, found.origin()))));
  }

  /** The same; more than so many are refused as a whole. */
  <T> List<T> list(Key key, int most, Function<String, Optional<T>> reader) {
    List<T> values = list(key, reader);
    if (values.size() > most) {
      sources
          .find(key)
          .ifPresent(whole ->
              refuse(key, whole, "expected: at most " + most + ", and there are " + values.size()));
      return List.of();
    }
    return values;
  }

  <T> List<T> list(Key key, Function<String, Optional<T>> reader) {
    Optional<Sources.Found> found = sources.find(key);
    List<T> values = new ArrayList<>();
    for (String text : found.map(Sources.Found::text).orElse("").split(",", -1)) {
      if (text.isBlank()) {
        continue;
      }
      Optional<T> value = reader.apply(text.strip());
      if (value.isEmpty()) {
        found.ifPresent(whole -> refuse(key, whole));
        return List.of();
      }
      values.add(value.get());
    }
    return values;
  }

  boolean isFromEnvironment(Key key) {
    return sources.find(key).filter(found -> found.origin() instanceof Origin.Variable).isPresent();
  }

  boolean isSet(Key key) {
    return sources.find(key).isPresent();
  }

  /** Something of the file that no single value of it shows. */
  void wrong(String path, String expectation) {
    sources.problems().add(new Problem(path, "", expectation, sources.origin(path)));
  }

  void missing(Key key, String reason) {
    String name = key.variable().map(variable -> variable + ", ").orElse("") + key.path();
    sources.problems().add(new Problem(name, "", reason + ", and not set", new Origin.BuiltIn()));
  }

  private void refuse(Key key, Sources.Found found) {
    refuse(key, found, "expected: " + key.expectation());
  }

  private void refuse(Key key, Sources.Found found, String expectation) {
    String shown = key.isSecret() ? HIDDEN : clip(found.text());
    sources.problems().add(new Problem(key.path(), shown, expectation, found.origin()));
  }

  private static String clip(String text) {
    String printable = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
    return printable.length() <= 80 ? printable : printable.substring(0, 77) + "...";
  }
}
