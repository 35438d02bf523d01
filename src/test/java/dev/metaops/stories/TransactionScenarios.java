package dev.metaops.stories;

import static dev.metaops.stories.ScenarioWorld.whole;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.order.Verdict.Code;
import dev.metaops.stories.Scenario.Place;
import dev.metaops.stories.Scenario.Stage;
import dev.metaops.stories.ScenarioWorld.Sent;
import dev.metaops.testing.Call;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows that name their transaction, and what became of it. */
final class TransactionScenarios {
  private static final long WELL_PAID = 500;
  private static final String TWO_DAYS = "2 days";

  private TransactionScenarios() {}

  /** What is done with the transaction of an order whose buyer is this account. */
  private interface Mishap {
    Sent of(ScenarioWorld world, Call funding);
  }

  static List<Scenario> trouble() {
    return List.of(
        pooled(
            "its funding waits behind a missing nonce",
            Code.TX_TROUBLE,
            "is pending: nonce 0 of the same sender is missing",
            Map.of(),
            (world, funding) -> world.send(funding, 1, WELL_PAID)),
        pooled(
            "its funding pays less than blocks ask",
            Code.TX_TROUBLE,
            "its fee is too low, blocks ask 64 gwei",
            Map.of(),
            (world, funding) -> world.send(funding, 0, 2)),
        pooled(
            "its funding was dropped",
            Code.TX_TROUBLE,
            "was dropped: the node has neither it nor a receipt",
            Map.of(),
            TransactionScenarios::dropped),
        pooled(
            "its funding was replaced",
            Code.TX_TROUBLE,
            "was replaced: .* now waits as 0x",
            Map.of(),
            TransactionScenarios::replaced),
        pooled(
            "its sender cannot pay",
            Code.TX_TROUBLE,
            "its sender has 1 wei and it may cost \\d+ wei",
            Map.of(),
            (world, funding) -> {
              Sent sent = world.send(funding, 0, WELL_PAID);
              world.chain().setBalance(funding.from(), BigInteger.ONE);
              return sent;
            }),
        Scenario.of(
            "its release reverted",
            Code.TX_TROUBLE,
            "reverted in block \\d+: NotAllowed\\(",
            (world, id) -> {
              Terms terms = world.registry().terms(id);
              Hash key = world.registry().create(terms).key();
              Sent sent = stray(world, key, 20);
              world.chain().mined(sent.hash());
              return world.row(id, "PENDING", terms, hash(sent));
            }),
        Scenario.of(
                "its release would be refused",
                Code.TX_TROUBLE,
                "the contract would refuse it now, NotAllowed\\(",
                (world, id) -> {
                  Terms terms = world.registry().terms(id);
                  Hash key = world.registry().create(terms).key();
                  inPool(
                      world,
                      () -> world.row(id, "PENDING", terms, hash(stray(world, key, WELL_PAID))));
                  return id;
                })
            .when(Stage.POOL),
        Scenario.of(
                "unfunded while the contract is paused",
                Code.TX_TROUBLE,
                "the contract is paused and would refuse one",
                (world, id) -> world.row(id, "CREATED", world.registry().terms(id)))
            .at(Place.PAUSED));
  }

  /** What only looks like trouble, or is more than that. */
  static List<Scenario> others() {
    return List.of(
        pooled(
            "its funding waits for a block",
            Code.WAITING,
            "the buyer may fund it until .*Z; its transaction .* it waits for a block",
            Map.of(),
            (world, funding) -> world.send(funding, 0, WELL_PAID)),
        pooled(
            "its window is over and its funding waits for a block",
            Code.WAITING,
            "^no escrow for it.*; its transaction .* it waits for a block",
            Map.of("age", TWO_DAYS),
            (world, funding) -> world.send(funding, 0, WELL_PAID)),
        pooled(
            "its window is over and its funding was dropped",
            Code.NEVER_FUNDED,
            "^no escrow for it.*; its transaction .* was dropped",
            Map.of("age", TWO_DAYS),
            TransactionScenarios::dropped),
        rested(
            "SETTLED in the row, its transaction was dropped",
            "SETTLED",
            TransactionScenarios::dropped),
        rested(
            "SETTLED in the row, its transaction was replaced",
            "SETTLED",
            TransactionScenarios::replaced),
        rested(
            "REFUNDED in the row, its transaction was dropped",
            "REFUNDED",
            TransactionScenarios::dropped));
  }

  private static Sent dropped(ScenarioWorld world, Call funding) {
    Sent sent = world.send(funding, 0, WELL_PAID);
    world.chain().ask("anvil_dropTransaction", sent.hash().text());
    return sent;
  }

  private static Sent replaced(ScenarioWorld world, Call funding) {
    Sent sent = world.send(funding, 0, WELL_PAID);
    Call other = Call.to(world.chain().account(9), funding.from(), "0x");
    world.send(other, 0, 2 * WELL_PAID);
    return sent;
  }

  /** The row claims an ending, and nothing of its escrow is on the chain any more. */
  private static Scenario rested(String name, String state, Mishap mishap) {
    return Scenario.of(
            name,
            Code.ORPHANED,
            "^the row says " + state + ", the chain has no escrow for it; its transaction",
            (world, id) -> {
              Terms terms = world.terms(id, world.freshAccount());
              inPool(
                  world,
                  () ->
                      world.row(
                          id,
                          state,
                          terms,
                          whole(mishap.of(world, world.registry().createCall(terms)))));
              return id;
            })
        .when(Stage.POOL);
  }

  private static Scenario pooled(
      String name, Code expected, String says, Map<String, String> more, Mishap mishap) {
    return Scenario.of(
            name,
            expected,
            says,
            (world, id) -> {
              Terms terms = world.terms(id, world.freshAccount());
              inPool(
                  world,
                  () -> {
                    Sent sent = mishap.of(world, world.registry().createCall(terms));
                    Map<String, String> columns = new HashMap<>(whole(sent));
                    columns.putAll(more);
                    return world.row(id, "CREATED", terms, columns);
                  });
              return id;
            })
        .when(Stage.POOL);
  }

  private interface Writing {
    String row() throws SQLException;
  }

  private static void inPool(ScenarioWorld world, Writing writing) {
    world.later(
        Stage.POOL,
        () -> {
          try {
            writing.row();
          } catch (SQLException failed) {
            throw new IllegalStateException(failed);
          }
        });
  }

  /** A release by somebody who may not. */
  private static Sent stray(ScenarioWorld world, Hash key, long gwei) {
    Address stranger = world.freshAccount();
    return world.send(world.registry().releaseCall(key).by(stranger), 0, gwei);
  }

  /** All that most tables remember of a transaction. */
  private static Map<String, String> hash(Sent sent) {
    return Map.of("transaction_hash", sent.hash().text());
  }
}
