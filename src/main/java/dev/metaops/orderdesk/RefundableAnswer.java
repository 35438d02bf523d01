package dev.metaops.orderdesk;

import dev.metaops.chain.Address;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.escrow.EscrowStorage;
import dev.metaops.escrow.Escrows;
import dev.metaops.escrow.RefundCall;
import dev.metaops.escrow.RevertReasons;
import dev.metaops.ledger.Stream;
import dev.metaops.order.ChainView;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import dev.metaops.order.Refund;
import dev.metaops.orders.OrderRow;
import dev.metaops.reach.Books;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.LedgerSight;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Inspector;
import dev.metaops.reconcile.Rehearsal;
import dev.metaops.reconcile.Rehearsal.Rehearsed;
import dev.metaops.rpc.Draft;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code order refundable}: money in escrow past its deadline, and what may be sent to pay it back.
 * Each call that is listed was tried on the newest block first. Sends nothing.
 */
final class RefundableAnswer {
  /** How many open orders are looked at, oldest first. */
  private static final int MOST = 5_000;

  private final Conversation conversation;
  private final OrderCommand.Refundable command;
  private final Deadline deadline;
  private final Escrows escrows;

  RefundableAnswer(Conversation conversation, OrderCommand.Refundable command, Deadline deadline) {
    this.conversation = conversation;
    this.command = command;
    this.deadline = deadline;
    this.escrows = EscrowReach.escrows(conversation.settings());
  }

  /**
   * What was found of all open orders.
   *
   * @param due oldest first, not yet tried
   * @param unknown why, by order
   */
  record Found(List<PaidBack> due, List<String> contradicted, Map<String, String> unknown) {}

  /**
   * The node, and where it stands.
   *
   * @param trouble why it could not be asked; empty when it was
   */
  private record Node(Provider provider, long chainId, Instant now, Optional<String> trouble) {}

  Answer from(Books books) throws SQLException {
    Optional<Books.Caveat> caveat = books.caveat();
    Optional<Stream> fresh =
        OrderAnswers.freshStream(books, conversation.settings().listen().staleAfter());
    Optional<Stream> stream = books.stream();
    Instant ours = books.orders().now();
    Node node = node(stream.map(Stream::chainId), ours);
    List<OrderRow> rows = rows(books);
    Map<String, ChainView> views =
        fresh.isPresent() ? byLedger(rows) : byChain(rows, stream.map(Stream::chainId), node);
    Found found = judged(rows, views, node);
    int shown = Math.min(found.due().size(), command.listing().limit());
    List<PaidBack> tried = tried(found.due().subList(0, shown), node);
    var screen =
        new RefundableScreen(
            conversation,
            caveat,
            found,
            tried,
            rows.size(),
            basis(fresh, stream),
            node.chainId(),
            node.now(),
            node.trouble(),
            safe(tried));
    ExitCode exit = screen.exit().worst(caveat.map(Books.Caveat::exit).orElse(ExitCode.FINE));
    return switch (conversation.shared().output()) {
      case TABLE, JSON -> Answer.of(exit, screen);
      case SAFE -> batch(exit, screen, node);
    };
  }

  /** A batch is only given out when each of its calls was tried. */
  private Answer batch(ExitCode exit, RefundableScreen screen, Node node) {
    if (node.trouble().isPresent() || (exit == ExitCode.COULD_NOT && screen.isEmpty())) {
      return Answer.couldNot(
          "order",
          "refundable",
          "UNKNOWN, no batch: "
              + node.trouble()
                  .or(screen::obstacle)
                  .orElse("what may be refunded could not be found out"));
    }
    return new Answer(exit, screen, screen.notes());
  }

  private Node node(Optional<Long> pinned, Instant ours) {
    Provider provider =
        Reach.provider(conversation.settings(), conversation.ticker()).orElseThrow();
    Deadline first = deadline.atMost(conversation.shared().patience().dividedBy(2));
    try {
      long chainId = provider.chainId(first);
      Optional<Long> expected = pinned.or(conversation.settings().chain()::expectedChainId);
      if (expected.isPresent() && expected.get() != chainId) {
        provider.requireChain(expected.get(), first);
      }
      return new Node(provider, chainId, provider.head(first).latest().time(), Optional.empty());
    } catch (RpcUnavailable unavailable) {
      return new Node(
          provider,
          pinned.orElse(0L),
          ours,
          Optional.of(unavailable.endpoint() + ": " + unavailable.failure().sentence()));
    }
  }

  /** Open rows, and those that only call themselves finished. */
  private static List<OrderRow> rows(Books books) throws SQLException {
    Map<String, OrderRow> rows = new LinkedHashMap<>();
    books.orders().contradicted(MOST).forEach(row -> rows.put(row.id(), row));
    books
        .orders()
        .stuck(books.orders().now(), Optional.empty(), MOST)
        .forEach(row -> rows.putIfAbsent(row.id(), row));
    return List.copyOf(rows.values());
  }

  private Map<String, ChainView> byLedger(List<OrderRow> rows) {
    LedgerSight sight = LedgerSight.of(conversation.settings(), Optional.empty());
    Instant now = conversation.ticker().now();
    Map<String, ChainView> views = new LinkedHashMap<>();
    for (OrderRow row : rows) {
      views.put(
          row.id(),
          row.doubts().isEmpty()
              ? sight.of(row, now)
              : new ChainView.NotSeen(String.join("; ", row.doubts())));
    }
    return views;
  }

  private Map<String, ChainView> byChain(List<OrderRow> rows, Optional<Long> pinned, Node node) {
    if (node.trouble().isPresent()) {
      return Map.of();
    }
    Optional<Inspector> inspector =
        Reach.inspector(conversation.settings(), pinned, conversation.ticker());
    return inspector
        .map(asked -> asked.sweep(rows.stream().map(OrderRow::terms).toList(), deadline))
        .orElse(Map.of());
  }

  private Found judged(List<OrderRow> rows, Map<String, ChainView> views, Node node) {
    List<PaidBack> due = new ArrayList<>();
    List<String> contradicted = new ArrayList<>();
    Map<String, String> unknown = new LinkedHashMap<>();
    String unreached = node.trouble().orElse("not reached in time");
    for (OrderRow row : rows) {
      ChainView view =
          row.doubts().isEmpty()
              ? views.getOrDefault(row.id(), new ChainView.NotSeen(unreached))
              : new ChainView.NotSeen("its row cannot be read: " + String.join("; ", row.doubts()));
      switch (Refund.of(
          view, row.stateSince(), conversation.settings().orders().stuckAfter(), node.now())) {
        case Refund.Due found -> due.add(new PaidBack(row, found, call(row.terms()), List.of()));
        case Refund.NotDue() -> {}
        case Refund.Contradicted() -> contradicted.add(row.id());
        case Refund.Unknown(String why) -> unknown.put(row.id(), why);
      }
    }
    due.sort(
        Comparator.comparing((PaidBack one) -> one.due().since())
            .thenComparing(one -> one.row().id()));
    return new Found(due, contradicted, unknown);
  }

  private Optional<RefundCall> call(OrderTerms terms) {
    Optional<Address> contract = terms.contract().or(escrows::current);
    return contract.isPresent() && terms.key().isPresent()
        ? RefundCall.of(escrows.profile().storage(), contract.get(), terms.key().get())
        : Optional.empty();
  }

  // ------------------------------------------------------------------------------------ who may

  private List<PaidBack> tried(List<PaidBack> due, Node node) {
    if (node.trouble().isPresent()) {
      return due.stream()
          .map(one -> with(one, Map.of(), new Rehearsed.Untold(node.trouble().get())))
          .toList();
    }
    var rehearsal =
        new Rehearsal(
            node.provider(), new RevertReasons(EscrowReach.abi(conversation.settings().escrow())));
    try {
      Set<Address> contracts = new LinkedHashSet<>();
      due.forEach(one -> one.call().ifPresent(call -> contracts.add(call.to())));
      Map<Address, Address> arbiters = rehearsal.arbiters(contracts, deadline);
      return rehearsed(
          rehearsal,
          due.stream()
              .map(one -> with(one, arbiters, new Rehearsed.Untold("nobody is known to send it")))
              .toList());
    } catch (RpcUnavailable unavailable) {
      var why =
          new Rehearsed.Untold(unavailable.endpoint() + ": " + unavailable.failure().sentence());
      return due.stream().map(one -> with(one, Map.of(), why)).toList();
    }
  }

  private PaidBack with(PaidBack one, Map<Address, Address> arbiters, Rehearsed tried) {
    List<PaidBack.Way> ways = new ArrayList<>();
    for (PaidBack.Who who : may(one.due().state())) {
      Optional<Address> address =
          switch (who) {
            case BUYER -> one.row().terms().buyer();
            case SELLER -> one.row().terms().seller();
            case ARBITER ->
                one.call().flatMap(call -> Optional.ofNullable(arbiters.get(call.to())));
          };
      ways.add(new PaidBack.Way(who, address, tried));
    }
    return new PaidBack(one.row(), one.due(), one.call(), ways);
  }

  /** As the contracts' own sources say; see {@code RegistryEscrow.refund}. */
  private List<PaidBack.Who> may(OrderState state) {
    return switch (escrows.profile().storage()) {
      case EscrowStorage.Registry() ->
          state == OrderState.DISPUTED
              ? List.of(PaidBack.Who.ARBITER)
              : List.of(PaidBack.Who.BUYER, PaidBack.Who.SELLER, PaidBack.Who.ARBITER);
      case EscrowStorage.PerOrder _ -> List.of(PaidBack.Who.ARBITER);
      case EscrowStorage.Function _, EscrowStorage.None() -> List.of();
    };
  }

  private List<PaidBack> rehearsed(Rehearsal rehearsal, List<PaidBack> due) {
    List<Draft> drafts = new ArrayList<>();
    for (PaidBack one : due) {
      for (PaidBack.Way way : one.ways()) {
        draft(one, way).ifPresent(drafts::add);
      }
    }
    List<Rehearsed> outcomes = rehearsal.of(drafts, deadline);
    List<PaidBack> tried = new ArrayList<>();
    int at = 0;
    for (PaidBack one : due) {
      List<PaidBack.Way> ways = new ArrayList<>();
      for (PaidBack.Way way : one.ways()) {
        ways.add(
            draft(one, way).isPresent()
                ? new PaidBack.Way(way.who(), way.address(), outcomes.get(at++))
                : way);
      }
      tried.add(new PaidBack(one.row(), one.due(), one.call(), ways));
    }
    return tried;
  }

  private static Optional<Draft> draft(PaidBack one, PaidBack.Way way) {
    return one.call()
        .flatMap(call -> way.address().map(from -> new Draft(from, call.to(), call.data())));
  }

  /** Whose batch it is: as asked, else the arbiter of most of them. */
  private Optional<Address> safe(List<PaidBack> tried) {
    if (command.arbiter().isPresent()) {
      return command.arbiter();
    }
    Map<Address, Integer> orders = new LinkedHashMap<>();
    tried.stream()
        .filter(one -> !one.isDisputed())
        .flatMap(one -> one.arbiter().stream())
        .flatMap(way -> way.address().stream())
        .forEach(arbiter -> orders.merge(arbiter, 1, Integer::sum));
    return orders.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
  }

  private static String basis(Optional<Stream> fresh, Optional<Stream> stream) {
    return fresh.isPresent()
        ? "the ledger"
        : stream.isPresent()
            ? "the contract itself, as the ledger is behind"
            : "the contract itself";
  }
}
