package dev.metaops.demo;

import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a play came to: shape {@code demo/1}.
 *
 * @param run the world's name
 * @param acts the titles of the acts that were begun
 * @param firstOrder from the demo's beginning to its first order in the table
 * @param trouble why it ended early, when it did
 */
record Played(
    String run,
    long chainId,
    String escrow,
    List<String> acts,
    List<Fact> facts,
    Optional<Duration> firstOrder,
    Duration took,
    Optional<String> trouble)
    implements Picture {
  static final int ACTS = 5;

  Played {
    acts = List.copyOf(acts);
    facts = List.copyOf(facts);
  }

  /** Whether every act was played and every claim held. */
  boolean allTrue() {
    return acts.size() == ACTS && trouble.isEmpty() && facts.stream().allMatch(Fact::holds);
  }

  @Override
  public String shape() {
    return "demo/1";
  }

  @Override
  public void drawText(Page page) {
    long held = facts.stream().filter(Fact::holds).count();
    page.blank();
    trouble.ifPresent(why -> page.line(Ink.BAD, "The play ended early: " + why));
    page.line(
        allTrue() ? Ink.GOOD : Ink.BAD,
        held
            + " of "
            + facts.size()
            + " claims were checked against chain and rows and hold; "
            + took.toSeconds()
            + " s");
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("run", run)
        .put("chain_id", chainId)
        .put("escrow", escrow)
        .put("all_true", allTrue())
        .put("took_s", seconds(took));
    firstOrder.ifPresent(after -> into.put("first_order_s", seconds(after)));
    trouble.ifPresent(why -> into.put("trouble", why));
    ArrayNode played = into.putArray("acts");
    for (int act = 1; act <= acts.size(); act++) {
      ObjectNode one = played.addObject().put("act", act).put("title", acts.get(act - 1));
      ArrayNode found = one.putArray("facts");
      for (Fact fact : facts) {
        if (fact.act() == act) {
          found
              .addObject()
              .put("claim", fact.claim())
              .put("expected", fact.expected())
              .put("seen", fact.seen())
              .put("holds", fact.holds());
        }
      }
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
