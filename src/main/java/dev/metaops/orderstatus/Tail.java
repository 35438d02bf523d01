package dev.metaops.orderstatus;

import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one who looks for all followers: what committed since its last look, a few times a second
 * while anybody follows. A transaction that was open for long is told when it commits, and holds up
 * nobody else's. Runs until its thread is interrupted; whatever fails is said once and tried again,
 * from where it last saw.
 */
final class Tail implements Runnable {
  private static final Duration BETWEEN = Duration.ofMillis(50);
  private static final Duration BETWEEN_FAILURES = Duration.ofMillis(500);
  private static final Duration BETWEEN_EPOCHS = Duration.ofSeconds(1);

  /** Who heard nothing for so long is told that nobody can look. */
  private static final Duration BLIND_AFTER = Duration.ofSeconds(3);

  /** One that hangs is told of as soon as one that fails at once. */
  private static final Duration MOST_FOR_A_LOOK = BLIND_AFTER;

  private static final Duration COPY_OLD_AFTER = Duration.ofSeconds(30);
  private static final Duration MOST_FOR_A_WRITE = Duration.ofSeconds(5);
  private static final Duration MOST_FOR_LAST_WORDS = Duration.ofSeconds(1);

  private final Database database;
  private final Followers followers;
  private final Consumer<String> said;
  private final Ticker ticker;
  private final Lock lock = new ReentrantLock();
  private final Condition looked = lock.newCondition();
  private Optional<Horizon> horizon = Optional.empty();
  private @Nullable Connection connection;
  private String epoch = "";
  private long epochRead;
  private boolean answered;
  private volatile long lastLook;
  private volatile Instant lastLookAt;
  private volatile Optional<Instant> copyFrom = Optional.empty();
  private String lastSaid = "";

  Tail(Database database, Followers followers, Consumer<String> said, Ticker ticker) {
    this.database = database;
    this.followers = followers;
    this.said = said;
    this.ticker = ticker;
    this.lastLook = ticker.nanos();
    this.lastLookAt = ticker.now();
  }

  /**
   * Waits until what commits from now on will be told to everybody who joined before. To be called
   * after joining and before reading where the order stands.
   *
   * @return whether somebody looks; not, when nobody could within the deadline
   */
  boolean awaitLooking(Deadline deadline) throws InterruptedException {
    lock.lock();
    try {
      long left = deadline.remaining().toNanos();
      looked.signalAll();
      while (horizon.isEmpty() && left > 0) {
        left = looked.awaitNanos(left);
      }
      return horizon.isPresent();
    } finally {
      lock.unlock();
    }
  }

  /** How long ago it last looked; empty while nobody follows. */
  Optional<Duration> behind() {
    lock.lock();
    try {
      return horizon.map(_ -> Duration.ofNanos(ticker.nanos() - lastLook));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        awaitSomebody();
        ticker.rest(turn() ? BETWEEN : BETWEEN_FAILURES);
        followers.cutThoseWritingFor(MOST_FOR_A_WRITE, MOST_FOR_LAST_WORDS);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      disconnect();
    }
  }

  private void awaitSomebody() throws InterruptedException {
    lock.lock();
    try {
      followers.ifNobody(() -> {
        horizon = Optional.empty();
        followers.seeing();
      });
      boolean waited = false;
      while (followers.isEmpty()) {
        waited = true;
        looked.await();
      }
      if (waited) {
        lastLook = ticker.nanos();
        lastLookAt = ticker.now();
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean turn() {
    try {
      look(Deadline.in(MOST_FOR_A_LOOK, ticker));
      lastLook = ticker.nanos();
      lastLookAt = ticker.now();
      say("");
      judgeCopy();
      return true;
    } catch (SQLException | RuntimeException failure) {
      disconnect();
      say("orders cannot be read for those who follow: " + failure.getMessage());
      if (ticker.nanos() - lastLook > BLIND_AFTER.toNanos()) {
        becomesBlind(lastLookAt);
      }
      if (followers.isBlind() && answered) {
        startAnew(Cut.BLIND);
      }
      return false;
    }
  }

  /** A copy that is not renewed shows nothing new, however often it is looked at. */
  private void judgeCopy() {
    copyFrom
        .filter(at -> at.plus(COPY_OLD_AFTER).isBefore(ticker.now()))
        .ifPresentOrElse(this::becomesBlind, followers::seeing);
  }

  private void becomesBlind(Instant since) {
    if (!followers.isBlind()) {
      followers.blind(new Told.Blind(since));
    }
  }

  private void look(Deadline deadline) throws SQLException {
    answered = false;
    Connection using = connection == null ? database.connect(deadline) : connection;
    connection = using;
    Optional<Horizon> last = horizon;
    Horizon seen =
        database.transaction(
            using,
            deadline,
            work -> {
              var store = new StatusStore(work);
              Optional<Horizon> from = sameHistory(store) ? last : Optional.empty();
              return from.isPresent() ? store.since(from.get(), followers::tell) : store.horizon();
            });
    if (last.filter(before -> before.next() > seen.next()).isPresent()) {
      followers.cutAll(Cut.WENT_BACK);
    }
    lock.lock();
    try {
      horizon = Optional.of(seen);
      looked.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the database is still of the history it was of; looked up now and then. */
  private boolean sameHistory(StatusStore store) throws SQLException {
    if (!epoch.isEmpty() && ticker.nanos() - epochRead < BETWEEN_EPOCHS.toNanos()) {
      return true;
    }
    String found = store.epoch();
    answered = true;
    boolean isSame = epoch.isEmpty() || epoch.equals(found);
    if (!isSame) {
      startAnew(Cut.WENT_BACK);
    }
    copyFrom = store.isCopy() ? store.copiedAt() : Optional.empty();
    epoch = found;
    epochRead = ticker.nanos();
    return isSame;
  }

  /**
   * Whoever joins from now on waits until somebody has looked at what is there now. More moves than
   * a look has time for would fail each look from the same snapshot; asked for one order at a time
   * they are few.
   */
  private void startAnew(Cut why) {
    lock.lock();
    try {
      horizon = Optional.empty();
    } finally {
      lock.unlock();
    }
    followers.cutAll(why);
  }

  private void disconnect() {
    Connection broken = connection;
    connection = null;
    epochRead = ticker.nanos() - BETWEEN_EPOCHS.toNanos();
    if (broken != null) {
      try {
        broken.close();
      } catch (SQLException gone) {
        // It is closed then.
      }
    }
  }

  private void say(String sentence) {
    if (!sentence.equals(lastSaid)) {
      lastSaid = sentence;
      said.accept(sentence.isEmpty() ? "orders are read again for those who follow" : sentence);
    }
  }
}
