package dev.metaops.stories;

import dev.metaops.order.Verdict.Code;
import dev.metaops.stories.Scenario.Place;
import dev.metaops.stories.Scenario.Way;
import java.util.List;
import java.util.Map;

/** What cannot be looked at, and what no row speaks of. */
final class BlindScenarios {
  private static final String COULD_NOT_LOOK = "^could not look: ";

  private BlindScenarios() {}

  static List<Scenario> unknown() {
    return List.of(
        Scenario.of(
            "a state nobody mapped",
            Code.UNKNOWN,
            "^the row's state ON_HOLD is UNMAPPED",
            (world, id) -> {
              world.funded(id, "ON_HOLD");
              return id;
            }),
        Scenario.of(
            "a row that cannot be read",
            Code.UNKNOWN,
            "its row cannot be read: buyer: somebody \\(expected: 0x and 40 hex digits\\)",
            (world, id) ->
                world.row(id, "PENDING", world.registry().terms(id), Map.of("buyer", "somebody"))),
        Scenario.of(
            "a row that gives no escrow key",
            Code.UNKNOWN,
            COULD_NOT_LOOK + "the row names no escrow: it has no key",
            (world, id) -> {
              var columns = new java.util.HashMap<String, String>();
              columns.put("seller", "");
              return world.row(id, "PENDING", world.registry().terms(id), columns);
            }),
        Scenario.of(
            "a row at a contract nobody configured",
            Code.UNKNOWN,
            COULD_NOT_LOOK + "its escrow is at 0x.*, configured is ",
            (world, id) ->
                world.row(
                    id,
                    "PENDING",
                    world.registry().terms(id),
                    Map.of("escrow_contract", world.token().address().text()))),
        elsewhere("the node cannot be reached", "connection refused", Place.NODE_REFUSES),
        elsewhere("a node of the wrong chain", "chain", Place.WRONG_CHAIN),
        elsewhere(
            "another contract at the escrow's address",
            COULD_NOT_LOOK + ".*call reverted",
            Place.NO_ESCROW_THERE),
        elsewhere("a key that sees no rows", "UNKNOWN.*anon", Place.ANONYMOUS_KEY));
  }

  private static Scenario elsewhere(String name, String says, Place place) {
    return Scenario.of(
            name,
            Code.UNKNOWN,
            says,
            (world, id) -> {
              world.registry().release(world.funded(id, "PENDING"));
              return id;
            })
        .at(place);
  }

  static List<Scenario> noRow() {
    return List.of(
        Scenario.of(
            "an escrow without an order, by its key",
            Code.NO_ROW,
            "^an escrow on chain \\(HELD\\), 1 ETH by .*, and no order has its key",
            (world, id) -> world.registry().create(id).key().text()),
        Scenario.of(
            "a released escrow without an order, by its key",
            Code.NO_ROW,
            "^an escrow on chain \\(RELEASED\\)",
            (world, id) -> {
              var key = world.registry().create(id).key();
              world.registry().release(key);
              return key.text();
            }),
        Scenario.of(
                "an escrow without an order, among recent events",
                Code.NO_ROW,
                "^no order has this escrow key",
                (world, id) -> {
                  world.registry().create(id);
                  return id;
                })
            .by(Way.EVENTS),
        Scenario.of(
                "an escrow without an order, seen by the listener",
                Code.NO_ROW,
                "1",
                (world, id) -> {
                  world.installed().venue().registry().create(id);
                  world.installed().follow();
                  return id;
                })
            .at(Place.INSTALLED)
            .by(Way.UNMATCHED));
  }
}
