package dev.metaops.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Scripts are applied whoever reads meanwhile. */
class MigrationsTest {
  @Test
  void whoReadsInTheWrongOrderMeanwhileEndsNoMigration() throws Exception {
    Database database = TestPostgres.withOrdersSchema();
    try (Connection reader = database.connect(TestPostgres.minute());
        Connection watcher = database.connect(TestPostgres.minute())) {
      // The migration's own second passes first, so it is the one that has to give way.
      Rows.execute(reader, "SET deadlock_timeout = '5s'");
      reader.setAutoCommit(false);
      Rows.execute(reader, "SELECT FROM " + table(watcher, "DESC"));

      CompletableFuture<Integer> applied = new CompletableFuture<>();
      Thread.ofPlatform()
          .start(() -> {
            try {
              applied.complete(Migrations.apply(database, "db/orders", TestPostgres.minute()));
            } catch (DatabaseUnavailable failed) {
              applied.completeExceptionally(failed);
            }
          });
      while (!applied.isDone() && !isWaitedFor(watcher)) {
        SystemTicker.SYSTEM.rest(Duration.ofMillis(5));
      }
      Rows.execute(reader, "SELECT FROM " + table(watcher, "ASC"));
      reader.commit();

      assertThat(applied.get(1, TimeUnit.MINUTES)).isPositive();
    }
  }

  @Test
  void whichWordsThereAreForCompletenessIsSaidOnce() throws Exception {
    try (Connection connection = TestPostgres.withOrdersSchema().connect(TestPostgres.minute())) {
      assertThat(
              Rows.list(
                  connection,
                  "SELECT CASE WHEN conrelid = 0 THEN contypid::regtype::text"
                      + " ELSE conrelid::regclass::text END FROM pg_constraint"
                      + " WHERE pg_get_constraintdef(oid) LIKE '%receipts%'",
                  row -> row.getString(1)))
          .containsExactly("completeness");
    }
  }

  /** The first or the last of the tables, in the order in which their owner is set. */
  private static String table(Connection connection, String order) throws SQLException {
    return Rows.first(
            connection,
            "SELECT c.oid::regclass::text FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'metaops'"
                + " AND c.relkind IN ('r', 'p') AND c.relname <> 'schema_history' ORDER BY c.ctid "
                + order,
            row -> row.getString(1))
        .orElseThrow();
  }

  private static boolean isWaitedFor(Connection connection) throws SQLException {
    return Rows.first(
            connection,
            "SELECT true FROM pg_locks WHERE NOT granted AND relation IS NOT NULL AND database ="
                + " (SELECT oid FROM pg_database WHERE datname = current_database())",
            row -> row.getBoolean(1))
        .isPresent();
  }
}
