package dev.metaops.reach;

import dev.metaops.audit.LastCheckpoint;
import dev.metaops.restore.Covered;
import dev.metaops.restore.Mark;
import dev.metaops.restore.MarkStore;
import dev.metaops.restore.Present;
import dev.metaops.restore.RestoreStore;
import dev.metaops.restore.Sealed;
import dev.metaops.restore.WentBack;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered of the orders database outside it: in signed checkpoints on this machine, and
 * in our own store. Either is enough to find out that it came back from a backup. Thread-safe.
 */
public final class OrdersMemory {
  private static final Duration MOST_FOR_OUR_STORE = Duration.ofSeconds(3);

  /** Copied at once. */
  private static final int PAGE = 500;

  private final Path dataDirectory;
  private final OurStore ours;
  private final Ticker ticker;

  public OrdersMemory(Path dataDirectory, OurStore ours, Ticker ticker) {
    this.dataDirectory = dataDirectory;
    this.ours = ours;
    this.ticker = ticker;
  }

  /** Our own store where it is up; nobody waits long for it. */
  @FunctionalInterface
  public interface OurStore {
    Optional<Database> now();
  }

  /**
   * How the database stands against what is remembered.
   *
   * @param reasons why it has to have come back from a backup; empty when nothing says so
   * @param unread why the checkpoints on this machine cannot be asked, if they cannot
   */
  public record Look(
      List<String> reasons,
      Present present,
      Optional<Mark> remembered,
      Optional<Covered> covered,
      Optional<String> unread) {
    public Look {
      reasons = List.copyOf(reasons);
    }

    public boolean wentBack() {
      return !reasons.isEmpty();
    }

    /** Why nobody can tell: there is memory, and none of it can be read. */
    public Optional<String> blind() {
      return remembered.isPresent() ? Optional.empty() : unread.map(OrdersMemory::nobodyCanTell);
    }

    public long rememberedSettled() {
      return remembered.map(Mark::settled).orElse(-1L);
    }

    public long rememberedSeals() {
      return Math.max(
          remembered.map(Mark::seals).orElse(0L), covered.map(Covered::seals).orElse(0L));
    }

    long rememberedEpoch() {
      return Math.max(
          remembered.map(Mark::epoch).orElse(0L), covered.map(Covered::epoch).orElse(0L));
    }

    /** Freezes the database, if it went back and is not frozen for that yet. */
    public void freezeIfBack(RestoreStore orders) throws SQLException {
      if (wentBack()) {
        orders.wentBack(
            "metaops",
            WentBack.sentence(reasons),
            present,
            rememberedSettled(),
            rememberedEpoch(),
            rememberedSeals());
      }
    }
  }

  public static String nobodyCanTell(String why) {
    return "nobody can tell whether the orders database came back from a backup: " + why;
  }

  /**
   * Memory is read first: the database goes on while it is. What cannot be read of it keeps nobody
   * from asking the rest.
   */
  public Look look(RestoreStore orders) throws SQLException {
    String log = orders.log();
    Optional<Covered> covered = Optional.empty();
    Optional<String> unread = Optional.empty();
    try {
      covered =
          LastCheckpoint.of(dataDirectory, log)
              .map(last -> new Covered(last.size(), last.epoch(), last.at()));
    } catch (IOException damaged) {
      unread = Optional.of(unreadable(log, damaged));
    }
    Optional<Mark> remembered = remembered(log);
    Present present = orders.present(remembered);
    return new Look(
        WentBack.reasons(present, remembered, covered), present, remembered, covered, unread);
  }

  private String unreadable(String log, IOException damaged) {
    return DatabaseWords.of(damaged)
        + "; make "
        + dataDirectory.resolve("audit").resolve(log)
        + " readable again or put its copy back; if it is lost, see that no backup was put back,"
        + " and move that directory away, keeping it as evidence";
  }

  private Optional<Mark> remembered(String log) {
    try (Connection store = open()) {
      var marks = new MarkStore(store);
      return marks.isThere() ? marks.remembered(log) : Optional.empty();
    } catch (SQLException down) {
      return Optional.empty(); // Checkpoints remember too.
    }
  }

  /** A connection to our own store. */
  public Connection open() throws SQLException {
    Database store =
        ours.now().orElseThrow(() -> new SQLException("our own store is not up (metaops serve)"));
    return store.connect(Deadline.in(MOST_FOR_OUR_STORE, ticker));
  }

  /** Keeps how far it has come, and copies of what was sealed since. */
  public void remember(RestoreStore orders, Present present) throws SQLException {
    try (Connection store = open()) {
      var marks = new MarkStore(store);
      if (!marks.isThere()) {
        return;
      }
      String log = present.mark().log();
      long last = marks.lastRecord(log);
      long first =
          Math.max(
              Math.min(last, present.mark().seals()),
              present.mark().seals() - MarkStore.MOST_RECORDS);
      List<Sealed> page = orders.recordsAfter(first, PAGE);
      while (!page.isEmpty()) {
        marks.remember(log, page);
        page = orders.recordsAfter(page.getLast().seq(), PAGE);
      }
      marks.remember(present.mark());
    }
  }

  /**
   * Somebody vouched for a restoration.
   *
   * @param from the records above this seal are of what is gone
   */
  public void beginAnew(Present present, long from) throws SQLException {
    try (Connection store = open()) {
      var marks = new MarkStore(store);
      if (marks.isThere()) {
        marks.beginAnew(present.mark(), from);
      }
    }
  }
}
