package dev.metaops.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DatabaseTest {
  private static final String PASSWORD = "correct-horse-battery";

  @Test
  void nobodyListening() throws Exception {
    int port;
    try (ServerSocket closed = listening()) {
      port = closed.getLocalPort();
    }
    DatabaseFailure failure = failureWithin(Duration.ofSeconds(1), at(port));
    assertThat(failure).isInstanceOf(DatabaseFailure.Unreachable.class);
    assertThat(failure.sentence())
        .isEqualTo(
            "database 127.0.0.1:%d/orders: connection refused (is PostgreSQL up, and are host and port right?)"
                .formatted(port));
  }

  @Test
  void noSuchHost() {
    DatabaseFailure failure =
        failureWithin(
            Duration.ofSeconds(2),
            database("postgres://kim:" + PASSWORD + "@no-such-host.invalid/orders"));
    assertThat(failure.sentence()).contains("no-such-host.invalid:5432/orders: no such host");
  }

  @Test
  void aBlackHoleEndsAtTheDeadlineToTheTenthOfASecond() throws Exception {
    try (ServerSocket silent = listening()) {
      DatabaseFailure failure = failureWithin(Duration.ofMillis(300), at(silent.getLocalPort()));
      assertThat(failure).isInstanceOf(DatabaseFailure.NoAnswer.class);
      assertThat(failure.sentence()).contains("no answer within 0.3 s");
    }
  }

  @Test
  void somethingElseOnThePort() throws Exception {
    for (String answer :
        List.of("HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n", "\0\1\2\3\4")) {
      try (ServerSocket server = listening()) {
        Thread.ofVirtual().start(() -> answerAll(server, answer));
        DatabaseFailure failure = failureWithin(Duration.ofSeconds(2), at(server.getLocalPort()));
        assertThat(failure)
            .as("%s: %s", answer, failure.sentence())
            .isInstanceOf(DatabaseFailure.NotPostgres.class);
      }
    }
  }

  @Test
  void aServerThatHangsUp() throws Exception {
    try (ServerSocket server = listening()) {
      Thread.ofVirtual().start(() -> answerAll(server, ""));
      DatabaseFailure failure = failureWithin(Duration.ofSeconds(2), at(server.getLocalPort()));
      assertThat(failure).isInstanceOf(DatabaseFailure.Unreachable.class);
    }
  }

  @Test
  void wrongPassword() {
    DatabaseUrl real = TestPostgres.url("postgres");
    DatabaseFailure failure =
        failureWithin(
            Duration.ofSeconds(2),
            database("postgres://metaops:" + PASSWORD + "@127.0.0.1:" + real.port() + "/postgres"));
    assertThat(failure).isInstanceOf(DatabaseFailure.AuthenticationRefused.class);
    assertThat(failure.sentence()).contains("user metaops refused: password authentication failed");
  }

  @Test
  void noPasswordAtAll() {
    DatabaseUrl real = TestPostgres.url("postgres");
    assertThat(
            failureWithin(
                Duration.ofSeconds(2),
                database("postgres://metaops@127.0.0.1:" + real.port() + "/postgres")))
        .isInstanceOf(DatabaseFailure.AuthenticationRefused.class);
  }

  @Test
  void noSuchDatabase() {
    DatabaseFailure failure =
        failureWithin(
            Duration.ofSeconds(2),
            new Database(TestPostgres.url("nowhere"), "test", SystemTicker.SYSTEM));
    assertThat(failure).isInstanceOf(DatabaseFailure.NoSuchDatabase.class);
    assertThat(failure.sentence()).contains("database \"nowhere\" does not exist");
  }

  @Test
  void whatIsMissingAndWhatIsForbiddenAreNamedApart() throws Exception {
    Database database = TestPostgres.emptyDatabase();
    assertThat(failureOf(database, "SELECT * FROM metaops.block"))
        .isInstanceOf(DatabaseFailure.SchemaMissing.class);
    assertThat(failureOf(database, "SET LOCAL ROLE pg_monitor; CREATE SCHEMA mine"))
        .isInstanceOf(DatabaseFailure.PermissionDenied.class);
  }

  @Test
  void aStatementThatTakesTooLongIsEndedByTheServerWithinTheDeadline() {
    Database database = TestPostgres.emptyDatabase();
    long start = System.nanoTime();
    DatabaseUnavailable failure =
        catchThrowableOfType(
            DatabaseUnavailable.class,
            () ->
                database.transaction(
                    in(Duration.ofMillis(700)),
                    connection -> Rows.execute(connection, "SELECT pg_sleep(30)")));
    assertThat(failure.failure()).isInstanceOf(DatabaseFailure.NoAnswer.class);
    assertThat(failure.getSQLState()).isEqualTo("57014");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1200));
  }

  @Test
  void aServerThatFallsSilentAfterLoginEndsTheWaitToo() throws Exception {
    Database database = TestPostgres.emptyDatabase();
    long start = System.nanoTime();
    try (Connection connection = database.connect(in(Duration.ofMillis(400)))) {
      // No transaction, so no limit of the server's: only the socket's own.
      assertThatThrownBy(() -> Rows.execute(connection, "SELECT pg_sleep(30)"))
          .isInstanceOf(SQLException.class);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(900));
  }

  @Test
  void anExpiredDeadlineConnectsNowhere() {
    assertThat(failureWithin(Duration.ZERO, TestPostgres.emptyDatabase()))
        .isInstanceOf(DatabaseFailure.NoAnswer.class);
  }

  @Test
  void aTransactionIsAllOrNothingAndRefusalsComeAsTheyAre() throws Exception {
    Database database = TestPostgres.freshDatabase("db/sample");
    database.transaction(minute(), connection -> insert(connection, 1, "kept"));
    assertThatThrownBy(() ->
            database.transaction(
                minute(),
                connection -> {
                  insert(connection, 2, "lost");
                  return insert(connection, 1, "twice");
                }))
        .isNotInstanceOf(DatabaseUnavailable.class)
        .isInstanceOfSatisfying(
            SQLException.class, refusal -> assertThat(refusal.getSQLState()).isEqualTo("23505"));
    assertThat(wordsIn(database)).containsExactly("kept");
    assertThatThrownBy(() ->
            database.transaction(
                minute(),
                connection -> {
                  insert(connection, 3, "lost");
                  throw new IllegalStateException("ours");
                }))
        .hasMessage("ours");
    assertThat(wordsIn(database)).containsExactly("kept");
  }

  @Test
  void aKeptConnectionServesTransactionAfterTransaction() throws Exception {
    Database database = TestPostgres.freshDatabase("db/sample");
    try (Connection connection = database.connect(minute())) {
      for (int id = 1; id <= 3; id++) {
        int next = id;
        database.transaction(connection, minute(), kept -> insert(kept, next, "row " + next));
      }
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(
              Rows.one(connection, "SELECT public.note_count()", row -> row.getLong(1)).longValue())
          .isEqualTo(3);
      assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("0");
    }
  }

  @Test
  void rowsReadWhatRowsWrote() throws Exception {
    Database database = TestPostgres.freshDatabase("db/sample");
    Instant written = Instant.parse("2026-11-23T02:41:00.123456Z");
    try (Connection connection = database.connect(minute())) {
      Rows.execute(
          connection,
          "INSERT INTO note VALUES (?, ?, ?, ?)",
          7L,
          "O'Brien",
          written,
          new String[] {"a", "b,c"});
      assertThat(
              Rows.first(
                  connection,
                  "SELECT * FROM note WHERE tags @> ? AND id = ANY (?)",
                  row ->
                      row.getString("words")
                          + Rows.instant(row, "written_at")
                          + row.getArray("tags"),
                  new String[] {"b,c"},
                  new Long[] {7L, 8L}))
          .contains("O'Brien" + written + "{a,\"b,c\"}");
      assertThat(Rows.first(connection, "SELECT 1 FROM note WHERE id = 9", row -> row.getLong(1)))
          .isEmpty();
      assertThatThrownBy(() -> Rows.one(connection, "SELECT 1 WHERE false", row -> row.getLong(1)))
          .hasMessageContaining("no row (expected: one)");
    }
  }

  @Test
  void saysWhoItIsAndPreparesNothingOnTheServer() throws Exception {
    try (Connection connection = TestPostgres.emptyDatabase().connect(minute())) {
      for (int i = 0; i < 10; i++) {
        assertThat(text(connection, "SHOW application_name")).isEqualTo("metaops-test");
      }
      assertThat(Rows.list(connection, "SELECT name FROM pg_prepared_statements", row -> "one"))
          .isEmpty();
    }
  }

  @Test
  void migrationsRunOnceAndPrintInTheOrderTheyRun() throws Exception {
    Database database = TestPostgres.emptyDatabase();
    assertThat(Migrations.apply(database, "db/sample", minute())).isEqualTo(3);
    assertThat(Migrations.apply(database, "db/sample", minute())).isZero();
    assertThat(Migrations.script("db/sample"))
        .containsSubsequence(
            "-- db/sample/V1__notes.sql",
            "-- db/sample/V2__tags.sql",
            "-- db/sample/R__1_count.sql");
    assertThat(Migrations.inOrder(List.of("R__a.sql", "V10__b.sql", "V2__c.sql", "notes.txt")))
        .containsExactly("V2__c.sql", "V10__b.sql", "R__a.sql");
  }

  @Test
  void aBrokenMigrationIsNamedAndLeavesNothing() throws Exception {
    Database database = TestPostgres.emptyDatabase();
    DatabaseUnavailable failure =
        catchThrowableOfType(
            DatabaseUnavailable.class, () -> Migrations.apply(database, "db/broken", minute()));
    assertThat(failure.failure()).isInstanceOf(DatabaseFailure.NotMigrated.class);
    assertThat(failure.getMessage()).contains("relation \"half\" already exists");
    assertThat(failureOf(database, "SELECT * FROM public.half"))
        .isInstanceOf(DatabaseFailure.SchemaMissing.class);
  }

  @Test
  void theOrdersSchemaAppliesAndCopiesInMilliseconds() throws Exception {
    TestPostgres.withOrdersSchema();
    long start = System.nanoTime();
    Database database = TestPostgres.withOrdersSchema();
    System.err.println("fresh orders database: " + (System.nanoTime() - start) / 1_000_000 + " ms");
    try (Connection connection = database.connect(minute())) {
      assertThat(
              Rows.one(connection, "SELECT count(*) FROM orders", row -> row.getLong(1))
                  .longValue())
          .isZero();
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    return Rows.one(connection, sql, row -> row.getString(1));
  }

  private static int insert(Connection connection, long id, String words) throws SQLException {
    return Rows.execute(connection, "INSERT INTO note VALUES (?, ?, now())", id, words);
  }

  private static List<String> wordsIn(Database database) throws SQLException {
    try (Connection connection = database.connect(minute())) {
      return Rows.list(connection, "SELECT words FROM note ORDER BY id", row -> row.getString(1));
    }
  }

  private static DatabaseFailure failureOf(Database database, String sql) {
    DatabaseUnavailable failure =
        catchThrowableOfType(
            DatabaseUnavailable.class,
            () ->
                database.transaction(
                    minute(),
                    connection -> {
                      try (var statement = connection.createStatement()) {
                        return statement.execute(sql);
                      }
                    }));
    return failure.failure();
  }

  /** The failure, having checked that it came in time and tells no password. */
  private static DatabaseFailure failureWithin(Duration most, Database database) {
    long start = System.nanoTime();
    DatabaseUnavailable failure =
        catchThrowableOfType(
            DatabaseUnavailable.class,
            () -> {
              try (Connection unexpected = database.connect(in(most))) {
                throw new AssertionError("connected: " + unexpected);
              }
            });
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(most.plus(Duration.ofMillis(400)));
    StringWriter everything = new StringWriter();
    failure.printStackTrace(new PrintWriter(everything));
    assertThat(everything.toString()).doesNotContain(PASSWORD);
    assertThat(failure.failure().toString() + database.url()).doesNotContain(PASSWORD);
    return failure.failure();
  }

  private static Database at(int port) {
    return database("postgres://kim:" + PASSWORD + "@127.0.0.1:" + port + "/orders");
  }

  private static Database database(String url) {
    return new Database(DatabaseUrl.of(url), "test", SystemTicker.SYSTEM);
  }

  private static Deadline in(Duration duration) {
    return Deadline.in(duration, SystemTicker.SYSTEM);
  }

  private static Deadline minute() {
    return in(Duration.ofMinutes(1));
  }

  private static ServerSocket listening() throws Exception {
    return new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  private static void answerAll(ServerSocket server, String answer) {
    for (int answered = 0; answered < 10; answered++) {
      try (Socket socket = server.accept()) {
        socket.getInputStream().readNBytes(8);
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      } catch (IOException closed) {
        return;
      }
    }
  }
}
