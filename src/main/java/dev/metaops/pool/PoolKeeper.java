package dev.metaops.pool;

import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.store.Held;
import dev.metaops.store.Pool;
import dev.metaops.store.PoolState;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tends a pool every second until its thread is interrupted: takes back what is held too long, says
 * who holds it, writes down how the pool is, and renews it when a person asks.
 */
public final class PoolKeeper implements Runnable {
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final Duration MOST_FOR_TRYING = Duration.ofSeconds(2);

  /** Where nothing changes it is written all the same, so that a reader knows that it is so. */
  private static final Duration WRITTEN_AGAIN = Duration.ofSeconds(5);

  /** Another replica may have thought it was over. */
  private static final Duration RAISED_AGAIN = Duration.ofSeconds(60);

  /** Held for so many times as long as what is a leak, it is taken back. */
  private static final int PATIENCE = 4;

  private final Pool pool;
  private final Duration leakAfter;
  private final PoolFile file;
  private final Findings findings;
  private final Consumer<String> said;
  private final Ticker ticker;
  private PoolLeaks leaks = PoolLeaks.none();
  private Optional<List<String>> toldOf = Optional.empty();
  private long toldAt;
  private Optional<PoolReset> reset = Optional.empty();
  private Optional<PoolState> written = Optional.empty();
  private long writtenAt;
  private boolean isUnwritable;

  /**
   * @param leakAfter held for longer is a leak
   * @param findings must not need the pool
   * @param said hears one sentence each time something changes
   */
  public PoolKeeper(
      Pool pool,
      Duration leakAfter,
      PoolFile file,
      Findings findings,
      Consumer<String> said,
      Ticker ticker) {
    this.pool = pool;
    this.leakAfter = leakAfter;
    this.file = file;
    this.findings = findings;
    this.said = said;
    this.ticker = ticker;
  }

  /** When what is held is taken back, by when it is a leak. */
  public static Duration takenBackAfter(Duration leakAfter) {
    return leakAfter.multipliedBy(PATIENCE);
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          turn();
        } catch (RuntimeException defect) {
          said.accept("this look at the pool failed: " + defect);
        }
        ticker.rest(BETWEEN);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look. */
  public void turn() {
    tell(pool.tend());
    file.asked().filter(this::isNew).ifPresent(this::renew);
    write();
  }

  private void tell(List<Held> taken) {
    taken.forEach(
        held -> said.accept("took a connection back that was held too long by " + held.holder()));
    leaks = leaks.after(taken, ticker.now());
    Collection<Finding> found =
        leaks.findings(pool.state().held(), leakAfter, takenBackAfter(leakAfter));
    List<String> subjects = found.stream().map(Finding::sentence).toList();
    boolean isDue = ticker.nanos() - toldAt >= RAISED_AGAIN.toNanos();
    if (toldOf.equals(Optional.of(subjects)) && (subjects.isEmpty() || !isDue)) {
      return;
    }
    toldOf = Optional.of(subjects);
    toldAt = ticker.nanos();
    found.forEach(findings::raise);
    findings.onlyThese(PoolLeaks.CODE, found.stream().map(Finding::fingerprint).toList());
  }

  private boolean isNew(String request) {
    return reset.map(PoolReset::request).filter(request::equals).isEmpty();
  }

  private void renew(String request) {
    Pool.Renewed renewed = pool.renew(leakAfter);
    leaks = leaks.after(renewed.takenBack(), ticker.now());
    List<String> kept = pool.state().held().stream().map(Held::holder).toList();
    String trouble = trouble();
    reset =
        Optional.of(
            new PoolReset(
                request,
                ticker.now(),
                renewed.closed(),
                renewed.takenBack().stream().map(Held::holder).toList(),
                kept,
                trouble));
    written = Optional.empty();
    said.accept("the pool was renewed by request" + (trouble.isEmpty() ? "" : ": " + trouble));
    try {
      // Somebody else may have asked meanwhile.
      if (file.asked().equals(Optional.of(request))) {
        file.forget();
      }
    } catch (IOException undeletable) {
      said.accept("the request to renew the pool stays: " + undeletable);
    }
  }

  private String trouble() {
    try (Connection _ = pool.database().connect(Deadline.in(MOST_FOR_TRYING, ticker))) {
      return "";
    } catch (DatabaseUnavailable down) {
      return down.failure().sentence();
    } catch (SQLException closing) {
      return String.valueOf(closing.getMessage());
    }
  }

  private void write() {
    PoolState state = pool.state();
    boolean isOld = ticker.nanos() - writtenAt >= WRITTEN_AGAIN.toNanos();
    if (!isOld && written.equals(Optional.of(state))) {
      return;
    }
    try {
      file.write(
          new PoolSeen(
              ticker.now(), ProcessHandle.current().pid(), pool.place(), leakAfter, state, reset));
      written = Optional.of(state);
      writtenAt = ticker.nanos();
      isUnwritable = false;
    } catch (IOException unwritable) {
      if (!isUnwritable) {
        said.accept("how the pool is cannot be written down: " + unwritable);
      }
      isUnwritable = true;
    }
  }
}
