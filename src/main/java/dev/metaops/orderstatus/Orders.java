package dev.metaops.orderstatus;

import dev.metaops.store.Database;
import dev.metaops.store.DatabaseFailure;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.store.Pool;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Where orders stand and what they did, asked one at a time over a few connections that all who ask
 * share. Thread-safe.
 */
final class Orders implements AutoCloseable {
  private static final int PAGE = 200;

  /** An answer comes by then, or says that it does not. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration TAKEN_BACK_AFTER = Duration.ofSeconds(30);

  private final Pool pool;
  private final Ticker ticker;
  private final Consumer<String> said;
  private final AtomicReference<String> lastSaid = new AtomicReference<>("");

  Orders(Database database, Consumer<String> said, Ticker ticker) {
    this.pool = new Pool(database, Pool.Limits.steady(TAKEN_BACK_AFTER), ticker);
    this.ticker = ticker;
    this.said = said;
  }

  Looked look(String order) {
    try {
      Looked looked = ask(store -> looked(store, order));
      say("");
      return looked;
    } catch (DatabaseUnavailable failure) {
      say(failure.failure().sentence());
      return new Looked.Unknown("the orders cannot be read: " + publicly(failure.failure()));
    } catch (SQLException failure) {
      say(String.valueOf(failure.getMessage()));
      return new Looked.Unknown("the orders cannot be read");
    }
  }

  /** Without what only the venue's people may know: hosts, users, texts of the server. */
  private static String publicly(DatabaseFailure failure) {
    return switch (failure) {
      case DatabaseFailure.Unreachable _ -> "their database cannot be reached";
      case DatabaseFailure.NoAnswer _ -> "their database does not answer in time";
      case DatabaseFailure.NotAccepting _,
          DatabaseFailure.SupabaseRefused _,
          DatabaseFailure.PoolExhausted _ ->
          "their database takes nobody now";
      case DatabaseFailure.NotPostgres _,
          DatabaseFailure.AuthenticationRefused _,
          DatabaseFailure.NoSuchDatabase _,
          DatabaseFailure.PermissionDenied _,
          DatabaseFailure.SchemaMissing _,
          DatabaseFailure.NotMigrated _,
          DatabaseFailure.Other _ ->
          "their database refuses";
    };
  }

  private void say(String sentence) {
    if (!sentence.equals(lastSaid.getAndSet(sentence))) {
      said.accept(
          sentence.isEmpty()
              ? "orders are read again for those who ask"
              : "orders cannot be read for those who ask: " + sentence);
    }
  }

  private static Looked looked(StatusStore store, String order) throws SQLException {
    boolean isCopy = store.isCopy();
    // Before the row: one that is copied meanwhile is newer than it says, and never older.
    Optional<Instant> copied = isCopy ? store.copiedAt() : Optional.empty();
    Optional<Present> found = store.present(order);
    if (!isCopy) {
      return found.<Looked>map(Looked.Found::new).orElse(new Looked.None("there is no such order"));
    }
    if (copied.isEmpty()) {
      return new Looked.Unknown("the venue's orders were never read completely yet");
    }
    return found
        .<Looked>map(present -> new Looked.Found(present.as(copied.get())))
        .orElse(
            new Looked.None(
                "there is no such order among the open and the just ended, as of " + copied.get()));
  }

  /** What somebody asks. */
  @FunctionalInterface
  private interface Question<T> {
    T of(StatusStore store) throws SQLException;
  }

  /** One transaction, read only by nature of what is asked. */
  private <T> T ask(Question<T> question) throws SQLException {
    Deadline deadline = Deadline.in(PATIENCE, ticker);
    Database lent = pool.database();
    try (Connection connection = lent.connect(deadline)) {
      return lent.transaction(connection, deadline, work -> question.of(new StatusStore(work)));
    }
  }

  /** Moves of an order after this one: the next page of them, empty at the end. */
  List<Move> after(String order, long id) throws SQLException {
    return ask(store -> store.after(order, id, PAGE));
  }

  boolean holds(String order, Position position) throws SQLException {
    return ask(store -> store.holds(order, position));
  }

  @Override
  public void close() {
    pool.close();
  }
}
