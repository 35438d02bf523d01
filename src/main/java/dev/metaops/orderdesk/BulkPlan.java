package dev.metaops.orderdesk;

import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.order.OrderState;
import dev.metaops.orders.OrderRow;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Table;
import dev.metaops.plan.Plan;
import dev.metaops.plan.Proposal;
import dev.metaops.reach.Judged;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code order bulk-fix} shows before it asks: the orders grouped by what the chain says, and
 * what becomes of each group.
 *
 * @param at the orders database's clock when this was judged
 * @param listener what a listener will do about those that can be moved; empty where none can
 */
record BulkPlan(
    Conversation conversation,
    OrderCommand.BulkFix command,
    BulkSelection.Chosen chosen,
    List<BulkCase> cases,
    Instant at,
    Optional<String> listener) {
  /** Ids named on the screen of one group. */
  private static final int NAMED = 8;

  /** What every terminal has. */
  private static final int COLUMNS = 80;

  private static final String INDENT = "     ";

  /** Kept for the words behind the ids. */
  private static final int MORE_WIDTH = 40;

  BulkPlan {
    cases = List.copyOf(cases);
  }

  /** A line of the screen; groups are as their first order. */
  private record Group(String says, Optional<OrderState> to, Optional<String> why) {}

  List<Plan.Target> targets() {
    return cases.stream()
        .flatMap(one -> one.movable().stream())
        .map(Proposal.Movable::target)
        .toList();
  }

  int movable() {
    return (int) cases.stream().filter(one -> one.movable().isPresent()).count();
  }

  /** {@code 4 of 7 orders can be moved}. */
  String counted() {
    return movable() + " of " + cases.size() + " orders can be moved";
  }

  private Amounts amounts() {
    return new Amounts(conversation.settings(), Amounts.Digits.IN_THREES);
  }

  private Map<Group, List<BulkCase>> groups() {
    Map<Group, List<BulkCase>> groups = new LinkedHashMap<>();
    for (BulkCase one : cases) {
      Optional<OrderState> to = one.movable().map(movable -> movable.target().to());
      // Reasons that name blocks and nodes differ from order to order.
      Optional<String> why =
          one.proposal() instanceof Proposal.CannotTell
              ? Optional.empty()
              : one.whyLeft(command.only());
      groups.computeIfAbsent(new Group(one.says(), to, why), _ -> new ArrayList<>()).add(one);
    }
    return groups;
  }

  void drawText(Page page) {
    page.line(Ink.STRONG, headline());
    Table table =
        new Table()
            .column("", Table.Side.RIGHT)
            .column("", Table.Side.RIGHT)
            .column("")
            .column("")
            .column("");
    groups().entrySet().stream()
        .sorted(
            Comparator.comparing(
                    (Map.Entry<Group, List<BulkCase>> entry) -> entry.getKey().to().isEmpty())
                .thenComparingInt(entry -> -entry.getValue().size()))
        .forEach(entry -> row(table, entry.getKey(), entry.getValue()));
    if (!chosen.unknown().isEmpty()) {
      table.row(
          List.of(
              Table.Cell.of(""),
              Table.Cell.of(Integer.toString(chosen.unknown().size())),
              Table.Cell.of(Ink.WARNING, "no order has this id"),
              Table.Cell.of("left alone"),
              Table.Cell.of("")));
      beneath(table, chosen.unknown(), List.of());
    }
    if (!table.isEmpty()) {
      page.table(table);
    }
    listener.ifPresent(page::line);
  }

  private void row(Table table, Group group, List<BulkCase> orders) {
    Amounts sum = amounts();
    orders.forEach(one -> sum.add(one.row().terms()));
    Ink ink = orders.getFirst().exit() == ExitCode.FINE ? Ink.PLAIN : Ink.WARNING;
    table.row(
        List.of(
            Table.Cell.of(""),
            Table.Cell.of(Integer.toString(orders.size())),
            Table.Cell.of(ink, group.says()),
            group
                .to()
                .map(state -> Table.Cell.of(Ink.GOOD, "→ " + state))
                .orElseGet(() -> Table.Cell.of("left alone")),
            Table.Cell.of(sum.sum())));
    beneath(table, orders.stream().map(BulkCase::id).toList(), notes(group, orders));
  }

  /** Which orders these are and what is to be known of them, where eighty columns end. */
  private static void beneath(Table table, List<String> ids, List<String> notes) {
    String named = INDENT + named(ids);
    if (notes.size() == 1 && named.length() + notes.getFirst().length() + 2 <= COLUMNS) {
      table.below(Ink.PLAIN, named + "  " + notes.getFirst());
      return;
    }
    table.below(Ink.PLAIN, named);
    notes.forEach(note -> table.below(Ink.PLAIN, INDENT + note));
  }

  private List<String> notes(Group group, List<BulkCase> orders) {
    if (group.to().isPresent()) {
      return List.of();
    }
    if (group.why().isPresent()) {
      return List.of(group.why().get());
    }
    String look =
        (orders.getFirst().proposal() instanceof Proposal.CannotTell
                ? "metaops order verify "
                : "metaops order show ")
            + orders.getFirst().id();
    return orders
        .getFirst()
        .whyLeft(command.only())
        .map(why -> List.of(why, look))
        .orElse(List.of(look));
  }

  /** As many as a line holds, at least one. */
  private static String named(List<String> ids) {
    var line = new StringBuilder(ids.getFirst());
    int count = 1;
    while (count < ids.size()
        && count < NAMED
        && line.length() + ids.get(count).length() < COLUMNS - MORE_WIDTH) {
      line.append(", ").append(ids.get(count++));
    }
    return count == ids.size()
        ? line.toString()
        : line.append(" and ")
            .append(ids.size() - count)
            .append(" more; -o json has all")
            .toString();
  }

  private String headline() {
    if (cases.isEmpty()) {
      return "No order of these ids";
    }
    Map<String, Integer> states = new TreeMap<>();
    cases.forEach(one -> states.merge(one.row().state(), 1, Integer::sum));
    Amounts sum = amounts();
    cases.forEach(one -> sum.add(one.row().terms()));
    String what = cases.size() == 1 ? "1 order" : cases.size() + " orders";
    String which =
        states.size() == 1
            ? states.keySet().iterator().next()
            : states.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", ", "open (", ")"));
    Instant oldest =
        cases.stream()
            .map(BulkCase::row)
            .map(OrderRow::stateSince)
            .min(Comparator.naturalOrder())
            .orElse(at);
    return what
        + " "
        + which
        + chosen.age().map(age -> " for more than " + Ages.of(age)).orElse(", as listed")
        + " (oldest "
        + Ages.of(Duration.between(oldest, at))
        + "): "
        + sum.sum();
  }

  void drawJson(ObjectNode into, BulkOutcomes outcomes) {
    into.put("at", at.toString());
    chosen.age().ifPresent(age -> into.put("older_than_s", age.toSeconds()));
    command.only().ifPresent(state -> into.put("asked", state.name()));
    into.put("selected", cases.size()).put("movable", movable());
    listener.ifPresent(sentence -> into.put("listener", sentence));
    ArrayNode unknown = into.putArray("unknown_ids");
    chosen.unknown().forEach(unknown::add);
    ArrayNode orders = into.putArray("orders");
    for (BulkCase one : cases) {
      ObjectNode json = orders.addObject();
      new Judged(one.row(), one.verdict()).drawJson(json);
      json.put("may", one.movable().isPresent() ? "MOVE" : "LEFT_ALONE").put("says", one.says());
      one.movable().ifPresent(movable -> json.put("to", movable.target().to().name()));
      one.whyLeft(command.only()).ifPresent(why -> json.put("why_left", why));
      json.put("vouchers", one.testimony().vouchers());
      outcomes.drawJson(one.id(), json);
    }
  }
}
