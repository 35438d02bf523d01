package dev.metaops.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.order.OrderState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TableSurveyTest {
  private static final TableMap MAP =
      new TableMap(
          "public",
          "orders",
          Map.of(),
          Map.of("kept", OrderState.PENDING),
          (_, _) -> Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          0,
          Duration.ofHours(24));

  @ParameterizedTest
  @CsvSource({
    "unpaid, CREATED",
    "awaiting_deposit, CREATED",
    "Open, CREATED",
    "in escrow, PENDING",
    "FUNDED, PENDING",
    "paid, SETTLED",
    "completed, SETTLED",
    "refund-sent, REFUNDED",
    "expired, CANCELLED",
    "in_dispute, DISPUTED"
  })
  void aWordIsGuessedByWhatVenuesCallThings(String word, OrderState meant) {
    assertThat(StateGuess.of(word)).contains(meant);
  }

  @Test
  void wordsWithAMeaningAreNotUnmappedAndSomeHaveNoGuess() {
    TableSurvey survey = survey(List.of("PENDING", "kept", "ON_HOLD", "zzz"));
    assertThat(survey.unmapped())
        .isEqualTo(
            new LinkedHashMap<>(
                Map.of("ON_HOLD", Optional.of(OrderState.PENDING), "zzz", Optional.empty())));
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 2, WITH_A_POINT",
    "1000000000000000000, 5, LARGE_NUMBERS",
    "1, 250, SMALL_NUMBERS",
    "1.0, 250, SMALL_NUMBERS",
    "many, 250, NOT_SAID"
  })
  void amountsShowWhatTheyCount(String one, String other, TableSurvey.Scale scale) {
    assertThat(
            survey(
                    List.of(),
                    "{\"id\":\"a\",\"amount\":\"" + one + "\"}",
                    "{\"id\":\"b\",\"amount\":\"" + other + "\"}")
                .scale())
        .isEqualTo(scale);
  }

  @Test
  void columnsAreGuessedByNameAndByWhatTheyHold() {
    TableSurvey survey =
        survey(
            List.of(),
            """
            {"deal": "d1", "phase": "open", "payer": "0x%1$s", "payee": "0x%1$s", "coins": "1.5",
             "opened": "2026-01-01T00:00:00Z", "note": "0x%1$s", "escrow_ref": "%2$s"}\
            """
                .formatted("a".repeat(40), "b".repeat(64)),
            """
            {"deal": "d2", "phase": "paid", "payer": null, "payee": "0x%1$s", "coins": "2",
             "opened": "2026-01-02T00:00:00Z", "note": "0x%1$s", "escrow_ref": "%2$s"}\
            """
                .formatted("a".repeat(40), "b".repeat(64)));
    assertThat(ColumnGuess.of(Column.ID, survey)).contains("deal");
    assertThat(ColumnGuess.of(Column.STATE, survey)).contains("phase");
    assertThat(ColumnGuess.of(Column.BUYER, survey)).contains("payer");
    assertThat(ColumnGuess.of(Column.SELLER, survey)).contains("payee");
    assertThat(ColumnGuess.of(Column.AMOUNT, survey)).contains("coins");
    assertThat(ColumnGuess.of(Column.CREATED_AT, survey)).contains("opened");
    assertThat(ColumnGuess.of(Column.ESCROW_KEY, survey)).contains("escrow_ref");
    assertThat(ColumnGuess.of(Column.TOKEN, survey)).isEmpty();
    assertThat(ColumnGuess.of(Column.TRANSACTION, survey)).isEmpty();
  }

  @Test
  void onlyTablesWithTheColumnsOfOrdersCouldHoldThem() {
    assertThat(
            TableSurveyor.candidates(
                MAP,
                Map.of(
                    "public.users", Set.of("id", "status", "created_at"),
                    "trading.swaps", Set.of("id", "status", "created_at", "amount"),
                    "trading.deals", Set.of("id", "status", "created_at", "amount", "buyer"))))
        .containsExactly("trading.deals", "trading.swaps");
  }

  private static TableSurvey survey(List<String> words, String... rows) {
    List<JsonNode> newest =
        java.util.Arrays.stream(rows).map(JsonMapper.shared()::readTree).toList();
    List<String> columns =
        newest.isEmpty() ? List.of("id") : List.copyOf(newest.getFirst().propertyNames());
    return new TableSurvey(
        MAP,
        columns,
        MAP.found(Set.copyOf(columns)),
        Optional.empty(),
        words,
        newest,
        new Sight.Whole());
  }
}
