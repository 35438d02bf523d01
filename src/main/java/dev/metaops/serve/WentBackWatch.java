package dev.metaops.serve;

import dev.metaops.journal.JournalUnavailable;
import dev.metaops.listen.Gate;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.LocalRecord;
import dev.metaops.reach.OrdersMemory;
import dev.metaops.restore.RestoreStore;
import dev.metaops.restore.WentBack;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Holds the orders database against what is remembered of it: each time the listener opened it,
 * before it takes the lease, and every five seconds, when what it has come to is remembered as
 * well. One that came back from a backup is frozen before anything else is written. Thread-safe.
 */
final class WentBackWatch implements Gate, Runnable {
  private static final Duration BETWEEN = Duration.ofSeconds(5);
  private static final Duration MOST = Duration.ofSeconds(5);

  private final Gate inner;
  private final Database orders;
  private final OrdersMemory memory;
  private final LocalRecord local;
  private final Consumer<String> said;
  private final Ticker ticker;
  private volatile Optional<String> shut = Optional.empty();
  private boolean isTold;
  private Set<String> saidBefore = Set.of();
  private final Set<String> saidNow = new HashSet<>();

  WentBackWatch(
      Gate inner,
      Database orders,
      OrdersMemory memory,
      LocalRecord local,
      Consumer<String> said,
      Ticker ticker) {
    this.inner = inner;
    this.orders = orders;
    this.memory = memory;
    this.local = local;
    this.said = said;
    this.ticker = ticker;
  }

  /** Whether this is also the moment to remember how far it has come. */
  private enum Purpose {
    LOOK,
    REMEMBER
  }

  @Override
  public void opened() {
    step(Purpose.LOOK);
  }

  @Override
  public Optional<String> shutBecause() {
    return shut.or(inner::shutBecause);
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        step(Purpose.REMEMBER);
        ticker.rest(BETWEEN);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** Freezes first: nothing that fails after that undoes it. */
  private synchronized void step(Purpose purpose) {
    try (Connection connection = orders.connect(Deadline.in(MOST, ticker))) {
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(MOST.toMillis()));
      var store = new RestoreStore(connection);
      if (!store.isThere()) {
        shut = Optional.empty();
        return;
      }
      OrdersMemory.Look look = memory.look(store);
      look.unread().ifPresent(why -> say("checkpoints cannot be asked: " + why));
      judge(look, store);
      if (purpose == Purpose.REMEMBER) {
        remember(look, store);
        merge(connection);
      }
    } catch (SQLException failure) {
      shut = Optional.of(OrdersMemory.nobodyCanTell(DatabaseWords.of(failure)));
      shut.ifPresent(this::say);
    } finally {
      saidBefore = Set.copyOf(saidNow);
      saidNow.clear();
    }
  }

  /** Shut until the database itself says no: the ledger is read on then, and rows wait. */
  private void judge(OrdersMemory.Look look, RestoreStore store) {
    if (!look.wentBack()) {
      shut = look.blind();
      return;
    }
    String sentence = WentBack.sentence(look.reasons());
    shut = Optional.of(sentence);
    try {
      look.freezeIfBack(store);
      shut = Optional.empty();
    } catch (SQLException failure) {
      say("it could not be frozen, so nothing is moved from here: " + DatabaseWords.of(failure));
    }
    if (!isTold) {
      isTold = true;
      said.accept(sentence);
    }
  }

  private void remember(OrdersMemory.Look look, RestoreStore store) {
    try {
      if (!look.wentBack() && look.blind().isEmpty() && store.held().isEmpty()) {
        memory.remember(store, look.present());
        isTold = false;
      }
    } catch (SQLException failure) {
      say("how far it had come is not remembered: " + DatabaseWords.of(failure));
    }
  }

  private void merge(Connection connection) {
    try {
      local.merge(connection);
    } catch (SQLException failure) {
      say("what this machine wrote down waits here: " + DatabaseWords.of(failure));
    } catch (JournalUnavailable failure) {
      say(failure.sentence());
    }
  }

  /** Not again while it stays so. */
  private void say(String sentence) {
    if (saidNow.add(sentence) && !saidBefore.contains(sentence)) {
      said.accept(sentence);
    }
  }
}
