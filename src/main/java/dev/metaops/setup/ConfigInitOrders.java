package dev.metaops.setup;

import static dev.metaops.setup.ConfigLine.remark;
import static dev.metaops.setup.ConfigLine.told;
import static dev.metaops.setup.ConfigLine.untold;
import static dev.metaops.setup.ConfigLine.warning;

import dev.metaops.escrow.KeyRule;
import dev.metaops.order.OrderState;
import dev.metaops.orders.Column;
import dev.metaops.orders.ColumnGuess;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sight;
import dev.metaops.orders.TableMap;
import dev.metaops.orders.TableSurvey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a look at the orders table tells of sections orders and orders.columns. Pure. */
final class ConfigInitOrders {
  private static final String ORDERS = "orders";
  private static final String COLUMNS = "orders.columns";
  private static final int SHOWN = 8;

  private ConfigInitOrders() {}

  /**
   * The lines.
   *
   * @param matched by which reading rows name the contract's escrows, when some do
   */
  static List<ConfigLine> lines(ConfigInitSeen.Table seen, Optional<KeyGuess> matched) {
    // Only a key that is computed from the amount says how amounts are read.
    Optional<KeyGuess> keys =
        matched.filter(guess -> guess.rule() == KeyRule.DERIVED && !hasKeyColumn(seen));
    List<ConfigLine> lines = new ArrayList<>();
    switch (seen) {
      case ConfigInitSeen.Table.NotConfigured() ->
          lines.add(
              warning(
                  ORDERS,
                  "Nobody said where the orders are: set DATABASE_URL, or SUPABASE_URL and"
                      + " SUPABASE_KEY, and start config init again."));
      case ConfigInitSeen.Table.Unread(String why) ->
          lines.add(
              warning(
                  ORDERS,
                  "The orders could not be read: "
                      + why
                      + ". metaops connections test walks there."));
      case ConfigInitSeen.Table.NotThere(String name, List<String> candidates, int tables) ->
          lines.add(missing(name, candidates, tables));
      case ConfigInitSeen.Table.Read read -> read(read, keys, lines);
    }
    lines.add(
        told(
            ORDERS,
            "mode",
            "observe",
            "metaops did not make this table: it writes and refuses no row. repair and own are for"
                + " later."));
    lines.add(
        untold(
            ORDERS,
            "stuck-after",
            "2h",
            "How long in one state counts as stuck is for people to say; this is the default.",
            ConfigLine.Weight.LIGHT));
    return lines;
  }

  private static boolean hasKeyColumn(ConfigInitSeen.Table seen) {
    return seen instanceof ConfigInitSeen.Table.Read read
        && read.survey().said().containsKey(Column.ESCROW_KEY);
  }

  private static ConfigLine missing(String name, List<String> candidates, int tables) {
    return untold(
        ORDERS,
        "table",
        candidates.stream().findFirst().orElse("schema.table"),
        "There is no table "
            + name
            + ". "
            + (candidates.isEmpty()
                ? "None of the " + tables + " tables there are has columns like orders have."
                : "These could be it: " + shown(candidates) + "."),
        ConfigLine.Weight.HEAVY);
  }

  private static void read(
      ConfigInitSeen.Table.Read read, Optional<KeyGuess> keys, List<ConfigLine> lines) {
    TableSurvey survey = read.survey();
    if (survey.sight() instanceof Sight.Partial(String why)) {
      lines.add(
          warning(ORDERS, "Rows may be hidden: " + why + ". An empty answer proves nothing."));
    }
    lines.add(table(read));
    survey
        .unfit()
        .ifPresent(why -> lines.add(warning(ORDERS, "It cannot be read as orders yet: " + why)));
    if (survey.newest().isEmpty()) {
      lines.add(warning(ORDERS, "The table shows no row: words and amounts could not be seen."));
    }
    states(survey).ifPresent(lines::add);
    lines.add(decimals(survey, keys));
    doubts(survey, keys).ifPresent(lines::add);
    if (!survey.said().containsKey(Column.TOKEN)) {
      lines.add(
          untold(
              ORDERS,
              "token",
              "0x0000000000000000000000000000000000000000",
              "No column says an order's token. If all are of one, say which; all zero is the"
                  + " chain's own coin.",
              ConfigLine.Weight.LIGHT));
    }
    if (!survey.said().containsKey(Column.FUND_BY)) {
      lines.add(
          untold(
              ORDERS,
              "funding-window",
              "24h",
              "No column says until when an order may be funded; this is the default.",
              ConfigLine.Weight.LIGHT));
    }
    for (Column column : Column.values()) {
      lines.add(column(column, survey));
    }
  }

  private static ConfigLine table(ConfigInitSeen.Table.Read read) {
    TableMap map = read.survey().map();
    return told(
        ORDERS,
        "table",
        map.name(),
        switch (read.how()) {
          case NAMED ->
              "It is there, with "
                  + read.survey().columns().size()
                  + " columns."
                  + (read.others().isEmpty()
                      ? ""
                      : " These look like orders too: " + shown(read.others()) + ".");
          case ONLY_CANDIDATE ->
              "There is no public.orders; of all tables only this one has columns like orders have."
                  + " Make sure that it is the one.";
        });
  }

  private static Optional<ConfigLine> states(TableSurvey survey) {
    Map<String, Optional<OrderState>> unmapped = survey.unmapped();
    if (unmapped.isEmpty()) {
      return survey.words().isEmpty()
          ? Optional.empty()
          : Optional.of(
              remark(
                  ORDERS,
                  "states: every word the table has is a state's own name: "
                      + shown(survey.words())
                      + "."));
    }
    String guesses =
        unmapped.entrySet().stream()
            .map(word ->
                ConfigLine.quoted(
                    word.getKey() + "=" + word.getValue().map(Enum::name).orElse("CREATED")))
            .collect(Collectors.joining(", ", "[", "]"));
    List<String> unknown =
        unmapped.entrySet().stream()
            .filter(word -> word.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    return Optional.of(
        new ConfigLine.Untold(
            ORDERS,
            "states",
            guesses,
            "UNMAPPED: nobody said what these words mean, and orders in them are UNKNOWN. What"
                + " stands here is a guess by the words"
                + (unknown.isEmpty() ? "" : "; of " + shown(unknown) + " there is not even a guess")
                + ". Ask who writes the rows, correct it, and take the # away.",
            ConfigLine.Weight.HEAVY));
  }

  private static ConfigLine decimals(TableSurvey survey, Optional<KeyGuess> keys) {
    if (keys.isPresent()) {
      return new ConfigLine.Told(
          ORDERS,
          "amount-decimals",
          Integer.toString(keys.get().decimals()),
          "Read so, keys of "
              + keys.get().matched()
              + " of "
              + keys.get().rows()
              + " rows are those of the contract's recent events.");
    }
    return switch (survey.scale()) {
      case NOT_SAID ->
          new ConfigLine.Untold(
              ORDERS,
              "amount-decimals",
              "18",
              "No amounts were seen: 0 for base units, 18 for whole coins of 18 digits.",
              ConfigLine.Weight.LIGHT);
      case WITH_A_POINT ->
          new ConfigLine.Told(
              ORDERS,
              "amount-decimals",
              "18",
              "Amounts have a point, so they are no base units. The chain's own coin has 18 digits;"
                  + " make sure that your tokens have as many.");
      case LARGE_NUMBERS ->
          new ConfigLine.Told(
              ORDERS, "amount-decimals", "0", "Amounts are whole and large, as base units are.");
      case SMALL_NUMBERS ->
          new ConfigLine.Untold(
              ORDERS,
              "amount-decimals",
              "18",
              "Amounts are whole and small: whole coins (then 18, or what the token has), or base"
                  + " units of a token with few digits (then 0, the default). Compare one order"
                  + " with its escrow: metaops order verify ORDER.",
              ConfigLine.Weight.HEAVY);
    };
  }

  private static Optional<ConfigLine> doubts(TableSurvey survey, Optional<KeyGuess> keys) {
    int decimals =
        keys.map(KeyGuess::decimals)
            .orElse(survey.scale() == TableSurvey.Scale.WITH_A_POINT ? 18 : 0);
    List<OrderRow> doubtful =
        survey.rows(survey.map().reading(survey.map().keys(), decimals)).stream()
            .filter(row -> !row.doubts().isEmpty())
            .toList();
    return doubtful.isEmpty()
        ? Optional.empty()
        : Optional.of(
            warning(
                ORDERS,
                doubtful.size()
                    + " of "
                    + survey.newest().size()
                    + " rows cannot be read; the first is "
                    + doubtful.getFirst().id()
                    + ": "
                    + String.join("; ", doubtful.getFirst().doubts())));
  }

  private static ConfigLine column(Column column, TableSurvey survey) {
    Optional<String> found = Optional.ofNullable(survey.said().get(column));
    if (found.isPresent()) {
      boolean isUsual = column.usual().contains(found.get());
      return told(
          COLUMNS, column.key(), found.get(), isUsual ? "By its usual name." : "As configured.");
    }
    Optional<String> guess = ColumnGuess.of(column, survey);
    boolean isNeeded =
        switch (column) {
          case ID, STATE -> true;
          case CREATED_AT -> survey.unfit().isPresent();
          case BUYER,
              SELLER,
              TOKEN,
              AMOUNT,
              ESCROW_CONTRACT,
              ESCROW_KEY,
              FUND_BY,
              UPDATED_AT,
              STATE_SINCE,
              TRANSACTION,
              SENDER,
              NONCE ->
              false;
        };
    return untold(
        COLUMNS,
        column.key(),
        guess.orElseGet(() -> column.usual().getFirst()),
        (guess.isPresent()
                ? "A guess, by what column " + guess.get() + " holds and how it is called"
                : "No column was found (looked for: " + String.join(", ", column.usual()) + ")")
            + "; "
            + ColumnCost.of(column)
            + ".",
        isNeeded ? ConfigLine.Weight.HEAVY : ConfigLine.Weight.LIGHT);
  }

  private static String shown(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }
}
