package dev.metaops.database;

import dev.metaops.audit.Boundary;
import dev.metaops.chain.Address;
import dev.metaops.command.Conversation;
import dev.metaops.page.Amounts;
import dev.metaops.page.Page;
import dev.metaops.reach.OrdersMemory;
import dev.metaops.restore.RestoreStore;
import dev.metaops.restore.WentBack;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a restoration cost.
 *
 * @param held the freeze; empty where nothing was frozen yet
 * @param rowless the first escrows on chain that no order has
 * @param lost what the database no longer remembers having been done
 * @param unknown why that is not known
 */
record RestoredFacts(
    Instant backup,
    Optional<RestoreStore.Held> held,
    OrdersMemory.Look look,
    Boundary.Look kept,
    List<RestoreStore.Rowless> rowless,
    long rowlessCount,
    List<LostRecord> lost,
    Optional<String> unknown) {
  static final int MOST_SHOWN = 50;

  RestoredFacts {
    rowless = List.copyOf(rowless);
    lost = List.copyOf(lost);
  }

  /** Settled blocks that were read before and are not read again yet. */
  long unread() {
    long before =
        Math.max(held.map(RestoreStore.Held::remembered).orElse(-1L), look.rememberedSettled());
    return Math.max(0, before - look.present().mark().settled());
  }

  private long sealsBefore() {
    return Math.max(
        held.map(RestoreStore.Held::seals).orElse(0L),
        Math.max(look.rememberedSeals(), kept.newest().map(last -> last.size()).orElse(0L)));
  }

  private long again() {
    return lost.stream().filter(each -> each.need() != LostRecord.Need.NONE).count();
  }

  /** Whether nothing is left for people to do. */
  boolean isComplete() {
    return rowlessCount == 0 && again() == 0 && unknown.isEmpty();
  }

  /**
   * What people sign, of what the orders database itself says: the same at every machine, whatever
   * checkpoints are kept there.
   */
  String signedText() {
    return "metaops db restored v1\nlog: "
        + look.present().mark().log()
        + "\nfreeze: "
        + held.map(RestoreStore.Held::id).orElse("")
        + "\nbackup: "
        + backup
        + "\n";
  }

  List<String> lines(Conversation conversation) {
    var lines = new ArrayList<String>();
    lines.add(
        held.map(RestoreStore.Held::sentence).orElseGet(() -> WentBack.sentence(look.reasons())));
    lines.add("You say it is the backup of " + backup + ".");
    lines.add(
        "The record had "
            + sealsBefore()
            + " seals; "
            + kept.agreeing()
            + " of them are vouched for by a checkpoint that agrees with what is there.");
    lines.add(
        unread() > 0
            ? "The ledger has still to read " + unread() + " blocks that it had read before."
            : "The ledger has read again all blocks that it had read before.");
    rowless(lines, new Amounts(conversation.settings()));
    lost(lines);
    return lines;
  }

  private void rowless(List<String> lines, Amounts amounts) {
    lines.add(
        rowlessCount == 0
            ? "No escrow on chain is without an order."
            : rowlessCount
                + (rowlessCount == 1 ? " escrow" : " escrows")
                + " on chain without an order (NO_ROW: restore the row, or create it from chain"
                + " data, two people):");
    for (RestoreStore.Rowless one : rowless) {
      lines.add(
          "  "
              + one.key()
              + "  "
              + one.last()
              + " in block "
              + one.block()
              + one.order().map(order -> "  order " + Page.printable(order)).orElse("")
              + one.amount()
                  .flatMap(
                      units -> one.token().map(token -> "  " + amounts.of(units, address(token))))
                  .orElse(""));
    }
    if (rowless.size() < rowlessCount) {
      lines.add("  and " + (rowlessCount - rowless.size()) + " more (-o json shows no more)");
    }
  }

  private static Address address(String text) {
    return new Address(text);
  }

  private void lost(List<String> lines) {
    unknown.ifPresent(lines::add);
    if (unknown.isEmpty()) {
      lines.add(
          lost.isEmpty()
              ? "No intervention is known that the database no longer remembers."
              : lost.size()
                  + (lost.size() == 1 ? " intervention" : " interventions")
                  + " it no longer remembers, "
                  + again()
                  + " to make again:");
    }
    lost.stream()
        .limit(MOST_SHOWN)
        .forEach(each ->
            lines.add(
                "  "
                    + each.at()
                    + "  "
                    + each.kind()
                    + "  "
                    + each.order().map(Page::printable).orElse("–")
                    + "  "
                    + Page.printable(each.actor())
                    + "  "
                    + Page.printable(each.what())
                    + "  → "
                    + each.need().words()));
    if (lost.size() > MOST_SHOWN) {
      lines.add("  and " + (lost.size() - MOST_SHOWN) + " more (-o json)");
    }
  }

  /** What was lost, into a document. */
  void drawLoss(ObjectNode into) {
    ObjectNode seals = into.putObject("seals");
    seals.put("had", sealsBefore()).put("agreeing", kept.agreeing());
    into.put("no_row_count", rowlessCount);
    ArrayNode missing = into.putArray("no_row");
    for (RestoreStore.Rowless one : rowless) {
      ObjectNode each =
          missing
              .addObject()
              .put("escrow_key", one.key())
              .put("last_event", one.last())
              .put("block", one.block());
      one.order().ifPresent(order -> each.put("order_on_chain", order));
      one.amount().ifPresent(amount -> each.put("amount", amount.toString()));
      one.token().ifPresent(token -> each.put("token", token));
    }
    ArrayNode interventions = into.putArray("interventions");
    for (LostRecord one : lost) {
      ObjectNode each =
          interventions
              .addObject()
              .put("at", one.at())
              .put("kind", one.kind())
              .put("actor", one.actor())
              .put("what", one.what())
              .put("need", one.need().name());
      one.order().ifPresent(order -> each.put("order", order));
    }
    unknown.ifPresent(why -> into.put("interventions_unknown", why));
  }
}
