package dev.metaops.stories;

import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.order.Verdict.Code;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One contract for all orders: what row and escrow can say of each other. */
final class RegistryScenarios {
  private static final String MINUTE = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\dZ";
  private static final String FINISHED = "^finished: row and chain both say ";

  private RegistryScenarios() {}

  static List<Scenario> finished() {
    return List.of(
        Scenario.of(
            "released, the row SETTLED",
            Code.CONSISTENT,
            FINISHED + "SETTLED",
            (world, id) -> {
              world.registry().release(world.funded(id, "SETTLED"));
              return id;
            }),
        Scenario.of(
            "refunded, the row REFUNDED",
            Code.CONSISTENT,
            FINISHED + "REFUNDED",
            (world, id) -> {
              world.registry().refund(world.funded(id, "REFUNDED"));
              return id;
            }),
        Scenario.of(
            "cancelled on chain, the row CANCELLED",
            Code.CONSISTENT,
            FINISHED + "CANCELLED",
            (world, id) -> {
              world.registry().cancel(world.funded(id, "CANCELLED"));
              return id;
            }),
        Scenario.of(
            "cancelled and never funded",
            Code.CONSISTENT,
            "^cancelled; no escrow was ever made for it",
            (world, id) -> world.row(id, "CANCELLED", world.registry().terms(id))),
        Scenario.of(
            "token escrow released, the row SETTLED",
            Code.CONSISTENT,
            FINISHED + "SETTLED",
            (world, id) -> {
              world.registry().release(world.fundedInToken(id, "SETTLED"));
              return id;
            }));
  }

  static List<Scenario> waiting() {
    return List.of(
        Scenario.of(
            "held, before its deadline",
            Code.WAITING,
            "^the money is in escrow: the chain waits for the buyer to release it until " + MINUTE,
            (world, id) -> {
              world.funded(id, "PENDING");
              return id;
            }),
        Scenario.of(
            "token escrow held, before its deadline",
            Code.WAITING,
            "waits for the buyer to release it until " + MINUTE,
            (world, id) -> {
              world.fundedInToken(id, "PENDING");
              return id;
            }),
        Scenario.of(
            "held, past its deadline",
            Code.WAITING,
            "past its deadline since .*: the buyer may take a refund since " + MINUTE,
            (world, id) -> {
              Instant deadline = world.chain().now().plusSeconds(2);
              Terms usual = world.registry().terms(id);
              Terms terms =
                  new Terms(
                      id, usual.buyer(), usual.seller(), usual.token(), usual.amount(), deadline);
              world.registry().create(terms);
              ScenarioWorld.awaitPast(deadline.plusSeconds(1));
              return world.row(id, "PENDING", terms);
            }),
        Scenario.of(
            "disputed, the row DISPUTED",
            Code.WAITING,
            "^disputed: the chain waits for the arbiter's decision",
            (world, id) -> {
              world.registry().dispute(world.funded(id, "DISPUTED"));
              return id;
            }),
        Scenario.of(
            "unfunded within its window",
            Code.WAITING,
            "^no escrow yet: the buyer may fund it until " + MINUTE,
            (world, id) -> world.row(id, "CREATED", world.registry().terms(id))));
  }

  static List<Scenario> neverFunded() {
    return List.of(
        Scenario.of(
            "unfunded, its own window over",
            Code.NEVER_FUNDED,
            "^no escrow for it, and the funding window closed .* ago",
            (world, id) ->
                world.row(
                    id,
                    "CREATED",
                    world.registry().terms(id),
                    Map.of("fund_by", "2026-01-01T00:00:00Z"))),
        Scenario.of(
            "unfunded for a day after its creation",
            Code.NEVER_FUNDED,
            "the funding window closed 6 h",
            (world, id) ->
                world.row(
                    id,
                    "CREATED",
                    world.registry().terms(id),
                    Map.of("age", "30 hours 20 minutes"))),
        Scenario.of(
            "PENDING in the row, nothing on chain, its window over",
            Code.NEVER_FUNDED,
            "^no escrow for it",
            (world, id) ->
                world.row(id, "PENDING", world.registry().terms(id), Map.of("age", "3 days"))),
        Scenario.of(
            "its funding reverted and its window is over",
            Code.NEVER_FUNDED,
            "^no escrow for it.*; its transaction .* reverted in block \\d+: WrongValue",
            (world, id) -> {
              Terms terms = world.terms(id, world.freshAccount());
              var wrong = world.registry().createCall(terms).withValue(BigInteger.ONE);
              var sent = world.send(wrong, 0, 20);
              world.chain().mined(sent.hash());
              Map<String, String> columns = new java.util.HashMap<>(ScenarioWorld.whole(sent));
              columns.put("age", "2 days");
              return world.row(id, "CREATED", terms, columns);
            }));
  }

  static List<Scenario> behind() {
    return List.of(
        Scenario.of(
            "released, the row still PENDING",
            Code.ROW_BEHIND,
            "^the chain released it, the row still says PENDING",
            (world, id) -> {
              world.registry().release(world.funded(id, "PENDING"));
              return id;
            }),
        Scenario.of(
            "refunded, the row still PENDING",
            Code.ROW_BEHIND,
            "^the chain refunded it, the row still says PENDING",
            (world, id) -> {
              world.registry().refund(world.funded(id, "PENDING"));
              return id;
            }),
        Scenario.of(
            "cancelled on chain, the row still PENDING",
            Code.ROW_BEHIND,
            "^the chain cancelled it, the row still says PENDING",
            (world, id) -> {
              world.registry().cancel(world.funded(id, "PENDING"));
              return id;
            }),
        Scenario.of(
            "funded, the row still CREATED",
            Code.ROW_BEHIND,
            "^the chain has it PENDING, the row still says CREATED",
            (world, id) -> {
              world.funded(id, "CREATED");
              return id;
            }),
        Scenario.of(
            "disputed, the row still PENDING",
            Code.ROW_BEHIND,
            "^the chain has it DISPUTED, the row still says PENDING",
            (world, id) -> {
              world.registry().dispute(world.funded(id, "PENDING"));
              return id;
            }),
        Scenario.of(
            "token escrow released, the row still CREATED",
            Code.ROW_BEHIND,
            "^the chain released it, the row still says CREATED",
            (world, id) -> {
              world.registry().release(world.fundedInToken(id, "CREATED"));
              return id;
            }));
  }
}
