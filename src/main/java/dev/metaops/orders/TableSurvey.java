package dev.metaops.orders;

import dev.metaops.order.OrderState;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a look at a table showed.
 *
 * @param columns it has, in its order
 * @param said which of them says what, as far as one does
 * @param unfit why it cannot be read as orders; empty when it can
 * @param words for a state that were seen, the table's own spelling
 * @param newest some of its rows, the latest changed first
 */
public record TableSurvey(
    TableMap map,
    List<String> columns,
    Map<Column, String> said,
    Optional<String> unfit,
    List<String> words,
    List<JsonNode> newest,
    Sight sight) {
  public TableSurvey {
    columns = List.copyOf(columns);
    said = Map.copyOf(said);
    words = List.copyOf(words);
    newest = List.copyOf(newest);
  }

  /** The rows as orders, read as they are configured to be. */
  public List<OrderRow> rows() {
    return rows(map);
  }

  /** The rows as orders, read in another way. */
  public List<OrderRow> rows(TableMap reading) {
    RowReading reader = new RowReading(reading, said);
    return newest.stream().map(reader::of).toList();
  }

  /** The words nobody gave a meaning, each with what it might mean. */
  public Map<String, Optional<OrderState>> unmapped() {
    Map<String, Optional<OrderState>> unmapped = new LinkedHashMap<>();
    words.stream()
        .filter(word -> map.state(word).isEmpty())
        .forEach(word -> unmapped.put(word, StateGuess.of(word)));
    return unmapped;
  }

  /** What a column says in these rows, blanks left out. */
  public List<String> values(String column) {
    return newest.stream()
        .map(row -> row.path(column))
        .filter(value -> value.isValueNode() && !value.isNull())
        .map(TableSurvey::text)
        .filter(text -> !text.isBlank())
        .toList();
  }

  private static String text(JsonNode value) {
    return value.isBigDecimal() ? value.decimalValue().toPlainString() : value.asString();
  }

  /** What the amounts of these rows look like. */
  public Scale scale() {
    List<String> amounts =
        Optional.ofNullable(said.get(Column.AMOUNT)).map(this::values).orElse(List.of());
    if (amounts.isEmpty()
        || !amounts.stream().allMatch(text -> text.matches("[0-9]+(\\.[0-9]+)?"))) {
      return Scale.NOT_SAID;
    }
    List<BigDecimal> read = amounts.stream().map(BigDecimal::new).toList();
    if (read.stream().anyMatch(amount -> amount.stripTrailingZeros().scale() > 0)) {
      return Scale.WITH_A_POINT;
    }
    return read.stream().anyMatch(amount -> amount.compareTo(LARGE) >= 0)
        ? Scale.LARGE_NUMBERS
        : Scale.SMALL_NUMBERS;
  }

  /** Nobody counts a billion whole coins in one order; a billionth of a coin is rare too. */
  private static final BigDecimal LARGE = BigDecimal.TEN.pow(9);

  /** What amounts look like. */
  public enum Scale {
    /** No amounts, or some that are no numbers. */
    NOT_SAID,
    /** Whole coins and parts of them: base units have no point. */
    WITH_A_POINT,
    /** As base units do. */
    LARGE_NUMBERS,
    /** Whole coins, or base units of a token with few digits. */
    SMALL_NUMBERS
  }
}
