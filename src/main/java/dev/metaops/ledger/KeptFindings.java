package dev.metaops.ledger;

import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Findings kept beside the ledger, each on a connection of its own: there are few, and a process
 * that waits for a database must still find. What could not be kept is said. Thread-safe.
 */
public final class KeptFindings implements Findings {
  private static final Duration MOST = Duration.ofSeconds(5);

  private final Database database;
  private final Consumer<String> said;
  private final Ticker ticker;

  /**
   * Opens nothing yet.
   *
   * @param said hears what could not be kept
   */
  public KeptFindings(Database database, Consumer<String> said, Ticker ticker) {
    this.database = database;
    this.said = said;
    this.ticker = ticker;
  }

  private interface Keeping {
    void in(FindingStore store) throws SQLException;
  }

  @Override
  public void raise(Finding finding) {
    keep(finding.code(), store -> store.raise(finding));
  }

  @Override
  public void onlyThese(String code, Collection<String> fingerprints) {
    keep(code, store -> store.onlyThese(code, fingerprints));
  }

  /** It is over. */
  public void clear(String code, String subject) {
    keep(code, store -> store.clear(code, subject));
  }

  /** As {@link FindingStore#keepLie}. */
  public void keepLie(
      String provider, String kind, String request, String answer, String expected) {
    keep(kind, store -> store.keepLie(provider, kind, request, answer, expected));
  }

  private void keep(String what, Keeping keeping) {
    Deadline deadline = Deadline.in(MOST, ticker);
    try (Connection connection = database.connect(deadline)) {
      connection.setNetworkTimeout(Runnable::run, deadline.remainingMillis());
      keeping.in(new FindingStore(connection));
    } catch (SQLException lost) {
      said.accept("finding " + what + " could not be kept: " + lost.getMessage());
    }
  }
}
