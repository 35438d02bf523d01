package dev.metaops.serve;

import dev.metaops.audit.Checkpointer;
import dev.metaops.audit.Discrepancy;
import dev.metaops.audit.LogHome;
import dev.metaops.audit.RecordStore;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.finding.Severity;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.OpsHome;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Links records into the audit chain within about a second, and keeps checkpoints of it outside the
 * database, on a connection of its own, until its thread is interrupted.
 */
final class SealLoop implements Runnable {
  /** The log is not what its last checkpoint says it was. */
  static final String BROKEN = "audit-log-broken";

  /** Nothing outside the database covers what is recorded. */
  static final String NOT_KEPT = "audit-checkpoint-not-kept";

  private static final Duration BETWEEN = Duration.ofSeconds(1);

  /** Where records come thick: a second of them linked at once would hold up who writes more. */
  private static final Duration BETWEEN_PARTS = Duration.ofMillis(100);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration MOST = Duration.ofSeconds(10);

  /** Another replica may have thought it was over. */
  private static final Duration RAISED_AGAIN = Duration.ofSeconds(60);

  private final Database database;
  private final LogHome home;
  private final Checkpointer checkpoints;
  private final Findings findings;
  private final Consumer<String> said;
  private final Ticker ticker;
  private boolean failing;
  private Trouble trouble = new Trouble.Unknown();

  /** Of the orders database, or of our own store where that holds the ledger. */
  SealLoop(
      Database database,
      Checkpointer checkpoints,
      Findings findings,
      Consumer<String> said,
      Ticker ticker) {
    this(database, LogHome.ORDERS, checkpoints, findings, said, ticker);
  }

  SealLoop(
      Database database,
      LogHome home,
      Checkpointer checkpoints,
      Findings findings,
      Consumer<String> said,
      Ticker ticker) {
    this.database = database;
    this.home = home;
    this.checkpoints = checkpoints;
    this.findings = findings;
    this.said = said;
    this.ticker = ticker;
  }

  /** The same for our own store's log, once the store is there; it ends if that does not come. */
  static Runnable ofOurStore(
      OpsHome ops,
      Checkpointer checkpoints,
      Findings findings,
      Consumer<String> said,
      Ticker ticker) {
    return () -> {
      try {
        new SealLoop(ops.awaited(), LogHome.OPS, checkpoints, findings, said, ticker).run();
      } catch (SQLException without) {
        // Whoever opens the store said so.
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      }
    };
  }

  /** Of checkpoints, as last said. */
  private sealed interface Trouble {
    /** Nothing was looked at yet; an earlier process may have left a finding. */
    record Unknown() implements Trouble {}

    record None() implements Trouble {}

    record Open(Finding finding, long raisedAt) implements Trouble {}
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
    try (Connection connection = database.connect(Deadline.in(MOST, ticker))) {
      RecordStore records = new RecordStore(connection, home);
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(MOST.toMillis()));
      while (true) {
        int sealed = step(records);
        if (failing) {
          failing = false;
          said.accept("records are sealed again: " + home.words());
        }
        rest(records, sealed);
      }
    } catch (SQLException failure) {
      if (!failing) {
        failing = true;
        said.accept(
            "records of " + home.words() + " wait to be sealed: " + DatabaseWords.of(failure));
      }
    }
  }

  /** A second, in which it links on for as long as there is something to link. */
  private void rest(RecordStore records, int sealed) throws SQLException, InterruptedException {
    Deadline over = Deadline.in(BETWEEN, ticker);
    for (int last = sealed; last > 0 && !over.hasPassed(); last = records.sealBatch()) {
      ticker.rest(BETWEEN_PARTS);
    }
    ticker.rest(over.remaining());
  }

  /** How many records were linked. */
  int step(RecordStore records) throws SQLException {
    int sealed = records.sealStep().sealed();
    try {
      switch (checkpoints.step(records)) {
        case Checkpointer.Outcome.Refused(Discrepancy why) ->
            raise(
                Finding.of(
                    code(BROKEN),
                    "audit log of " + home.words(),
                    Severity.P1,
                    "THE RECORD IS NOT WHAT ITS LAST CHECKPOINT SAYS ("
                        + home.words()
                        + "), no checkpoint is kept any more: "
                        + why.sentence()
                        + " (metaops audit verify)",
                    Map.of("damage", why.damage().name())));
        case Checkpointer.Outcome.Nothing _, Checkpointer.Outcome.Written _ -> over();
      }
    } catch (IOException failure) {
      raise(
          Finding.of(
              code(NOT_KEPT),
              "audit log of " + home.words(),
              Severity.P2,
              "no checkpoint can be kept outside "
                  + home.words()
                  + ": "
                  + DatabaseWords.of(failure),
              Map.of()));
    }
    return sealed;
  }

  /** A code of its own for each log, because findings are ended by code. */
  private String code(String code) {
    return switch (home) {
      case ORDERS -> code;
      case OPS -> "ops-" + code;
    };
  }

  private void raise(Finding finding) {
    long now = ticker.nanos();
    Optional<Trouble.Open> before =
        trouble instanceof Trouble.Open open ? Optional.of(open) : Optional.empty();
    boolean isNew = before.filter(open -> open.finding().equals(finding)).isEmpty();
    if (isNew) {
      said.accept(finding.sentence());
    }
    if (isNew || now - before.get().raisedAt() >= RAISED_AGAIN.toNanos()) {
      findings.raise(finding);
      trouble = new Trouble.Open(finding, now);
    }
  }

  private void over() {
    if (trouble instanceof Trouble.None) {
      return;
    }
    if (trouble instanceof Trouble.Open) {
      said.accept("checkpoints are kept again");
    }
    findings.onlyThese(code(BROKEN), List.of());
    findings.onlyThese(code(NOT_KEPT), List.of());
    trouble = new Trouble.None();
  }
}
