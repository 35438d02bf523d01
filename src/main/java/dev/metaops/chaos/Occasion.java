package dev.metaops.chaos;

import java.math.BigDecimal;
import java.util.Optional;

/** When a fault happens, of all the times it could. */
public sealed interface Occasion {
  record Always() implements Occasion {}

  /**
   * Of many, this part; which ones, the seed decides.
   *
   * @param rate above 0, at most 1
   */
  record Share(double rate) implements Occasion {}

  /** The first ones, this many. */
  record First(long count) implements Occasion {}

  /** The last of each so many. */
  record Every(long nth) implements Occasion {}

  /** The ones of this block; of a log, the first of it that an answer holds. */
  record AtBlock(long number) implements Occasion {}

  /** Reads {@code 0.05}, {@code 3}, {@code every:7} or {@code block:120}; empty for others. */
  static Optional<Occasion> read(String text) {
    if (text.matches("0\\.[0-9]{0,8}[1-9]|1\\.0")) {
      return Optional.of(new Share(Double.parseDouble(text)));
    }
    if (text.matches("[1-9][0-9]{0,8}")) {
      return Optional.of(new First(Long.parseLong(text)));
    }
    if (text.matches("every:[1-9][0-9]{0,8}")) {
      return Optional.of(new Every(Long.parseLong(text.substring(6))));
    }
    if (text.matches("block:(0|[1-9][0-9]{0,11})")) {
      return Optional.of(new AtBlock(Long.parseLong(text.substring(6))));
    }
    return text.equals("always") ? Optional.of(new Always()) : Optional.empty();
  }

  /** As {@link #read} takes it. */
  default String text() {
    return switch (this) {
      case Always() -> "always";
      case Share(double rate) ->
          rate == 1 ? "1.0" : BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
      case First(long count) -> Long.toString(count);
      case Every(long nth) -> "every:" + nth;
      case AtBlock(long number) -> "block:" + number;
    };
  }
}
