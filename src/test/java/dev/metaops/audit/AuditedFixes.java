package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.run;
import static dev.metaops.audit.RecordedOrders.text;

import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Fixes of single orders, each a plan applied and its record appended in one transaction that is
 * flushed, by so many writers at once, while a sealer works. Writers may have a session each, or
 * share a few as behind a pooler: a writer then waits its turn for each fix.
 */
final class AuditedFixes {
  private static final long NANOS = 1_000_000_000;

  /** Of which so many warm up the sessions. */
  private static final int WARMING = 20;

  private final Database database;
  private final Connection owner;
  private int made;

  /**
   * @param perSecond how many came to an end in a second
   * @param p50 milliseconds from when it was due
   * @param p99 milliseconds
   * @param processor milliseconds of the database's processor time that one took
   */
  record Measured(
      Writers writers, int fixes, double perSecond, double p50, double p99, double processor) {}

  /**
   * Who writes.
   *
   * @param sessions how many they have, from 1 to as many as they are
   */
  record Writers(int count, int sessions) {
    static Writers withTheirOwn(int count) {
      return new Writers(count, count);
    }
  }

  AuditedFixes(Database database, Connection owner) {
    this.database = database;
    this.owner = owner;
  }

  /** As fast as they can. */
  Measured unpaced(Writers writers, int fixes) throws Exception {
    return measured(writers, fixes, 0);
  }

  /** So many a second are due, whether those before have ended or not. */
  Measured paced(Writers writers, int fixes, int perSecond) throws Exception {
    return measured(writers, fixes, NANOS / perSecond);
  }

  private Measured measured(Writers writers, int fixes, long apart) throws Exception {
    int warming = writers.sessions() * WARMING;
    List<String> plans = plans(warming + fixes);
    var latencies = new long[fixes];
    var next = new AtomicInteger(warming);
    var seals = new AtomicBoolean(true);
    long[] start = new long[1];
    long ended = 0;
    double used = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> sealer =
          threads.submit(() -> {
            seal(seals);
            return null;
          });
      var sessions = new ArrayList<Connection>();
      try {
        for (int n = 0; n < writers.sessions(); n++) {
          Connection session = connected("metaops fix");
          sessions.add(session);
          for (int warm = 0; warm < WARMING; warm++) {
            apply(session, plans.get(n * WARMING + warm));
          }
        }
        used = -processorTime(sessions);
        start[0] = SystemTicker.SYSTEM.nanos();
        var free = new ArrayBlockingQueue<>(sessions.size(), true, sessions);
        var running = new ArrayList<Future<?>>();
        for (int n = 0; n < writers.count(); n++) {
          running.add(
              threads.submit(() -> {
                for (int at = next.getAndIncrement();
                    at < plans.size();
                    at = next.getAndIncrement()) {
                  long due = start[0] + (at - warming) * apart;
                  waitUntil(due);
                  long from = apart == 0 ? SystemTicker.SYSTEM.nanos() : due;
                  Connection session = free.take();
                  apply(session, plans.get(at));
                  free.put(session);
                  latencies[at - warming] = SystemTicker.SYSTEM.nanos() - from;
                }
                return null;
              }));
        }
        await(running);
        ended = SystemTicker.SYSTEM.nanos();
        used += processorTime(sessions);
      } finally {
        seals.set(false);
        await(List.of(sealer));
        for (Connection session : sessions) {
          session.close();
        }
      }
    }
    double seconds = (ended - start[0]) / 1e9;
    Arrays.sort(latencies);
    return new Measured(
        writers,
        fixes,
        fixes / seconds,
        latencies[fixes / 2] / 1e6,
        latencies[(int) (fixes * 0.99)] / 1e6,
        used * 1_000 / fixes);
  }

  private static double processorTime(List<Connection> sessions) throws Exception {
    double seconds = 0;
    for (Connection session : sessions) {
      seconds += ListenerCost.processorTime(session);
    }
    return seconds;
  }

  private static void waitUntil(long due) {
    for (long left = due - SystemTicker.SYSTEM.nanos();
        left > 0;
        left = due - SystemTicker.SYSTEM.nanos()) {
      LockSupport.parkNanos(left);
    }
  }

  private static void await(List<Future<?>> all) throws InterruptedException, ExecutionException {
    for (Future<?> each : all) {
      each.get();
    }
  }

  private Connection connected(String application) throws SQLException {
    return new Database(database.url(), application, SystemTicker.SYSTEM)
        .connect(Deadline.in(Duration.ofMinutes(2), SystemTicker.SYSTEM));
  }

  /** As serve does where there is something to link. */
  private void seal(AtomicBoolean goesOn) throws SQLException {
    try (Connection session = connected("metaops serve")) {
      var store = new RecordStore(session);
      while (goesOn.get()) {
        store.sealBatch();
        LockSupport.parkNanos(NANOS / 10);
      }
      store.sealStep();
    }
  }

  private static void apply(Connection session, String plan) throws SQLException {
    try (var statement =
        session.prepareStatement(
            "SELECT metaops_api.apply_plan(p, sha256(convert_to(p, 'UTF8')))::text"
                + " FROM (SELECT ?::text AS p) t")) {
      statement.setString(1, plan);
      try (var rows = statement.executeQuery()) {
        rows.next();
        if (!rows.getString(1).contains("\"applied\"")) {
          throw new IllegalStateException(rows.getString(1));
        }
      }
    }
  }

  /** Of as many new orders, each with its escrow's creation in a block of its own. */
  private List<String> plans(int count) throws SQLException {
    int from = made + 1;
    made += count;
    run(
        owner,
        "INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key)"
            + " SELECT 'f-' || n, '0x' || repeat('b', 40), '0x' || repeat('c', 40), 1000,"
            + " '0x' || repeat('e', 40), '0x' || lpad(to_hex(n), 64, '0') FROM generate_series("
            + from
            + ", "
            + made
            + ") n");
    String version =
        text(owner, "SELECT xmin::text FROM public.orders WHERE id = 'f-" + from + "'");
    var plans = new ArrayList<String>();
    for (int n = from; n <= made; n++) {
      plans.add(plan(n, version));
    }
    run(owner, "ANALYZE");
    return plans;
  }

  private static String plan(int n, String version) {
    return """
    {"id":"P-%d","verb":"order fix","class":"RESYNC","actor":"kim","reason":"listener died",\
    "chain":31337,"expires_at":"2999-01-01T00:00:00Z","targets":[{"order":"f-%d",\
    "from":"CREATED","to":"PENDING","row_version":"%s","settled":4000000,"blocks":[{\
    "number":%d,"hash":"%064x","parent":"%064x","time":"2026-11-01T00:00:00Z"}],"events":[{\
    "chain":31337,"number":%d,"hash":"%064x","index":0,"transaction":"%064x",\
    "contract":"%s","kind":"CREATED","key":"%064x","order":"f-%d","buyer":"%s","seller":"%s",\
    "token":"%s","amount":1000}]}]}\
    """
        .formatted(
            n,
            n,
            version,
            1_000 + n,
            n,
            n - 1,
            1_000 + n,
            n,
            n,
            "e".repeat(40),
            n,
            n,
            "b".repeat(40),
            "c".repeat(40),
            "0".repeat(40));
  }
}
