package dev.metaops.stories;

import dev.metaops.order.Verdict.Code;
import dev.metaops.stories.Scenario.Place;
import dev.metaops.stories.Scenario.Stage;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestTrade;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A contract for each order, made by a factory. */
final class TradeScenarios {
  private static final BigInteger HALF = TestChain.ETHER.shiftRight(1);

  private TradeScenarios() {}

  static List<Scenario> all() {
    return List.of(
        trade(
            "trade not deposited yet",
            "PENDING",
            Code.WAITING,
            "^nothing deposited yet: .*the depositor.* until \\d{4}-",
            _ -> {}),
        trade(
            "trade deposited",
            "DEPOSITED",
            Code.WAITING,
            "the chain waits for the counterparty to confirm, or for the arbiter to refund",
            TestTrade::deposit),
        trade(
            "trade confirmed",
            "CONFIRMED",
            Code.WAITING,
            "waits for the depositor to trade, or for the arbiter's signature to release",
            TradeScenarios::confirmed),
        trade(
            "trade traded",
            "TRADED",
            Code.WAITING,
            "the chain waits for the arbiter's signature to release",
            TradeScenarios::traded),
        trade(
            "trade half released, the row TRADED",
            "TRADED",
            Code.WAITING,
            "the chain waits for the arbiter's signature to release",
            trade -> {
              traded(trade);
              trade.release(HALF);
            }),
        trade(
            "trade released in two parts, the row SETTLED",
            "SETTLED",
            Code.CONSISTENT,
            "^finished: row and chain both say SETTLED",
            TradeScenarios::releasedInParts),
        trade(
            "trade refunded, the row REFUNDED",
            "REFUNDED",
            Code.CONSISTENT,
            "^finished: row and chain both say REFUNDED",
            TradeScenarios::refunded),
        trade(
            "trade's last part released, the row still TRADED",
            "TRADED",
            Code.ROW_BEHIND,
            "^the chain released it, the row still says TRADED",
            TradeScenarios::releasedInParts),
        trade(
            "trade confirmed, the row still DEPOSITED",
            "DEPOSITED",
            Code.ROW_BEHIND,
            "^the chain has it CONFIRMED, the row still says DEPOSITED",
            TradeScenarios::confirmed),
        trade(
            "trade SETTLED in the row, half of it released",
            "SETTLED",
            Code.ROW_FALSE,
            "^the row says SETTLED, the money is still in escrow",
            trade -> {
              traded(trade);
              trade.release(HALF);
            }),
        trade(
            "trade SETTLED in the row, refunded on chain",
            "SETTLED",
            Code.CONFLICT,
            "^the row says SETTLED, the chain says REFUNDED",
            TradeScenarios::refunded),
        scenario(
            "trade never made, its window over",
            Code.NEVER_FUNDED,
            "the funding window closed",
            (world, id) ->
                world.tradeRow(world.tradeTerms(id), id, "CREATED", Map.of("age", "2 days"))),
        scenario(
            "trade at a contract the factory did not make",
            Code.UNKNOWN,
            "^could not look: ",
            (world, id) -> {
              TestTrade stranger = world.chain().deployTrade(id);
              stranger.deposit();
              return world.tradeRow(
                  stranger.terms(),
                  id,
                  "DEPOSITED",
                  Map.of("escrow_contract", stranger.address().text()));
            }),
        scenario(
                "trade released a block ago",
                Code.NOT_FINAL,
                "^released on chain, not final yet",
                (world, id) -> {
                  TestTrade trade = world.trade(id);
                  traded(trade);
                  world.later(
                      Stage.RECENT, () -> world.chain().submit(trade.releaseCall(TestChain.ETHER)));
                  return world.tradeRow(trade.terms(), id, "TRADED");
                })
            .when(Stage.RECENT));
  }

  private static void confirmed(TestTrade trade) {
    trade.deposit();
    trade.confirm();
  }

  private static void traded(TestTrade trade) {
    confirmed(trade);
    trade.execute();
  }

  private static void releasedInParts(TestTrade trade) {
    traded(trade);
    trade.release(HALF);
    trade.releaseAll();
  }

  private static void refunded(TestTrade trade) {
    trade.deposit();
    trade.refund();
  }

  private static Scenario trade(
      String name, String state, Code expected, String says, Consumer<TestTrade> steps) {
    return scenario(name, expected, says, (world, id) -> played(world, id, state, steps));
  }

  private static String played(
      ScenarioWorld world, String id, String state, Consumer<TestTrade> steps) throws SQLException {
    TestTrade trade = world.trade(id);
    steps.accept(trade);
    return world.tradeRow(trade.terms(), id, state);
  }

  private static Scenario scenario(String name, Code expected, String says, Scenario.Plot plot) {
    return Scenario.of(name, expected, says, plot).at(Place.TRADES);
  }
}
