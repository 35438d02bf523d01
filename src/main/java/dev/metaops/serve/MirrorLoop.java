package dev.metaops.serve;

import dev.metaops.command.Conversation;
import dev.metaops.meter.Loop;
import dev.metaops.orders.MirrorStore;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sight;
import dev.metaops.orders.VenueOrders;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Copies an observed table's open and just ended orders into our own store every few seconds, more
 * slowly where reading them takes long, so that the ledger has terms to fold events for. Reads
 * theirs, writes ours. Runs until its thread is interrupted; whatever fails is said once and tried
 * again.
 */
final class MirrorLoop implements Runnable {
  private static final Duration BETWEEN = Duration.ofSeconds(5);

  /** Where their table is large, nine tenths of the time it is left alone. */
  private static final int REST_FACTOR = 9;

  private static final Duration LONGEST_REST = Duration.ofMinutes(5);

  /** Clocks differ, and a transaction may commit a row whose time is older. */
  private static final Duration OVERLAP = Duration.ofMinutes(10);

  private static final Duration MOST = Duration.ofSeconds(60);
  private static final int IDS_AT_ONCE = 500;

  private final Conversation conversation;
  private final Database home;
  private final Loop loop;
  private final Consumer<String> said;
  private final Ticker ticker;
  private final CountDownLatch once = new CountDownLatch(1);
  private final Map<String, Integer> copied = new HashMap<>();
  private String lastSaid = "";

  /**
   * @param home our own store, with the ledger's schema
   */
  MirrorLoop(Conversation conversation, Database home, Loop loop, Consumer<String> said) {
    this.conversation = conversation;
    this.home = home;
    this.loop = loop;
    this.said = said;
    this.ticker = conversation.ticker();
  }

  /** Waits until their table was copied once: following begins at its oldest open order. */
  void awaitFirst() throws InterruptedException {
    once.await();
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        long begun = ticker.nanos();
        Loop.Turn turn = turn();
        Duration took = Duration.ofNanos(ticker.nanos() - begun);
        loop.turned(turn, took);
        ticker.rest(restAfter(took));
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private Loop.Turn turn() {
    try {
      pass();
      return Loop.Turn.DONE;
    } catch (SQLException failure) {
      say("the orders are not copied: " + DatabaseWords.of(failure));
      return Loop.Turn.FAILED;
    }
  }

  static Duration restAfter(Duration took) {
    Duration longer = took.multipliedBy(REST_FACTOR);
    Duration rest = longer.compareTo(BETWEEN) > 0 ? longer : BETWEEN;
    return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
  }

  /** Reads their table once and brings the copy to it. */
  void pass() throws SQLException {
    Deadline deadline = Deadline.in(MOST, ticker);
    try (VenueOrders venue = Reach.venue(conversation, "metaops serve", deadline);
        Connection connection = home.connect(deadline)) {
      var mirror = new MirrorStore(connection);
      Instant since = venue.now().minus(OVERLAP);
      List<OrderRow> rows = new ArrayList<>(venue.open());
      rows.addAll(venue.ended(since));
      Set<String> seen = new HashSet<>();
      rows.forEach(row -> seen.add(row.id()));
      List<String> left = mirror.openIds().stream().filter(id -> !seen.contains(id)).toList();
      rows.addAll(leftOpen(left, venue, mirror, seen));
      mirror.write(rows.stream().filter(this::isChanged).toList());
      rows.forEach(row -> copied.put(row.id(), row.hashCode()));
      copied.keySet().retainAll(seen);
      mirror.copied();
      say(venue.isCut() ? "more orders are open than are copied; only the first are folded" : "");
      once.countDown();
    }
  }

  private boolean isChanged(OrderRow row) {
    return !Integer.valueOf(row.hashCode()).equals(copied.get(row.id()));
  }

  /** Orders that were open and are not among the open and the just ended any more. */
  private static List<OrderRow> leftOpen(
      List<String> ids, VenueOrders venue, MirrorStore mirror, Set<String> seen)
      throws SQLException {
    List<OrderRow> found = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += IDS_AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + IDS_AT_ONCE));
      List<OrderRow> rows = venue.byIds(some);
      rows.forEach(row -> seen.add(row.id()));
      found.addAll(rows);
    }
    List<String> gone = ids.stream().filter(id -> !seen.contains(id)).toList();
    if (!gone.isEmpty() && venue.sight() instanceof Sight.Whole) {
      mirror.forget(gone);
    }
    return found;
  }

  private void say(String sentence) {
    if (!sentence.equals(lastSaid)) {
      lastSaid = sentence;
      said.accept(sentence.isEmpty() ? "the orders are copied" : sentence);
    }
  }
}
