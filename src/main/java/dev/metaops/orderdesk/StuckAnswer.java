package dev.metaops.orderdesk;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.ledger.Stream;
import dev.metaops.order.ChainView;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sum;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Listing;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.SumsTable;
import dev.metaops.page.Table;
import dev.metaops.reach.Books;
import dev.metaops.reach.Fates;
import dev.metaops.reach.Judged;
import dev.metaops.reach.LedgerSight;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Inquiry;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code order check-stuck}: from the ledger while it is fresh, from the contract itself when it is
 * not. Without either the answer is UNKNOWN, never "0 stuck".
 */
final class StuckAnswer {
  /** How many orders a stale ledger sends to the chain, oldest and largest first. */
  private static final int SWEEP_LIMIT = 5_000;

  private static final Comparator<Judged> URGENCY =
      Comparator.comparing((Judged judged) -> judged.verdict().code())
          .thenComparing(judged -> judged.row().stateSince())
          .thenComparing(judged -> judged.row().id());

  private final Conversation conversation;
  private final OrderCommand.CheckStuck command;
  private final Deadline deadline;
  private int unmatched;
  private Optional<Books.Caveat> caveat = Optional.empty();

  StuckAnswer(Conversation conversation, OrderCommand.CheckStuck command, Deadline deadline) {
    this.conversation = conversation;
    this.command = command;
    this.deadline = deadline;
  }

  /** On what the verdicts rest. */
  private sealed interface Basis {
    record Ledger(Duration staleness) implements Basis {}

    record Chain(String why, int reached, int of) implements Basis {}

    record Nothing(String why) implements Basis {}
  }

  Answer from(Books books) throws SQLException {
    OrderBook orders = books.orders();
    Optional<Stream> stream = books.stream();
    unmatched = stream.map(Stream::unmatched).orElse(0);
    Instant now = stream.map(Stream::now).orElseGet(conversation.ticker()::now);
    Duration age = command.age().orElse(conversation.settings().orders().stuckAfter());
    Instant cutoff = now.minus(age);
    Duration budget = conversation.settings().listen().staleAfter();
    caveat = books.caveat();
    Optional<String> stale = staleness(stream, budget, books.without());
    List<Sum> sums =
        orders.openBefore(cutoff).stream()
            .filter(sum -> command.state().map(sum::is).orElse(true))
            .toList();
    return stale.isEmpty()
        ? fromLedger(orders, sums, cutoff, age, now, stream.orElseThrow())
        : fromChain(orders, sums, cutoff, age, now, stale.get(), stream.map(Stream::chainId));
  }

  private static Optional<String> staleness(
      Optional<Stream> stream, Duration budget, String without) {
    if (stream.isEmpty()) {
      return Optional.of(without);
    }
    Duration staleness = stream.get().staleness();
    return stream.get().headSeenAt().isEmpty()
        ? Optional.of("the listener has not seen the chain yet")
        : staleness.compareTo(budget) > 0
            ? Optional.of("the ledger is " + Ages.of(staleness) + " behind")
            : Optional.empty();
  }

  private Answer fromLedger(
      OrderBook orders, List<Sum> sums, Instant cutoff, Duration age, Instant now, Stream stream)
      throws SQLException {
    var sight = LedgerSight.of(conversation.settings(), Optional.of(stream));
    int limit = Math.min(command.listing().limit(), SWEEP_LIMIT);
    Map<String, Judged> judged = new LinkedHashMap<>();
    orders.contradicted(limit).stream()
        .filter(this::isAsked)
        .forEach(row -> judged.put(row.id(), Judged.byLedger(row, sight, now)));
    orders
        .stuck(cutoff, command.state().map(Enum::name), limit)
        .forEach(row -> judged.putIfAbsent(row.id(), Judged.byLedger(row, sight, now)));
    List<Judged> listed =
        new Fates(conversation, Optional.of(stream.chainId()), deadline)
            .followed(List.copyOf(judged.values())).stream().sorted(URGENCY).toList();
    long neverFunded = orders.neverFunded(cutoff);
    return answer(listed, sums, age, now, new Basis.Ledger(stream.staleness()), neverFunded);
  }

  private Answer fromChain(
      OrderBook orders,
      List<Sum> sums,
      Instant cutoff,
      Duration age,
      Instant now,
      String why,
      Optional<Long> pinned)
      throws SQLException {
    if (command.evidence() == OrderCommand.Evidence.ROWS_ONLY) {
      List<Judged> listed =
          orders.stuck(cutoff, command.state().map(Enum::name), command.listing().limit()).stream()
              .map(row ->
                  Judged.by(row, new ChainView.NotSeen(why + ", and --no-chain was given"), now))
              .toList();
      return answer(listed, sums, age, now, new Basis.Nothing(why + "; --no-chain was given"), 0);
    }
    Optional<Inquiry> inquiry =
        Reach.inquiry(conversation.settings(), pinned, conversation.ticker());
    if (inquiry.isEmpty()) {
      String nobody =
          why + ", and no chain is configured (set RPC_URL and ESCROW_CONTRACT_ADDRESS)";
      return answer(List.of(), sums, age, now, new Basis.Nothing(nobody), 0);
    }
    List<OrderRow> rows =
        orders.stuck(now, command.state().map(Enum::name), SWEEP_LIMIT).stream()
            .sorted(
                Comparator.comparing((OrderRow row) -> !row.stateSince().isBefore(cutoff))
                    .thenComparing(
                        row -> row.terms().amount().orElse(BigInteger.ZERO),
                        Comparator.reverseOrder()))
            .toList();
    // All of them, also those beyond the sweep's limit: what was not asked about is not fine.
    int open =
        orders.openBefore(now).stream()
            .filter(sum -> command.state().map(sum::is).orElse(true))
            .mapToInt(sum -> Math.toIntExact(sum.count()))
            .sum();
    conversation
        .person()
        .tell(why + ": asking the contract about " + rows.size() + " of " + open + " open orders");
    Map<String, ChainView> views =
        inquiry.get().sweep(rows.stream().map(OrderRow::terms).toList(), deadline);
    Predicate<ChainView> isSeen = view -> view instanceof ChainView.Seen;
    int reached = (int) views.values().stream().filter(isSeen).count();
    if (rows.stream().anyMatch(OrderRow::canBeAsked) && reached == 0) {
      String because =
          views.values().stream()
              .findFirst()
              .map(view -> view instanceof ChainView.NotSeen(String reason) ? reason : "")
              .orElse("no answer in time");
      return answer(List.of(), sums, age, now, new Basis.Nothing(why + "; " + because), 0);
    }
    List<Judged> all = new ArrayList<>();
    for (OrderRow row : rows) {
      ChainView view = views.getOrDefault(row.id(), new ChainView.NotSeen("not reached in time"));
      all.add(Judged.by(row, view, now));
    }
    List<Judged> listed = new ArrayList<>();
    for (Judged judged : new Fates(conversation, pinned, deadline).followed(all)) {
      OrderRow row = judged.row();
      ChainView view = views.getOrDefault(row.id(), new ChainView.NotSeen("not reached in time"));
      if (row.stateSince().isBefore(cutoff) || isStuckNow(judged, view, now)) {
        listed.add(judged);
      }
    }
    listed.sort(URGENCY);
    return answer(
        listed, sums, age, now, new Basis.Chain(why, reached, Math.max(open, rows.size())), 0);
  }

  private boolean isAsked(OrderRow row) {
    return command.state().map(Enum::name).map(row::is).orElse(true);
  }

  private static boolean isContradicted(Verdict verdict) {
    return switch (verdict.code()) {
      case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED, ROW_BEHIND, NEVER_FUNDED -> true;
      case TX_TROUBLE, UNKNOWN, NOT_FINAL, WAITING, CONSISTENT -> false;
    };
  }

  /** SPEC §3: contradicted, in trouble with its transaction, or past its deadline. */
  private static boolean isStuckNow(Judged judged, ChainView view, Instant now) {
    return isContradicted(judged.verdict())
        || judged.verdict().code() == Verdict.Code.TX_TROUBLE
        || (judged.verdict().code() == Verdict.Code.WAITING
            && view instanceof ChainView.Seen seen
            && seen.deadline().filter(now::isAfter).isPresent());
  }

  private Answer answer(
      List<Judged> listed,
      List<Sum> sums,
      Duration age,
      Instant now,
      Basis basis,
      long neverFunded) {
    ExitCode exit =
        (basis instanceof Basis.Nothing ? ExitCode.COULD_NOT : exit(listed, sums, neverFunded))
            .worst(caveat.map(Books.Caveat::exit).orElse(ExitCode.FINE));
    return Answer.of(
        exit,
        new Screen(
            conversation, caveat, listed, sums, age, now, basis, unmatched, command.listing()));
  }

  /** SPEC §4: 0 none, 1 only old ones that wait, 2 any other; UNKNOWN is 3 and 2 outranks it. */
  private static ExitCode exit(List<Judged> listed, List<Sum> sums, long neverFunded) {
    ExitCode exit =
        sums.isEmpty() ? ExitCode.FINE : neverFunded > 0 ? ExitCode.CRITICAL : ExitCode.WARNING;
    for (Judged judged : listed) {
      exit =
          exit.worst(
              switch (judged.verdict().code()) {
                case WAITING, NOT_FINAL, CONSISTENT -> ExitCode.WARNING;
                case UNKNOWN -> ExitCode.COULD_NOT;
                case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED, ROW_BEHIND, TX_TROUBLE, NEVER_FUNDED ->
                    ExitCode.CRITICAL;
              });
    }
    return exit;
  }

  private record Screen(
      Conversation conversation,
      Optional<Books.Caveat> caveat,
      List<Judged> judged,
      List<Sum> sums,
      Duration age,
      Instant now,
      Basis basis,
      int unmatched,
      Listing listing)
      implements Picture {
    @Override
    public String shape() {
      return "order-check-stuck/1";
    }

    private List<Judged> shown() {
      return judged.subList(0, Math.min(judged.size(), listing.limit()));
    }

    @Override
    public void drawText(Page page) {
      caveat.ifPresent(found -> page.line(Ink.WARNING, found.sentence()));
      if (!saysNothing()) {
        page.line(Ink.STRONG, headline());
      }
      switch (basis) {
        case Basis.Ledger _ -> {}
        case Basis.Chain(String why, int reached, int of) ->
            page.line(
                Ink.WARNING,
                why
                    + "; asked the contract itself: reached "
                    + reached
                    + " of "
                    + of
                    + " open orders");
        case Basis.Nothing(String why) ->
            page.line(Ink.BAD, "UNKNOWN: not verified. " + why + " (metaops health quick)");
      }
      var amounts = new Amounts(conversation.settings());
      var table =
          new Table()
              .column("order")
              .column("state")
              .column("for", Table.Side.RIGHT)
              .column("amount", Table.Side.RIGHT)
              .column("verdict")
              .column("why");
      for (Judged order : shown()) {
        table.row(
            List.of(
                Table.Cell.of(order.row().id()),
                Table.Cell.of(order.row().state()),
                Table.Cell.of(Ages.of(order.age(now))),
                Table.Cell.of(amounts.of(order.row().terms())),
                Table.Cell.of(order.ink(), order.verdict().code().name()),
                Table.Cell.of(order.verdict().sentence())));
      }
      if (!table.isEmpty()) {
        page.table(table);
      }
      if (unmatched > 0) {
        page.line(
            Ink.WARNING,
            unmatched
                + " escrows on chain have no order (NO_ROW); metaops events recent shows them");
      }
      long all = Math.max(judged.size(), sums.stream().mapToLong(Sum::count).sum());
      if (shown().size() < all) {
        page.line(Ink.FAINT, "shown " + shown().size() + " of " + all + "; --limit N shows more");
      }
      judged.stream()
          .filter(order -> order.verdict().code() == Verdict.Code.ROW_BEHIND)
          .findFirst()
          .ifPresent(order -> page.line("next: " + Books.next(conversation, order.row().id())));
    }

    /** Where no row is shown, "none is stuck" would be a lie. */
    private boolean saysNothing() {
      return caveat.isPresent() && judged.isEmpty() && sums.isEmpty();
    }

    private String headline() {
      long count = sums.stream().mapToLong(Sum::count).sum();
      long contradicted = judged.stream().filter(order -> isContradicted(order.verdict())).count();
      String contradictions =
          contradicted == 0
              ? ""
              : "; "
                  + contradicted
                  + (contradicted == 1 ? " contradicts" : " contradict")
                  + " the chain";
      if (basis instanceof Basis.Nothing) {
        return count + " open orders in one state for more than " + Ages.of(age);
      }
      if (count == 0) {
        return contradicted == 0
            ? "No order is stuck: none is open in one state for more than " + Ages.of(age)
            : contradicted + " open orders contradict the chain";
      }
      var amounts = new Amounts(conversation.settings());
      sums.forEach(sum -> amounts.add(sum.units(), sum.token()));
      Instant oldest = sums.stream().map(Sum::oldest).min(Comparator.naturalOrder()).orElse(now);
      return count
          + (count == 1 ? " order" : " orders")
          + " open in one state for more than "
          + Ages.of(age)
          + " (oldest "
          + Ages.of(Duration.between(oldest, now))
          + "): "
          + amounts.sum()
          + contradictions;
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", now.toString()).put("older_than_s", age.toSeconds());
      caveat.ifPresent(found -> into.put("caveat", found.sentence()));
      ObjectNode on = into.putObject("basis");
      switch (basis) {
        case Basis.Ledger(Duration staleness) ->
            on.put("kind", "ledger").put("behind_s", staleness.toSeconds());
        case Basis.Chain(String why, int reached, int of) ->
            on.put("kind", "chain").put("why", why).put("reached", reached).put("of", of);
        case Basis.Nothing(String why) -> on.put("kind", "unknown").put("why", why);
      }
      into.put("no_row", unmatched);
      SumsTable.drawJson(into.putArray("totals"), sums);
      ArrayNode orders = into.putArray("orders");
      shown().forEach(order -> order.drawJson(orders.addObject()));
    }
  }
}
