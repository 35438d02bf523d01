package dev.metaops.stories;

import dev.metaops.order.Verdict.Code;
import dev.metaops.stories.Scenario.Place;
import dev.metaops.testing.TestVenue;
import java.util.List;

/** With a listener of ours and its ledger. In this order: the last ones freeze the rows. */
final class InstalledScenarios {
  private InstalledScenarios() {}

  static List<Scenario> all() {
    return List.of(
        installed(
            "settled by the listener",
            Code.CONSISTENT,
            "^finished: row and chain both say SETTLED",
            (world, id) -> {
              InstalledVenue venue = world.installed();
              venue.venue().registry().release(venue.funded(id));
              venue.followToFinality();
              return id;
            }),
        installed(
            "followed, held",
            Code.WAITING,
            "the chain waits for the buyer to release it until ",
            (world, id) -> {
              world.installed().funded(id);
              return id;
            }),
        installed(
            "a reorg took its deposit, the row went back",
            Code.WAITING,
            "^no escrow yet: the buyer may fund it until .*a reorg took back 1 event",
            (world, id) -> {
              world.installed().funded(id);
              world.installed().chain().reorg(1);
              world.installed().follow();
              return id;
            }),
        installed(
            "SETTLED over the listener, the money held",
            Code.ROW_FALSE,
            "^the row says SETTLED, the money is still in escrow",
            (world, id) -> {
              world.installed().funded(id);
              world.installed().followToFinality();
              world.installed().overwritten(id, "SETTLED");
              return id;
            }),
        installed(
            "SETTLED over the listener, and a reorg took its escrow",
            Code.ORPHANED,
            "^the row says SETTLED, and the block that said so is no longer of the chain",
            (world, id) -> {
              world.installed().funded(id);
              world.installed().chain().reorg(1);
              world.installed().follow();
              world.installed().overwritten(id, "SETTLED");
              return id;
            }),
        installed(
            "a reorg took its deposit while rows are frozen",
            Code.ORPHANED,
            "^the row says PENDING, and the block that said so is no longer of the chain",
            (world, id) -> {
              world.installed().funded(id);
              world.installed().frozen();
              world.installed().chain().reorg(1);
              world.installed().follow();
              return id;
            }),
        installed(
            "released while rows are frozen",
            Code.ROW_BEHIND,
            "^the chain released it, the row still says CREATED",
            (world, id) -> {
              TestVenue venue = world.installed().venue();
              venue.registry().release(world.installed().funded(id));
              world.installed().followToFinality();
              return id;
            }),
        installed(
            "released a block ago, followed",
            Code.NOT_FINAL,
            "^released on chain, not final yet",
            (world, id) -> {
              InstalledVenue venue = world.installed();
              var key = venue.funded(id);
              venue.overwritten(id, "PENDING");
              venue.venue().registry().release(key);
              venue.follow();
              return id;
            }));
  }

  private static Scenario installed(String name, Code expected, String says, Scenario.Plot plot) {
    return Scenario.of(name, expected, says, plot).at(Place.INSTALLED);
  }
}
