package dev.metaops.orders;

import java.time.DateTimeException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which column might say it, where none has a usual name: by name and by what it holds. Pure. */
public final class ColumnGuess {
  private static final int MOST_STATES = 12;

  private ColumnGuess() {}

  /** A column that nothing else is read from; a guess, for a person to confirm. */
  public static Optional<String> of(Column column, TableSurvey survey) {
    List<String> free =
        survey.columns().stream().filter(name -> !survey.said().containsValue(name)).toList();
    return free.stream().filter(name -> fits(column, name, survey.values(name))).findFirst();
  }

  private static boolean fits(Column column, String name, List<String> values) {
    return switch (column) {
      case ID -> hints(name, "id uuid ref number no order deal trade") && areDistinct(values);
      case STATE -> areStates(values);
      case BUYER -> hints(name, "buy pay from client maker depos") && all(values, 40);
      case SELLER -> hints(name, "sell payee to_ recip merchant taker counter") && all(values, 40);
      case TOKEN -> hints(name, "token asset currency coin") && all(values, 40);
      case AMOUNT ->
          hints(name, "amount value price total coin qty quantity sum")
              && matches(values, "[0-9]+(\\.[0-9]+)?");
      case ESCROW_CONTRACT -> hints(name, "contract escrow trade") && all(values, 40);
      case ESCROW_KEY ->
          hints(name, "escrow key hash") && all(values, 64) && !isOfATransaction(name);
      case TRANSACTION -> isOfATransaction(name) && all(values, 64);
      case SENDER -> hints(name, "sender sent_by") && all(values, 40);
      case NONCE -> hints(name, "nonce") && matches(values, "[0-9]+");
      case CREATED_AT -> hints(name, "creat open place start time date") && areTimes(values);
      case UPDATED_AT -> hints(name, "updat modif chang touch") && areTimes(values);
      case STATE_SINCE -> hints(name, "since status_at state_at") && areTimes(values);
      case FUND_BY -> hints(name, "fund deadline expir until") && areTimes(values);
    };
  }

  private static boolean isOfATransaction(String name) {
    return hints(name, "tx transaction");
  }

  private static boolean hints(String name, String parts) {
    String plain = name.toLowerCase(Locale.ROOT);
    for (String part : parts.split(" ", -1)) {
      if (plain.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private static boolean all(List<String> values, int digits) {
    return matches(values, "(0[xX]|\\\\x)?[0-9a-fA-F]{" + digits + "}");
  }

  private static boolean matches(List<String> values, String pattern) {
    return !values.isEmpty() && values.stream().allMatch(value -> value.matches(pattern));
  }

  private static boolean areDistinct(List<String> values) {
    return !values.isEmpty() && new HashSet<>(values).size() == values.size();
  }

  /** Few words, and most of them sound like one. */
  private static boolean areStates(List<String> values) {
    List<String> words = values.stream().distinct().limit(MOST_STATES + 1L).toList();
    long known = words.stream().filter(word -> StateGuess.of(word).isPresent()).count();
    return !words.isEmpty() && words.size() <= MOST_STATES && 2 * known >= words.size();
  }

  private static boolean areTimes(List<String> values) {
    return !values.isEmpty() && values.stream().allMatch(ColumnGuess::isTime);
  }

  private static boolean isTime(String text) {
    try {
      RowReading.time(text);
      return true;
    } catch (DateTimeException no) {
      return false;
    }
  }
}
