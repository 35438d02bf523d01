package dev.metaops.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Hash;
import dev.metaops.order.Verdict.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Row against chain: every verdict, several ways, and some verdict for everything. */
class JudgeTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Instant OPEN = NOW.plusSeconds(3600);
  private static final Instant CLOSED = NOW.minusSeconds(3600);

  /**
   * One line of the table.
   *
   * @param lost events a reorg took back
   * @param proved the state the chain proves, - for none
   */
  private record Line(
      String row,
      Instant fundBy,
      String settled,
      String included,
      int lost,
      Code code,
      String proved) {}

  private static final List<Line> TABLE =
      List.of(
          new Line("SETTLED", OPEN, "SETTLED", "SETTLED", 0, Code.CONSISTENT, "SETTLED"),
          new Line("REFUNDED", OPEN, "REFUNDED", "REFUNDED", 0, Code.CONSISTENT, "REFUNDED"),
          new Line("CANCELLED", OPEN, "CANCELLED", "CANCELLED", 0, Code.CONSISTENT, "CANCELLED"),
          new Line("CANCELLED", OPEN, "CREATED", "CREATED", 0, Code.CONSISTENT, "CANCELLED"),
          new Line("CREATED", OPEN, "CREATED", "CREATED", 0, Code.WAITING, "CREATED"),
          new Line("PENDING", OPEN, "PENDING", "PENDING", 0, Code.WAITING, "PENDING"),
          new Line("PENDING", CLOSED, "PENDING", "PENDING", 0, Code.WAITING, "PENDING"),
          new Line("DISPUTED", OPEN, "DISPUTED", "DISPUTED", 0, Code.WAITING, "DISPUTED"),
          new Line("CREATED", CLOSED, "CREATED", "CREATED", 0, Code.NEVER_FUNDED, "CREATED"),
          new Line("CREATED", CLOSED, "CREATED", "CREATED", 2, Code.NEVER_FUNDED, "CREATED"),
          new Line("PENDING", CLOSED, "CREATED", "CREATED", 0, Code.NEVER_FUNDED, "CREATED"),
          new Line("PENDING", OPEN, "PENDING", "SETTLED", 0, Code.NOT_FINAL, "PENDING"),
          new Line("PENDING", OPEN, "PENDING", "REFUNDED", 0, Code.NOT_FINAL, "PENDING"),
          new Line("DISPUTED", OPEN, "DISPUTED", "SETTLED", 0, Code.NOT_FINAL, "DISPUTED"),
          new Line("SETTLED", OPEN, "PENDING", "SETTLED", 0, Code.NOT_FINAL, "PENDING"),
          new Line("CREATED", OPEN, "PENDING", "PENDING", 0, Code.ROW_BEHIND, "PENDING"),
          new Line("PENDING", OPEN, "SETTLED", "SETTLED", 0, Code.ROW_BEHIND, "SETTLED"),
          new Line("DISPUTED", OPEN, "REFUNDED", "REFUNDED", 0, Code.ROW_BEHIND, "REFUNDED"),
          new Line("CREATED", OPEN, "PENDING", "SETTLED", 0, Code.ROW_BEHIND, "PENDING"),
          new Line("SETTLED", OPEN, "PENDING", "PENDING", 0, Code.ROW_FALSE, "PENDING"),
          new Line("REFUNDED", OPEN, "DISPUTED", "DISPUTED", 0, Code.ROW_FALSE, "DISPUTED"),
          new Line("CANCELLED", OPEN, "PENDING", "PENDING", 0, Code.ROW_FALSE, "PENDING"),
          new Line("SETTLED", OPEN, "PENDING", "REFUNDED", 0, Code.ROW_FALSE, "PENDING"),
          new Line("SETTLED", OPEN, "REFUNDED", "REFUNDED", 0, Code.CONFLICT, "REFUNDED"),
          new Line("CANCELLED", OPEN, "SETTLED", "SETTLED", 0, Code.CONFLICT, "SETTLED"),
          new Line("SETTLED", OPEN, "CREATED", "CREATED", 0, Code.CONFLICT, "CREATED"),
          new Line("PENDING", OPEN, "CONFLICT", "CONFLICT", 0, Code.CONFLICT, "-"),
          new Line("PENDING", OPEN, "PENDING", "CONFLICT", 0, Code.CONFLICT, "-"),
          new Line("PENDING", OPEN, "CREATED", "CREATED", 1, Code.ORPHANED, "CREATED"),
          new Line("DISPUTED", OPEN, "CREATED", "CREATED", 2, Code.ORPHANED, "CREATED"),
          new Line("SETTLED", OPEN, "CREATED", "CREATED", 3, Code.ORPHANED, "CREATED"),
          new Line("BANANA", OPEN, "PENDING", "PENDING", 0, Code.UNKNOWN, "-"),
          new Line("settled", OPEN, "SETTLED", "SETTLED", 0, Code.UNKNOWN, "-"),
          new Line("", OPEN, "CONFLICT", "CONFLICT", 0, Code.UNKNOWN, "-"));

  @Test
  void judgesAsTheTableSays() {
    for (Line line : TABLE) {
      Verdict verdict =
          Judge.judge(
              RowView.of("o-1", line.row(), line.fundBy()),
              seen(line.settled(), line.included(), line.lost()),
              NOW);
      assertThat(verdict.code()).as("%s: %s", line, verdict.sentence()).isEqualTo(line.code());
      assertThat(verdict.proved().map(Enum::name).orElse("-"))
          .as("%s", line)
          .isEqualTo(line.proved());
    }
  }

  @Test
  void theTableHasEachVerdictThreeWays() {
    Map<Code, Integer> ways = new EnumMap<>(Code.class);
    TABLE.forEach(line -> ways.merge(line.code(), 1, Integer::sum));
    for (Code code : Code.values()) {
      // NO_ROW is about an escrow without an order: there is no row to judge. TX_TROUBLE is below.
      if (code != Code.NO_ROW && code != Code.TX_TROUBLE) {
        assertThat(ways.getOrDefault(code, 0)).as("%s", code).isGreaterThanOrEqualTo(3);
      }
    }
  }

  @Test
  void whoCouldNotLookKnowsNothing() {
    for (OrderState state : OrderState.values()) {
      Verdict verdict =
          Judge.judge(RowView.of("o-1", state.name(), OPEN), new ChainView.NotSeen("no node"), NOW);
      assertThat(verdict.code()).isEqualTo(Code.UNKNOWN);
      assertThat(verdict.sentence()).contains("no node");
      assertThat(verdict.proved()).isEmpty();
    }
  }

  @Test
  void everythingGetsAVerdictThatKeepsTheRules() {
    int judged = 0;
    for (String row : rowStates()) {
      for (String settled : foldedStates()) {
        for (String included : foldedStates()) {
          for (Instant fundBy : List.of(OPEN, CLOSED)) {
            for (int lost : new int[] {0, 1}) {
              Verdict verdict =
                  Judge.judge(RowView.of("o-1", row, fundBy), seen(settled, included, lost), NOW);
              keepsTheRules(row, settled, included, verdict);
              judged++;
            }
          }
        }
      }
    }
    assertThat(judged).isEqualTo(10 * 10 * 10 * 2 * 2);
  }

  private static final Hash TRANSACTION = new Hash("0x" + "7a".repeat(32));
  private static final BlockRef BLOCK = new BlockRef(7, new Hash("0x" + "b7".repeat(32)));
  private static final List<TransactionFate> TROUBLES =
      List.of(
          new TransactionFate.Dropped(TRANSACTION, Optional.empty(), FeeMarket.UNKNOWN),
          new TransactionFate.Reverted(TRANSACTION, BLOCK, "IsPaused()"),
          new TransactionFate.NeverSent(Gate.PAUSED));
  private static final List<TransactionFate> HARMLESS =
      List.of(
          new TransactionFate.NeverSent(Gate.OPEN),
          new TransactionFate.Included(TRANSACTION, BLOCK, 3, TransactionFate.Finality.FINAL));

  @Test
  void aTransactionInTroubleMattersWhileSomethingIsToCome() {
    for (Line line : TABLE) {
      RowView row = RowView.of("o-1", line.row(), line.fundBy());
      ChainView chain = seen(line.settled(), line.included(), line.lost());
      Verdict without = Judge.judge(row, chain, NOW);
      assertThat(Judge.judge(row, chain, Optional.empty(), NOW)).isEqualTo(without);
      for (TransactionFate harmless : HARMLESS) {
        assertThat(Judge.judge(row, chain, Optional.of(harmless), NOW)).isEqualTo(without);
      }
      for (TransactionFate trouble : TROUBLES) {
        Verdict verdict = Judge.judge(row, chain, Optional.of(trouble), NOW);
        assertThat(verdict.code())
            .as("%s", line)
            .isEqualTo(line.code() == Code.WAITING ? Code.TX_TROUBLE : line.code());
        assertThat(verdict.proved()).isEqualTo(without.proved());
        assertThat(verdict.sentence().contains(trouble.sentence()))
            .as("%s: %s", line, verdict.sentence())
            .isEqualTo(line.code() == Code.WAITING || line.code() == Code.NEVER_FUNDED);
      }
    }
  }

  @Test
  void whatCouldNotBeFollowedIsSaidBesideTheVerdict() {
    Verdict verdict =
        Judge.judge(
            RowView.of("o-1", "PENDING", OPEN),
            seen("PENDING", "PENDING", 0),
            Optional.of(new TransactionFate.Unknown("no node")),
            NOW);
    assertThat(verdict.code()).isEqualTo(Code.WAITING);
    assertThat(verdict.sentence()).endsWith("its transaction could not be followed: no node");
  }

  private static void keepsTheRules(String row, String settled, String included, Verdict verdict) {
    String what = row + ", " + settled + ", " + included + ": " + verdict.sentence();
    assertThat(verdict.sentence()).as(what).isNotBlank().doesNotEndWith(".");
    if (verdict.code() == Code.CONSISTENT) {
      boolean neverMade = row.equals("CANCELLED") && settled.equals("CREATED");
      assertThat(row.equals(settled) || neverMade).as(what).isTrue();
      assertThat(included.equals(settled) || neverMade).as(what).isTrue();
    }
    if (verdict.code() == Code.ROW_BEHIND) {
      assertThat(settled).as(what).isNotEqualTo(row).isNotEqualTo("CONFLICT");
      assertThat(verdict.proved()).as(what).contains(OrderState.valueOf(settled));
    }
    if (settled.equals("CONFLICT") || included.equals("CONFLICT")) {
      assertThat(verdict.proved()).as(what).isEmpty();
    }
    verdict.proved().ifPresent(state -> assertThat(state.name()).as(what).isIn(settled, row));
  }

  private static List<String> rowStates() {
    List<String> states = new ArrayList<>(Stream.of(OrderState.values()).map(Enum::name).toList());
    states.add("BANANA");
    return states;
  }

  private static List<String> foldedStates() {
    List<String> states = new ArrayList<>(Stream.of(OrderState.values()).map(Enum::name).toList());
    states.add("CONFLICT");
    return states;
  }

  private static ChainView seen(String settled, String included, int lost) {
    return new ChainView.Seen(
        Folded.parse(settled),
        Folded.parse(included),
        Optional.of(OPEN),
        Optional.of(Duration.ofMinutes(13)),
        lost);
  }
}
