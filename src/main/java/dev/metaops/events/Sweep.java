package dev.metaops.events;

import dev.metaops.chain.BlockRef;
import dev.metaops.ledger.Stream;
import dev.metaops.order.ChainView;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sum;
import dev.metaops.reach.Books;
import dev.metaops.reach.Fates;
import dev.metaops.reach.Judged;
import dev.metaops.reconcile.Inquiry;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Every open order against the contract's own storage, whatever the ledger says, page by page. What
 * differs is read again, row and contract, before it is called a difference: the listener moves
 * rows meanwhile. Not thread-safe.
 */
final class Sweep {
  /** Differences kept in full; beyond them they are counted. */
  static final int MOST_KEPT = 1_000;

  private static final int PAGE = 500;
  private static final String LATE = "not reached in time";

  /** Pages in a row of which nothing is reached: then nobody answers any more. */
  private static final int MOST_SILENT = 2;

  /** How often the ledger is asked whether it has read far enough. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private static final Comparator<Difference> URGENCY =
      Comparator.comparing((Difference found) -> found.judged().verdict().code())
          .thenComparing(found -> found.row().stateSince())
          .thenComparing(Difference::id);

  /** How long things may take. */
  interface Pace {
    /** For one page, contract and rows. */
    Deadline page();

    /** For all of them. */
    Deadline whole();

    /** How long the ledger may take to read up to where the contract was asked. */
    Duration ledger();
  }

  /** Hears how far it is. */
  interface Progress {
    void reached(long reached, long of);
  }

  private final Books books;
  private final Inquiry inquiry;
  private final Supplier<Fates> fates;
  private final Pace pace;
  private final Progress progress;
  private final Ticker ticker;

  private final Map<Verdict.Code, Integer> verdicts = new EnumMap<>(Verdict.Code.class);
  private final Map<String, Suspect> suspects = new LinkedHashMap<>();
  private final List<Judged> unasked = new ArrayList<>();
  private final Map<String, String> without = new LinkedHashMap<>();
  private Optional<BlockRef> asked = Optional.empty();
  private long reached;

  Sweep(
      Books books,
      Inquiry inquiry,
      Supplier<Fates> fates,
      Pace pace,
      Progress progress,
      Ticker ticker) {
    this.books = books;
    this.inquiry = inquiry;
    this.fates = fates;
    this.pace = pace;
    this.progress = progress;
    this.ticker = ticker;
  }

  /** Differs at first sight. */
  private record Suspect(Judged judged, ChainView.Seen view) {}

  /** Call once. A node that does not answer is in the result; the orders' door may throw. */
  Swept run() throws SQLException, InterruptedException {
    long begun = ticker.nanos();
    OrderBook orders = books.orders();
    Instant now = orders.now();
    Deadline whole = pace.whole();
    long open = orders.openBefore(now).stream().mapToLong(Sum::count).sum();
    Optional<String> cut = pages(open, now, whole);
    List<Difference> differences = confirmed(whole);
    differences.sort(URGENCY);
    return new Swept(
        now,
        Duration.ofNanos(ticker.nanos() - begun),
        Math.max(open, reached + unasked.size()),
        reached,
        verdicts,
        differences,
        unasked,
        without,
        cut);
  }

  /** Asks about all of them; says why it ended early. */
  private Optional<String> pages(long open, Instant now, Deadline whole) throws SQLException {
    Optional<OrderRow> last = Optional.empty();
    int silent = 0;
    while (true) {
      if (whole.hasPassed()) {
        return Optional.of("the time for one sweep was over");
      }
      List<OrderRow> rows = books.bare().openAfter(last, PAGE);
      if (rows.isEmpty()) {
        return Optional.empty();
      }
      last = Optional.of(rows.getLast());
      long before = reached;
      Optional<String> why = page(rows, now);
      progress.reached(reached, Math.max(open, reached));
      if (why.isPresent() && reached == before) {
        silent++;
        if (silent >= MOST_SILENT || rows.size() < PAGE) {
          return why;
        }
      } else {
        silent = 0;
      }
    }
  }

  /** One page; says why nothing of it was seen, where the node is the reason. */
  private Optional<String> page(List<OrderRow> rows, Instant now) {
    Deadline deadline = pace.page();
    Inquiry.Swept swept = inquiry.swept(rows.stream().map(OrderRow::terms).toList(), deadline);
    without.putAll(swept.without());
    if (asked.isEmpty() || swept.latest().isPresent()) {
      asked = swept.latest();
    }
    Optional<String> why = Optional.empty();
    for (OrderRow row : rows) {
      ChainView view = swept.views().getOrDefault(row.id(), new ChainView.NotSeen(LATE));
      Judged judged = Judged.by(row, view, now);
      switch (view) {
        case ChainView.Seen seen when row.doubts().isEmpty() -> {
          reached++;
          if (agrees(judged.verdict().code())) {
            count(judged.verdict().code());
          } else if (suspects.size() < MOST_KEPT) {
            suspects.put(row.id(), new Suspect(judged, seen));
          } else {
            count(judged.verdict().code());
          }
        }
        case ChainView.Seen _ -> leave(judged);
        case ChainView.NotSeen(String reason) -> {
          if (swept.latest().isEmpty() || reason.equals(LATE)) {
            why = Optional.of(reason);
          }
          leave(judged);
        }
      }
    }
    return why;
  }

  private void leave(Judged judged) {
    count(Verdict.Code.UNKNOWN);
    if (unasked.size() < MOST_KEPT) {
      unasked.add(judged);
    }
  }

  private void count(Verdict.Code code) {
    verdicts.merge(code, 1, Integer::sum);
  }

  private static boolean agrees(Verdict.Code code) {
    return switch (code) {
      case CONSISTENT, WAITING, NOT_FINAL -> true;
      case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED, ROW_BEHIND, TX_TROUBLE, NEVER_FUNDED, UNKNOWN ->
          false;
    };
  }

  /** Looks again at what differed, once the ledger has read as far as the contract was asked. */
  private List<Difference> confirmed(Deadline whole) throws SQLException, InterruptedException {
    List<Difference> differences = new ArrayList<>();
    if (suspects.isEmpty()) {
      return differences;
    }
    Optional<Boolean> isThere = ledgerIsThere(whole);
    List<String> ids = List.copyOf(suspects.keySet());
    for (int from = 0; from < ids.size(); from += PAGE) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + PAGE));
      List<OrderRow> rows = books.bare().byIds(some);
      Map<String, OrderRow> folded = new HashMap<>();
      books.orders().byIds(some).forEach(row -> folded.put(row.id(), row));
      Map<String, ChainView> again =
          inquiry.sweep(rows.stream().map(OrderRow::terms).toList(), pace.page());
      Instant now = books.orders().now();
      for (OrderRow row : rows) {
        ChainView view = again.getOrDefault(row.id(), new ChainView.NotSeen(LATE));
        differs(row, view, now)
            .map(judged -> new Difference(judged, word(row, folded, view, isThere)))
            .ifPresent(differences::add);
      }
    }
    return amended(differences);
  }

  /** Empty when it agrees by now. A node that fell silent takes nothing back. */
  private Optional<Judged> differs(OrderRow row, ChainView again, Instant now) {
    if (again instanceof ChainView.NotSeen) {
      return Optional.ofNullable(suspects.get(row.id())).map(Suspect::judged);
    }
    Judged judged = Judged.by(row, again, now);
    if (agrees(judged.verdict().code())) {
      count(judged.verdict().code());
      return Optional.empty();
    }
    return Optional.of(judged);
  }

  /**
   * @param folded the rows with the ledger's word on them
   * @param isThere whether the ledger has read far enough; empty without one
   */
  private Difference.LedgerWord word(
      OrderRow row, Map<String, OrderRow> folded, ChainView again, Optional<Boolean> isThere) {
    Optional<OrderRow> told = Optional.ofNullable(folded.get(row.id()));
    Optional<Suspect> first = Optional.ofNullable(suspects.get(row.id()));
    if (isThere.isEmpty() || told.isEmpty() || first.isEmpty()) {
      return Difference.LedgerWord.NONE;
    }
    if (!isThere.get()) {
      return Difference.LedgerWord.NOT_THERE_YET;
    }
    return Difference.word(
        told.get(),
        first.get().view(),
        again instanceof ChainView.Seen seen ? seen : first.get().view());
  }

  /** In the light of their own transactions; some then only wait. */
  private List<Difference> amended(List<Difference> differences) {
    List<Judged> followed =
        fates.get().followed(differences.stream().map(Difference::judged).toList());
    List<Difference> amended = new ArrayList<>();
    for (int at = 0; at < differences.size(); at++) {
      Judged judged = followed.get(at);
      count(judged.verdict().code());
      if (!agrees(judged.verdict().code())) {
        amended.add(new Difference(judged, differences.get(at).word()));
      }
    }
    return amended;
  }

  /** Whether the ledger has read up to where the contract was asked; empty without a ledger. */
  private Optional<Boolean> ledgerIsThere(Deadline whole)
      throws SQLException, InterruptedException {
    if (!books.isFolded() || books.stream().isEmpty() || asked.isEmpty()) {
      return Optional.empty();
    }
    Deadline patience = whole.atMost(pace.ledger());
    while (true) {
      Optional<Stream> stream = books.stream();
      if (stream
          .filter(found -> found.unfolded() == 0)
          .filter(found -> found.cursor().number() >= asked.get().number())
          .isPresent()) {
        return Optional.of(true);
      }
      if (patience.hasPassed()) {
        return Optional.of(false);
      }
      ticker.rest(BETWEEN_LOOKS);
    }
  }
}
