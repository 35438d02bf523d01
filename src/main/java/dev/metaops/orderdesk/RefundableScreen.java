package dev.metaops.orderdesk;

import dev.metaops.chain.Address;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.orders.OrderRow;
import dev.metaops.page.Amounts;
import dev.metaops.page.Batched;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.SafeBatch;
import dev.metaops.page.Table;
import dev.metaops.reach.Books;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code order refundable} found.
 *
 * @param listed the oldest of those that are due, tried
 * @param open how many orders were looked at
 * @param now the chain's clock
 * @param trouble why the node could not be asked
 * @param arbiter whose batch it is; empty when no contract names one
 */
record RefundableScreen(
    Conversation conversation,
    Optional<Books.Caveat> caveat,
    RefundableAnswer.Found found,
    List<PaidBack> listed,
    int open,
    String basis,
    long chainId,
    Instant now,
    Optional<String> trouble,
    Optional<Address> arbiter)
    implements Batched {
  /** How many names a sentence holds before it says how many more there are. */
  private static final int NAMED = 20;

  @Override
  public String shape() {
    return "order-refundable/1";
  }

  /** SPEC §4: none 0, some 1, not all could be looked at 3. */
  ExitCode exit() {
    ExitCode exit =
        found.due().isEmpty() && found.contradicted().isEmpty() ? ExitCode.FINE : ExitCode.WARNING;
    return found.unknown().isEmpty() ? exit : exit.worst(ExitCode.COULD_NOT);
  }

  boolean isEmpty() {
    return found.due().isEmpty();
  }

  /** Why it is not known of every order. */
  Optional<String> obstacle() {
    return found.unknown().entrySet().stream()
        .findFirst()
        .map(first ->
            found.unknown().size()
                + " of "
                + open
                + " open orders could not be looked at: "
                + first.getKey()
                + ": "
                + first.getValue())
        .or(() -> caveat.map(Books.Caveat::sentence));
  }

  private String headline() {
    var amounts = new Amounts(conversation.settings());
    found.due().forEach(one -> amounts.add(one.row().terms()));
    if (found.due().isEmpty()) {
      return "No money in escrow is past its deadline (" + open + " open orders, by " + basis + ")";
    }
    return found.due().size()
        + (found.due().size() == 1 ? " order" : " orders")
        + " may be refunded: "
        + amounts.sum()
        + " ("
        + open
        + " open orders, by "
        + basis
        + ")";
  }

  @Override
  public void drawText(Page page) {
    caveat.ifPresent(one -> page.line(Ink.WARNING, one.sentence()));
    boolean saysNothing =
        found.due().isEmpty() && (caveat.isPresent() || !found.unknown().isEmpty());
    if (!saysNothing) {
      page.line(Ink.STRONG, headline());
    }
    if (!found.unknown().isEmpty()) {
      obstacle().ifPresent(why -> page.line(Ink.BAD, "UNKNOWN: " + why));
    }
    if (!found.contradicted().isEmpty()) {
      page.line(
          Ink.WARNING,
          "the chain contradicts "
              + names(found.contradicted())
              + ": refund nothing before metaops order show "
              + found.contradicted().getFirst());
    }
    var amounts = new Amounts(conversation.settings());
    var table =
        new Table()
            .column("order")
            .column("on chain")
            .column("amount", Table.Side.RIGHT)
            .column("past since")
            .column("who may call");
    for (PaidBack one : listed) {
      OrderRow row = one.row();
      table.row(
          row.id(),
          one.due().state().name(),
          amounts.of(row.terms()),
          one.since(now),
          one.whoMay());
    }
    if (!table.isEmpty()) {
      page.table(table);
      drawCalls(page);
    }
    if (listed.size() < found.due().size()) {
      page.line(
          Ink.FAINT,
          "shown " + listed.size() + " of " + found.due().size() + "; --limit N shows more");
    }
    if (!listed.isEmpty()) {
      page.line("nothing was sent; the arbiter's Safe: metaops order refundable -o safe");
    }
  }

  private void drawCalls(Page page) {
    var table = new Table().column("send for").column("to").column("data, without value");
    listed.forEach(one ->
        one.call().ifPresent(call -> table.row(one.row().id(), call.to().text(), call.data())));
    if (!table.isEmpty()) {
      page.blank().table(table);
    }
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("at", now.toString()).put("open", open).put("basis", basis).put("chain_id", chainId);
    caveat.ifPresent(one -> into.put("caveat", one.sentence()));
    trouble.ifPresent(why -> into.put("node", why));
    arbiter.ifPresent(address -> into.put("arbiter", address.text()));
    drawTotals(into.putArray("totals"));
    ArrayNode orders = into.putArray("orders");
    listed.forEach(one -> one.drawJson(orders.addObject()));
    found.contradicted().forEach(into.putArray("contradicted")::add);
    ArrayNode unknown = into.putArray("unknown");
    found
        .unknown()
        .forEach((order, why) -> unknown.addObject().put("order", order).put("why", why));
  }

  private void drawTotals(ArrayNode into) {
    Map<String, TokenTotal> totals = new TreeMap<>();
    for (PaidBack one : found.due()) {
      one.row()
          .terms()
          .amount()
          .ifPresent(units ->
              totals.merge(
                  one.row().terms().token().map(Address::text).orElse(""),
                  new TokenTotal(1, units),
                  TokenTotal::plus));
    }
    totals.forEach((token, total) -> {
      ObjectNode json =
          into.addObject().put("count", total.count()).put("amount", total.units().toString());
      if (!token.isEmpty()) {
        json.put("token", token);
      }
    });
  }

  private record TokenTotal(long count, java.math.BigInteger units) {
    TokenTotal plus(TokenTotal other) {
      return new TokenTotal(count + other.count(), units.add(other.units()));
    }
  }

  // ------------------------------------------------------------------------------------ the batch

  @Override
  public SafeBatch batch() {
    List<PaidBack> calls = listed.stream().filter(one -> leftOut(one).isEmpty()).toList();
    var amounts = new Amounts(conversation.settings());
    calls.forEach(one -> amounts.add(one.row().terms()));
    List<String> left = leftOut();
    return new SafeBatch(
        chainId,
        conversation.ticker().now(),
        "metaops order refundable",
        "Pays back "
            + amounts.sum()
            + " of "
            + calls.size()
            + (calls.size() == 1 ? " order: " : " orders: ")
            + names(calls.stream().map(one -> one.row().id()).toList())
            + ". Left out: "
            + (left.isEmpty() ? "none" : names(left))
            + ".",
        arbiter.map(Address::text).orElse(""),
        calls.stream()
            .flatMap(one -> one.call().stream())
            .map(call -> new SafeBatch.Transaction(call.to(), call.data()))
            .toList());
  }

  private Optional<String> leftOut(PaidBack one) {
    return one.leftOut(arbiter.orElse(Address.ZERO));
  }

  private List<String> leftOut() {
    List<String> left = new ArrayList<>();
    listed.forEach(
        one -> leftOut(one).ifPresent(why -> left.add(one.row().id() + " (" + why + ")")));
    int more = found.due().size() - listed.size();
    if (more > 0) {
      left.add(more + " more (--limit N takes more into one batch)");
    }
    found.contradicted().forEach(order -> left.add(order + " (the chain contradicts its row)"));
    obstacle().ifPresent(left::add);
    return left;
  }

  /** Beside the file, for the person. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(headline());
    notes.add(
        batch().calls().size()
            + " in this batch of "
            + arbiter.map(address -> "the arbiter " + address).orElse("no arbiter")
            + "; nothing was sent");
    leftOut().stream().limit(NAMED).forEach(why -> notes.add("left out: " + why));
    return notes;
  }

  private static String names(List<String> names) {
    int more = names.size() - NAMED;
    String some = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return more > 0 ? some + " and " + more + " more" : some.isEmpty() ? "none" : some;
  }
}
