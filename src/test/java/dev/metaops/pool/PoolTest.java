package dev.metaops.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.store.Database;
import dev.metaops.store.DatabaseFailure;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.store.Held;
import dev.metaops.store.Pool;
import dev.metaops.store.Rows;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.Tunnel;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool whose connections fail, are kept, or are asked to go, over a real server. */
@Timeout(60)
class PoolTest {
  private static final Duration LEAK = Duration.ofSeconds(30);
  private static final Duration TAKEN_BACK = PoolKeeper.takenBackAfter(LEAK);

  private final SettableTicker time = new SettableTicker();
  private final Map<String, Finding> open = new TreeMap<>();
  private final List<String> said = new ArrayList<>();
  @TempDir private Path directory;

  private final Findings findings =
      new Findings() {
        @Override
        public void raise(Finding finding) {
          open.put(finding.fingerprint(), finding);
        }

        @Override
        public void onlyThese(String code, Collection<String> fingerprints) {
          open.keySet().retainAll(fingerprints);
        }
      };

  @Test
  void lendsTheSameSessionAgainAndNothingIsLeftInIt() throws Exception {
    Pool pool = pool(TestPostgres.freshDatabase("db/sample"), SystemTicker.SYSTEM);
    int first;
    try (Connection connection = borrowed(pool)) {
      first = session(connection);
      connection.setAutoCommit(false);
      Rows.execute(connection, "INSERT INTO note VALUES (1, 'forgotten', now())");
    }
    try (Connection connection = borrowed(pool)) {
      assertThat(session(connection)).isEqualTo(first);
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(Rows.list(connection, "SELECT id FROM note", row -> row.getLong(1))).isEmpty();
      assertThat(Rows.list(connection, "SELECT name FROM pg_prepared_statements", row -> 1))
          .isEmpty();
      connection.setReadOnly(true);
    }
    Connection last = borrowed(pool);
    assertThat(session(last)).isNotEqualTo(first);
    assertThat(last.isReadOnly()).isFalse();
    last.close();
    last.close();
    assertThat(last.isClosed()).isTrue();
    assertThatThrownBy(() -> session(last)).hasMessage("this connection is closed");
    assertThat(pool.state().idle()).isEqualTo(1);
    pool.close();
  }

  @Test
  void whoGetsNoneIsToldWithinTheDeadlineWhoHasThem() throws Exception {
    Pool pool = pool(TestPostgres.emptyDatabase(), SystemTicker.SYSTEM);
    List<Connection> all = new ArrayList<>();
    for (int taken = 0; taken < 4; taken++) {
      all.add(named("loop-" + taken, () -> borrowed(pool)));
    }
    long begun = System.nanoTime();
    DatabaseUnavailable refused =
        catchThrowableOfType(
            DatabaseUnavailable.class, () -> pool.database().connect(in(Duration.ofMillis(300))));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(900));
    assertThat(refused.failure()).isInstanceOf(DatabaseFailure.PoolExhausted.class);
    assertThat(refused.getMessage())
        .contains(
            "(size=4, used=4, idle=0, waiting=0)",
            "by loop-0: pool, PoolTest.borrowed (PoolTest.java:",
            "metaops db reset-pool");
    all.removeFirst().close();
    borrowed(pool).close();
    assertThat(pool.state().counts().timedOut()).isEqualTo(1);
    for (Connection each : all) {
      each.close();
    }
    pool.close();
  }

  @Test
  void aServerThatWasRestartedIsUsedAgainAtOnce() throws Exception {
    EmbeddedPostgres before = server();
    try (Tunnel tunnel = new Tunnel(before.instance().port());
        Pool pool = pool(through(tunnel, before), SystemTicker.SYSTEM)) {
      restingThree(pool);
      Connection kept = borrowed(pool);
      before.close();
      assertThat(refusal(pool)).isInstanceOf(DatabaseFailure.Unreachable.class);
      EmbeddedPostgres after = server();
      try {
        tunnel.leadTo(after.instance().port());
        try (Connection connection = borrowed(pool)) {
          assertThat(session(connection)).isPositive();
        }
        assertThatThrownBy(() -> session(kept)).isInstanceOf(SQLException.class);
        kept.close();
        assertThat(pool.state().idle()).isEqualTo(1);
      } finally {
        after.close();
      }
    }
  }

  @Test
  void sessionsThatWereBlackHoledCostOneWaitAndNotOneEach() throws Exception {
    Database real = TestPostgres.emptyDatabase();
    try (Tunnel tunnel = new Tunnel(real.url().port());
        Pool pool = pool(through(tunnel, real.url()), SystemTicker.SYSTEM)) {
      restingThree(pool);
      tunnel.forget();
      long begun = System.nanoTime();
      pool.database().connect(in(Duration.ofSeconds(3))).close();
      // A third of the wait for the first; the others are not even asked.
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
      assertThat(pool.state().counts().lost()).isEqualTo(3);

      tunnel.swallow();
      long again = System.nanoTime();
      assertThat(refusal(pool)).isInstanceOf(DatabaseFailure.NoAnswer.class);
      assertThat(Duration.ofNanos(System.nanoTime() - again)).isLessThan(Duration.ofMillis(1500));
      tunnel.lead();
      borrowed(pool).close();
    }
  }

  @Test
  void aPasswordThatWasRotatedAndPutRightIsEnough() throws Exception {
    Database admin = TestPostgres.emptyDatabase();
    String role = "pooled_" + ProcessHandle.current().pid();
    try (Connection connection = admin.connect(TestPostgres.minute())) {
      Rows.execute(connection, "CREATE ROLE " + role + " LOGIN PASSWORD 'first'");
      DatabaseUrl url =
          DatabaseUrl.of(
              "postgres://"
                  + role
                  + ":first@127.0.0.1:"
                  + admin.url().port()
                  + "/"
                  + admin.url().database());
      Pool pool = pool(new Database(url, "test", SystemTicker.SYSTEM), SystemTicker.SYSTEM);
      borrowed(pool).close();
      Rows.execute(connection, "ALTER ROLE " + role + " PASSWORD 'second'");
      Rows.list(
          connection,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ?",
          row -> row.getBoolean(1),
          role);
      assertThat(refusal(pool)).isInstanceOf(DatabaseFailure.AuthenticationRefused.class);
      Rows.execute(connection, "ALTER ROLE " + role + " PASSWORD 'first'");
      borrowed(pool).close();
      pool.close();
      Rows.execute(connection, "DROP ROLE " + role);
    }
  }

  @Test
  void aLeakIsNamedWithItsHolderAndTakenBack() throws Exception {
    Pool pool = pool(TestPostgres.emptyDatabase(), time);
    PoolKeeper keeper = keeper(pool);
    keeper.turn();
    Connection leaked = named("sweep", () -> borrowed(pool));
    time.advance(LEAK.minusSeconds(1));
    keeper.turn();
    assertThat(open).isEmpty();

    time.advance(Duration.ofSeconds(2));
    keeper.turn();
    assertThat(open.values())
        .singleElement()
        .satisfies(leak -> {
          assertThat(leak.code()).isEqualTo("pool-leak");
          assertThat(leak.sentence())
              .contains(
                  "sweep: pool, PoolTest.borrowed (PoolTest.java:", "since 2026-11-01T00:00:00Z");
        });
    PoolSeen seen = new PoolFile(directory).read().orElseThrow();
    assertThat(seen.state().held()).extracting(Held::thread).containsExactly("sweep");

    time.advance(TAKEN_BACK);
    keeper.turn();
    assertThatThrownBy(() -> session(leaked)).hasMessageContaining("held too long");
    leaked.close();
    assertThat(pool.state().used()).isZero();
    assertThat(pool.state().counts().takenBack()).isEqualTo(1);
    try (Connection _ = borrowed(pool);
        Connection _ = borrowed(pool);
        Connection _ = borrowed(pool);
        Connection _ = borrowed(pool)) {
      assertThat(pool.state().used()).as("the pool is whole again").isEqualTo(4);
    }
    assertThat(open.values())
        .singleElement()
        .satisfies(leak -> assertThat(leak.sentence()).contains("lost it at"));

    time.advance(PoolLeaks.TOLD.plusSeconds(1));
    keeper.turn();
    assertThat(open).isEmpty();
    pool.close();
  }

  @Test
  void aConnectionThatComesBackInTimeIsNoLeakAnyMore() throws Exception {
    Pool pool = pool(TestPostgres.emptyDatabase(), time);
    PoolKeeper keeper = keeper(pool);
    Connection slow = borrowed(pool);
    time.advance(LEAK.plusSeconds(5));
    keeper.turn();
    assertThat(open).hasSize(1);
    assertThat(session(slow)).isPositive();
    slow.close();
    keeper.turn();
    assertThat(open).isEmpty();
    pool.close();
  }

  @Test
  void isRenewedWhenAskedAndEndsNobodyElsesSession() throws Exception {
    Database database = TestPostgres.emptyDatabase();
    Pool pool = pool(database, time);
    PoolKeeper keeper = keeper(pool);
    try (Connection stranger = database.connect(TestPostgres.minute())) {
      int strangers = session(stranger);
      restingThree(pool);
      Connection kept = named("mirror", () -> borrowed(pool));
      int before = session(kept);
      new PoolFile(directory).ask("please-1");
      keeper.turn();
      PoolReset reset = new PoolFile(directory).read().orElseThrow().reset().orElseThrow();
      assertThat(reset.request()).isEqualTo("please-1");
      assertThat(reset.closed()).isEqualTo(2);
      assertThat(reset.kept()).singleElement().asString().startsWith("mirror: ");
      assertThat(reset.trouble()).isEmpty();
      assertThat(session(kept)).isEqualTo(before);
      kept.close();
      try (Connection next = borrowed(pool)) {
        assertThat(session(next)).isNotEqualTo(before);
      }
      assertThat(session(stranger)).isEqualTo(strangers);
      keeper.turn();
      assertThat(said).containsOnlyOnce("the pool was renewed by request");
    }
    pool.close();
  }

  @Test
  void whoAsksWhileItIsRenewedIsHeardToo() throws Exception {
    PoolFile file = new PoolFile(directory);
    try (Pool pool = pool(TestPostgres.emptyDatabase(), time)) {
      PoolKeeper keeper =
          new PoolKeeper(
              pool,
              LEAK,
              file,
              findings,
              sentence -> {
                said.add(sentence);
                if (said.size() == 1) {
                  ask(file, "please-2");
                }
              },
              time);
      file.ask("please-1");
      keeper.turn();
      keeper.turn();
      assertThat(file.read().orElseThrow().reset().orElseThrow().request()).isEqualTo("please-2");
      keeper.turn();
      assertThat(said).hasSize(2);
    }
  }

  private static void ask(PoolFile file, String request) {
    try {
      file.ask(request);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  @Test
  void whatRestsOrAgesTooLongIsClosed() throws Exception {
    Pool pool = pool(TestPostgres.emptyDatabase(), time);
    restingThree(pool);
    time.advance(Duration.ofMinutes(1));
    borrowed(pool).close();
    time.advance(Duration.ofSeconds(90));
    pool.tend();
    assertThat(pool.state().idle()).isEqualTo(1);
    time.advance(Duration.ofSeconds(20));
    try (Connection connection = borrowed(pool)) {
      time.advance(Duration.ofMinutes(10));
      assertThat(session(connection)).isPositive();
    }
    assertThat(pool.state().idle()).isZero();
    pool.close();
  }

  private static Pool pool(Database database, Ticker ticker) {
    return new Pool(database, Pool.Limits.steady(TAKEN_BACK), ticker);
  }

  private PoolKeeper keeper(Pool pool) {
    return new PoolKeeper(pool, LEAK, new PoolFile(directory), findings, said::add, time);
  }

  private static Connection borrowed(Pool pool) throws SQLException {
    return pool.database().connect(in(Duration.ofSeconds(5)));
  }

  private static void restingThree(Pool pool) throws SQLException {
    try (Connection _ = borrowed(pool);
        Connection _ = borrowed(pool);
        Connection _ = borrowed(pool)) {
      assertThat(pool.state().used()).isEqualTo(3);
    }
    assertThat(pool.state().idle()).isEqualTo(3);
  }

  private static DatabaseFailure refusal(Pool pool) {
    return catchThrowableOfType(
            DatabaseUnavailable.class, () -> pool.database().connect(in(Duration.ofMillis(900))))
        .failure();
  }

  private static <T> T named(String thread, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().name(thread).start(task);
    return task.get();
  }

  private static int session(Connection connection) throws SQLException {
    return Rows.one(connection, "SELECT pg_backend_pid()", row -> row.getInt(1));
  }

  private EmbeddedPostgres server() throws Exception {
    return EmbeddedPostgres.open(
        directory.resolve("server"),
        Path.of("target").toAbsolutePath().resolve("postgres-binaries"),
        SystemTicker.SYSTEM,
        _ -> {});
  }

  private static Database through(Tunnel tunnel, EmbeddedPostgres server) {
    return through(tunnel, DatabaseUrl.of(server.instance().secretUrl("postgres")));
  }

  private static Database through(Tunnel tunnel, DatabaseUrl url) {
    return new Database(
        DatabaseUrl.of(url.secretText().replace(":" + url.port() + "/", ":" + tunnel.port() + "/")),
        "test",
        SystemTicker.SYSTEM);
  }

  private static Deadline in(Duration duration) {
    return Deadline.in(duration, SystemTicker.SYSTEM);
  }
}
