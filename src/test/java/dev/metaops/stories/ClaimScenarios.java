package dev.metaops.stories;

import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.order.Verdict.Code;
import dev.metaops.stories.Scenario.Stage;
import dev.metaops.testing.TestChain;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/** Rows that claim what the chain does not show, or not for good. */
final class ClaimScenarios {
  private static final String MINUTE = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\dZ";

  private ClaimScenarios() {}

  static List<Scenario> rowFalse() {
    return List.of(
        rowFalse("SETTLED in the row, the money still held", "SETTLED"),
        rowFalse("REFUNDED in the row, the money still held", "REFUNDED"),
        rowFalse("CANCELLED in the row, the money still held", "CANCELLED"),
        Scenario.of(
            "SETTLED in the row, disputed on chain",
            Code.ROW_FALSE,
            "^the row says SETTLED, the money is still in escrow \\(DISPUTED on chain\\)",
            (world, id) -> {
              world.registry().dispute(world.funded(id, "SETTLED"));
              return id;
            }),
        Scenario.of(
            "SETTLED in the row, the tokens still held",
            Code.ROW_FALSE,
            "^the row says SETTLED, the money is still in escrow",
            (world, id) -> {
              world.fundedInToken(id, "SETTLED");
              return id;
            }));
  }

  private static Scenario rowFalse(String name, String state) {
    return Scenario.of(
        name,
        Code.ROW_FALSE,
        "^the row says " + state + ", the money is still in escrow \\(PENDING on chain\\)",
        (world, id) -> {
          world.funded(id, state);
          return id;
        });
  }

  static List<Scenario> conflicting() {
    return List.of(
        Scenario.of(
            "SETTLED in the row, refunded on chain",
            Code.CONFLICT,
            "^the row says SETTLED, the chain says REFUNDED",
            (world, id) -> {
              world.registry().refund(world.funded(id, "SETTLED"));
              return id;
            }),
        Scenario.of(
            "REFUNDED in the row, released on chain",
            Code.CONFLICT,
            "^the row says REFUNDED, the chain says SETTLED",
            (world, id) -> {
              world.registry().release(world.funded(id, "REFUNDED"));
              return id;
            }),
        Scenario.of(
            "SETTLED in the row, no escrow at all",
            Code.CONFLICT,
            "^the row says SETTLED, the chain has no escrow for it",
            (world, id) -> world.row(id, "SETTLED", world.registry().terms(id))),
        Scenario.of(
            "the row says another amount than its escrow",
            Code.CONFLICT,
            "contradict the row's contract, token, amount or parties",
            (world, id) -> {
              Terms placed = world.registry().terms(id);
              world.registry().create(placed);
              Terms asked = world.registry().terms(id, TestChain.ETHER.shiftLeft(1));
              return world.row(id, "PENDING", asked, key(placed));
            }),
        Scenario.of(
            "a stranger's escrow of 1 wei under the order's id",
            Code.CONFLICT,
            "contradict the row's contract, token, amount or parties",
            (world, id) -> {
              Terms agreed = world.registry().terms(id);
              Terms theirs =
                  new Terms(
                      id,
                      world.freshAccount(),
                      agreed.seller(),
                      agreed.token(),
                      BigInteger.ONE,
                      agreed.deadline());
              world.registry().create(theirs);
              return world.row(id, "PENDING", agreed, key(theirs));
            }),
        Scenario.of(
            "the row names another seller than its escrow",
            Code.CONFLICT,
            "contradict the row's contract, token, amount or parties",
            (world, id) -> {
              Terms placed = world.registry().terms(id);
              Hash key = world.registry().create(placed).key();
              world.registry().release(key);
              Map<String, String> columns = new java.util.HashMap<>(key(placed));
              columns.put("seller", world.chain().account(9).text());
              return world.row(id, "PENDING", placed, columns);
            }),
        Scenario.of(
            "the row names another token than its escrow",
            Code.CONFLICT,
            "contradict the row's contract, token, amount or parties",
            (world, id) -> {
              Terms placed = world.registry().terms(id);
              world.registry().create(placed);
              Map<String, String> columns = new java.util.HashMap<>(key(placed));
              columns.put("token", world.token().address().text());
              return world.row(id, "PENDING", placed, columns);
            }));
  }

  private static Map<String, String> key(Terms terms) {
    return Map.of("escrow_key", EscrowKey.of(terms).text());
  }

  static List<Scenario> notFinal() {
    return List.of(
        ending("released a block ago", "PENDING", "^released on chain, not final yet")
            .when(Stage.RECENT),
        Scenario.of(
                "refunded a block ago",
                Code.NOT_FINAL,
                "^refunded on chain, not final yet",
                (world, id) -> {
                  Hash key = world.funded(id, "PENDING");
                  world.later(
                      Stage.RECENT, () -> world.chain().submit(world.registry().refundCall(key)));
                  return id;
                })
            .when(Stage.RECENT),
        Scenario.of(
                "token escrow released a block ago",
                Code.NOT_FINAL,
                "^released on chain, not final yet",
                (world, id) -> {
                  Hash key = world.fundedInToken(id, "PENDING");
                  world.later(
                      Stage.RECENT, () -> world.chain().submit(world.registry().releaseCall(key)));
                  return id;
                })
            .when(Stage.RECENT),
        ending(
                "SETTLED in the row, released a block ago",
                "SETTLED",
                "^the row says SETTLED and so does the chain; released on chain, not final yet")
            .when(Stage.RECENT),
        Scenario.of(
                "released while the chain makes nothing final",
                Code.NOT_FINAL,
                "^released on chain, waiting for finality since " + MINUTE,
                (world, id) -> {
                  Hash key = world.funded(id, "PENDING");
                  world.later(
                      Stage.STALLED, () -> world.chain().submit(world.registry().releaseCall(key)));
                  return id;
                })
            .when(Stage.STALLED));
  }

  private static Scenario ending(String name, String state, String says) {
    return Scenario.of(
        name,
        Code.NOT_FINAL,
        says,
        (world, id) -> {
          Hash key = world.funded(id, state);
          world.later(Stage.RECENT, () -> world.chain().submit(world.registry().releaseCall(key)));
          return id;
        });
  }
}
