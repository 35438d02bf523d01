package dev.metaops.look;

import dev.metaops.command.Conversation;
import dev.metaops.config.Endpoint;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.ListenerState;
import dev.metaops.look.StatusSnapshot.Basis;
import dev.metaops.order.ChainView;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderState;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sum;
import dev.metaops.reach.Books;
import dev.metaops.reach.Fates;
import dev.metaops.reach.Judged;
import dev.metaops.reach.LedgerSight;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Inspector;
import dev.metaops.reconcile.Registry;
import dev.metaops.rpc.Patience;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The open orders at a glance: read over the connection that looks at their database, judged
 * afterwards. One thread reads, another asks.
 */
public final class OrdersGlance {
  /** Rows judged one by one; sums are of all. */
  private static final int MOST_ROWS = 500;

  private final Conversation conversation;
  private volatile Optional<Rows> rows = Optional.empty();

  public OrdersGlance(Conversation conversation) {
    this.conversation = conversation;
  }

  public void read(Books books, Optional<Stream> stream) throws SQLException {
    OrderBook orders = books.orders();
    Instant now = stream.isPresent() ? stream.get().now() : orders.now();
    Instant cutoff = now.minus(conversation.settings().orders().stuckAfter());
    rows =
        Optional.of(
            new Rows(
                now,
                books.caveat(),
                orders.openBefore(now.plusSeconds(1)),
                orders.openBefore(cutoff),
                orders.stuck(now.plusSeconds(1), Optional.empty(), MOST_ROWS),
                orders.contradicted(MOST_ROWS)));
  }

  /** Empty until they were read. */
  public Optional<Rows> rows() {
    return rows;
  }

  /** What is read of the orders over the look's own connection. */
  public record Rows(
      Instant now,
      Optional<Books.Caveat> caveat,
      List<Sum> open,
      List<Sum> old,
      List<OrderRow> oldest,
      List<OrderRow> wrong) {}

  /**
   * Each row judged, and by what.
   *
   * @param deadlines of the escrows that are still open
   */
  public record Judgement(Basis basis, List<Judged> judged, List<Instant> deadlines) {
    public Map<Verdict.Code, Long> counts() {
      return judged.stream()
          .collect(
              Collectors.groupingBy(
                  order -> order.verdict().code(),
                  () -> new EnumMap<>(Verdict.Code.class),
                  Collectors.counting()));
    }

    public List<Judged> contradicting() {
      return judged.stream()
          .filter(order ->
              switch (order.verdict().code()) {
                case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED, ROW_BEHIND -> true;
                case TX_TROUBLE, NEVER_FUNDED, UNKNOWN, NOT_FINAL, WAITING, CONSISTENT -> false;
              })
          .toList();
    }
  }

  /**
   * By the ledger while it can be believed, else by the contract itself.
   *
   * @param examination what the nodes and the listener came to
   */
  public Judgement judge(Rows rows, Examination examination, Deadline deadline) {
    boolean isBelieved = examination.listener().filter(ListenerState::keepsUp).isPresent();
    if (isBelieved) {
      Map<String, Judged> judged = new LinkedHashMap<>();
      var sight = LedgerSight.of(conversation.settings(), examination.stream());
      rows.wrong().forEach(row -> judged.put(row.id(), Judged.byLedger(row, sight, rows.now())));
      rows.oldest()
          .forEach(row -> judged.putIfAbsent(row.id(), Judged.byLedger(row, sight, rows.now())));
      return new Judgement(
          new Basis.Ledger(examination.stream().map(Stream::staleness).orElse(Duration.ZERO)),
          List.copyOf(judged.values()),
          rows.oldest().stream().flatMap(row -> row.ledger().deadline().stream()).toList());
    }
    Optional<Endpoint> endpoint = examination.usableProvider();
    if (endpoint.isEmpty()) {
      return nobody(
          examination
              .chainTrouble()
              .orElse("no chain is configured (set RPC_URL and ESCROW_CONTRACT_ADDRESS)"));
    }
    return sweep(rows, examination, endpoint.get(), deadline);
  }

  private Judgement sweep(
      Rows rows, Examination examination, Endpoint endpoint, Deadline deadline) {
    Optional<Registry> registry;
    try {
      registry = Reach.registry(conversation.settings(), examination.stream().map(Stream::chainId));
    } catch (Misconfigured unusable) {
      return nobody(String.valueOf(unusable.getMessage()));
    }
    if (registry.isEmpty()) {
      return nobody("no escrow contract is configured (set ESCROW_CONTRACT_ADDRESS)");
    }
    Map<String, ChainView> views =
        new Inspector(
                Reach.provider(endpoint, Patience.ONCE, conversation.ticker()), registry.get())
            .sweep(rows.oldest().stream().map(OrderRow::terms).toList(), deadline);
    List<Judged> judged = new ArrayList<>();
    List<Instant> deadlines = new ArrayList<>();
    Optional<String> why = Optional.empty();
    for (OrderRow row : rows.oldest()) {
      switch (views.getOrDefault(row.id(), new ChainView.NotSeen("not reached in time"))) {
        case ChainView.Seen seen -> {
          judged.add(Judged.by(row, seen, rows.now()));
          if (!isEnded(seen)) {
            seen.deadline().ifPresent(deadlines::add);
          }
        }
        case ChainView.NotSeen(String reason) -> why = why.or(() -> Optional.of(reason));
      }
    }
    return judged.isEmpty() && why.isPresent()
        ? nobody(why.get())
        : new Judgement(
            new Basis.Contract(judged.size(), Math.clamp(count(rows.open()), 0, Integer.MAX_VALUE)),
            new Fates(
                    conversation,
                    examination.stream().map(Stream::chainId),
                    deadline.atMost(deadline.remaining().dividedBy(2)))
                .followed(judged),
            deadlines);
  }

  private static Judgement nobody(String why) {
    return new Judgement(new Basis.Nothing(why), List.of(), List.of());
  }

  private static boolean isEnded(ChainView.Seen seen) {
    return seen.included() instanceof Folded.Stands(OrderState state) && state.isFinal();
  }

  public static long count(List<Sum> sums) {
    return sums.stream().mapToLong(Sum::count).sum();
  }
}
