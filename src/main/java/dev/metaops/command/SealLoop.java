package dev.metaops.command;

import dev.metaops.audit.RecordStore;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Links records into the audit chain within about a second, on a connection of its own, until its
 * thread is interrupted.
 */
final class SealLoop implements Runnable {
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration MOST = Duration.ofSeconds(10);

  private final Database orders;
  private final Consumer<String> said;
  private final Ticker ticker;
  private boolean failing;

  SealLoop(Database orders, Consumer<String> said, Ticker ticker) {
    this.orders = orders;
    this.said = said;
    this.ticker = ticker;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        session();
        ticker.rest(AFTER_FAILURE);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** One connection's life: until it fails, or the thread is interrupted. */
  private void session() throws InterruptedException {
    try (Connection connection = orders.connect(Deadline.in(MOST, ticker))) {
      RecordStore records = new RecordStore(connection);
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(MOST.toMillis()));
      while (true) {
        records.sealStep();
        if (failing) {
          failing = false;
          said.accept("records are sealed again");
        }
        ticker.rest(BETWEEN);
      }
    } catch (SQLException failure) {
      if (!failing) {
        failing = true;
        said.accept("records wait to be sealed: " + DatabaseWords.of(failure));
      }
    }
  }
}
