package dev.metaops.command;

import dev.metaops.journal.JournalUnavailable;
import dev.metaops.listen.Gate;
import dev.metaops.restore.RestoreStore;
import dev.metaops.restore.WentBack;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
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
  private String lastSaid = "";

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

  private synchronized void step(Purpose purpose) {
    try (Connection connection = orders.connect(Deadline.in(MOST, ticker))) {
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(MOST.toMillis()));
      var store = new RestoreStore(connection);
      if (!store.isThere()) {
        return;
      }
      OrdersMemory.Look look = memory.look(store);
      if (purpose == Purpose.REMEMBER) {
        local.merge(connection);
      }
      if (look.wentBack()) {
        String sentence = WentBack.sentence(look.reasons());
        shut = Optional.of(sentence); // Until the database itself says no.
        look.freezeIfBack(store);
        shut = Optional.empty();
        if (!isTold) {
          isTold = true;
          said.accept(sentence);
        }
      } else if (purpose == Purpose.REMEMBER && store.held().isEmpty()) {
        memory.remember(store, look.present());
        isTold = false;
        lastSaid = "";
      }
    } catch (SQLException failure) {
      say("how far it had come is not remembered: " + DatabaseWords.of(failure));
    } catch (JournalUnavailable failure) {
      say(failure.sentence());
    } catch (IOException failure) {
      say("checkpoints cannot be read: " + AuditAnswers.words(failure));
    }
  }

  /** Once, until something else was said. */
  private void say(String sentence) {
    if (!sentence.equals(lastSaid)) {
      lastSaid = sentence;
      said.accept(sentence);
    }
  }
}
