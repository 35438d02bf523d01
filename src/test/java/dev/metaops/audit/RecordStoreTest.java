package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.note;
import static dev.metaops.audit.RecordedOrders.plan;
import static dev.metaops.audit.RecordedOrders.records;
import static dev.metaops.audit.RecordedOrders.run;
import static dev.metaops.audit.RecordedOrders.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.time.SystemTicker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
@SuppressWarnings("NullAway.Init")
class RecordStoreTest {
  private static final Selection ALL = Selection.since(Instant.EPOCH);

  private RecordedOrders orders;
  private Connection metaops;
  private RecordStore store;

  @BeforeEach
  void newDatabase() throws SQLException {
    orders = new RecordedOrders();
    metaops = orders.session("metaops");
    store = new RecordStore(metaops);
  }

  @AfterEach
  void close() throws SQLException {
    orders.close();
  }

  @Test
  void anEditInPsqlIsRecordedWithBothImagesAndWhoMadeIt() throws Exception {
    orders.order(metaops, "o-1");
    Connection psql = orders.traderSession("psql");
    note(psql, "o-1", "paid by hand");

    AuditRecord record = newest();
    String login = text(psql, "SELECT session_user");
    JsonNode entry = new JsonMapper().readTree(record.entry());
    assertThat(record.kind()).isEqualTo("edit");
    assertThat(record.orderId()).contains("o-1");
    assertThat(record.actor()).isEqualTo(login).startsWith("trader_");
    assertThat(entry.at("/body/operation").asString()).isEqualTo("UPDATE");
    assertThat(entry.at("/body/before/notes").isNull()).isTrue();
    assertThat(entry.at("/body/after/notes").asString()).isEqualTo("paid by hand");
    assertThat(entry.at("/body/connection/login").asString()).isEqualTo(login);
    assertThat(entry.at("/body/connection/application").asString()).isEqualTo("psql");
    assertThat(entry.at("/body/connection/address").asString()).isEqualTo("127.0.0.1");
    assertThat(record.seq()).isEmpty();
    assertThat(record.leaf()).isEqualTo(AuditChain.leaf(Bytes.utf8(record.entry())));
  }

  @Test
  void aDeletedRowLeavesItsImage() throws Exception {
    orders.order(metaops, "o-1");
    run(orders.traderSession("psql"), "DELETE FROM public.orders WHERE id = 'o-1'");
    assertThat(newest().entry()).contains("\"DELETE\"", "\"state\": \"CREATED\"");
  }

  @Test
  void anEditThatIsRolledBackLeavesNothing() throws Exception {
    orders.order(metaops, "o-1");
    Connection psql = orders.traderSession("psql");
    psql.setAutoCommit(false);
    note(psql, "o-1", "never mind");
    psql.rollback();
    assertThat(store.list(ALL, Selection.Sequence.NEWEST_FIRST, 10)).isEmpty();
    assertThat(store.sealStep().sealed()).isZero();
    assertThat(store.verify().isClean()).isTrue();
  }

  @Test
  void aRepairByPlanLeavesItsRecordAndItsPlan() throws Exception {
    plan(metaops, "P-8K2F", "o-1", orders.order(metaops, "o-1"));

    AuditRecord record = newest();
    JsonNode body = new JsonMapper().readTree(record.entry()).path("body");
    assertThat(record.kind()).isEqualTo("plan");
    assertThat(record.actor()).isEqualTo("kim");
    assertThat(body.path("plan").asString()).isEqualTo("P-8K2F");
    assertThat(body.path("reason").asString()).isEqualTo("listener died");
    assertThat(body.at("/before/state").asString()).isEqualTo("CREATED");
    assertThat(body.at("/after/state").asString()).isEqualTo("PENDING");
    assertThat(body.path("evidence").size()).isEqualTo(1);
    assertThat(store.sealStep().sealed()).isEqualTo(1);
    AuditReport report = store.verify();
    assertThat(report.first()).isEmpty();
    assertThat(report.plans()).isEqualTo(1);
  }

  @Test
  void recordsAreListedByTimeOrderAndKind() throws Exception {
    orders.order(metaops, "o-1");
    orders.order(metaops, "o-2");
    note(metaops, "o-1", "a");
    note(metaops, "o-2", "b");
    run(metaops, "SELECT metaops_api.freeze('f1', 'kim', 'odd', now())");
    note(metaops, "o-1", "c");
    store.sealStep();

    assertThat(ids(ALL, Selection.Sequence.NEWEST_FIRST, 2)).containsExactly(4L, 3L);
    assertThat(ids(ALL, Selection.Sequence.OLDEST_FIRST, 9)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(ids(ALL.ofOrder("o-1"), Selection.Sequence.OLDEST_FIRST, 9)).containsExactly(1L, 4L);
    assertThat(ids(ALL.ofKind("freeze"), Selection.Sequence.OLDEST_FIRST, 9)).containsExactly(3L);
    assertThat(store.count(ALL)).isEqualTo(4);
    AuditRecord last = newest();
    assertThat(last.seq()).hasValue(4);
    assertThat(store.count(Selection.since(last.at()))).isEqualTo(1);
  }

  @Test
  void everyUnchangedRowOfRecordsIsRefusedToBeRewritten() throws Exception {
    orders.order(metaops, "o-1");
    note(metaops, "o-1", "a");
    for (String statement :
        List.of(
            "UPDATE metaops.record SET actor = 'nobody'",
            "DELETE FROM metaops.record",
            "TRUNCATE metaops.seal",
            "UPDATE metaops.applied_plan SET plan = ''")) {
      assertThatThrownBy(() -> run(metaops, statement)).hasMessageContaining("append-only");
    }
  }

  @Test
  void anIdleTransactionBlocksNeitherARecordNorItsSealing() throws Exception {
    orders.order(metaops, "o-1");
    orders.order(metaops, "o-2");
    Connection idle = orders.traderSession("psql");
    idle.setAutoCommit(false);
    note(idle, "o-1", "gone for lunch");

    Connection other = orders.traderSession("dashboard");
    run(other, "SET lock_timeout = 1000");
    note(other, "o-2", "seen at once");
    SealStep step = store.sealStep();
    assertThat(step.sealed()).isEqualTo(1);
    assertThat(step.unsealed()).isEqualTo(new Unsealed(0, step.unsealed().oldest(), Duration.ZERO));
    assertThat(newest().orderId()).contains("o-2");

    idle.commit();
    assertThat(store.sealStep().sealed()).isEqualTo(1);
    assertThat(store.verify().first()).isEmpty();
    // The one that was written first is linked last: the chain has the order of visibility.
    assertThat(
            text(metaops, "SELECT string_agg(record_id::text, ',' ORDER BY seq) FROM metaops.seal"))
        .isEqualTo("2,1");
  }

  @Test
  void aTransactionLeftOpenOnTheOrdersTableIsNamed() throws Exception {
    orders.order(metaops, "o-1");
    assertThat(store.openTransactions(Duration.ZERO))
        .isEqualTo(new OpenTransactions.Seen(List.of()));
    Connection reader = orders.session("report");
    reader.setAutoCommit(false);
    run(reader, "SELECT count(*) FROM public.orders");
    Connection idle = orders.traderSession("psql");
    idle.setAutoCommit(false);
    note(idle, "o-1", "gone for lunch");

    assertThat(store.openTransactions()).isEqualTo(new OpenTransactions.Seen(List.of()));
    OpenTransactions seen = store.openTransactions(Duration.ZERO);
    assertThat(seen).isInstanceOf(OpenTransactions.Seen.class);
    var open = ((OpenTransactions.Seen) seen).overdue();
    assertThat(open).hasSize(1);
    assertThat(open.getFirst().application()).isEqualTo("psql");
    assertThat(open.getFirst().state()).isEqualTo("idle in transaction");
    assertThat(open.getFirst().sentence()).contains("psql", "idle in transaction");
  }

  @Test
  void aLoginThatMayNotSeeAgesDoesNotCallThemYoung() throws Exception {
    orders.order(metaops, "o-1");
    Connection idle = orders.session("psql");
    idle.setAutoCommit(false);
    note(idle, "o-1", "gone for lunch");
    var seen = new RecordStore(orders.traderSession("metaops")).openTransactions();
    assertThat(seen).isEqualTo(new OpenTransactions.Hidden(1, List.of()));
    assertThat(((OpenTransactions.Hidden) seen).sentence()).contains("pg_read_all_stats");
  }

  @Test
  void whatWaitsIsCountedFromItsCommit() throws Exception {
    assertThat(store.unsealed().oldest()).isEmpty();
    orders.order(metaops, "o-1");
    Connection slow = orders.session("psql");
    slow.setAutoCommit(false);
    note(slow, "o-1", "a");
    run(slow, "SELECT pg_sleep(0.5)");
    slow.commit();
    Unsealed unsealed = store.unsealed();
    assertThat(unsealed.records()).isEqualTo(1);
    assertThat(unsealed.oldest()).hasValue(1);
    assertThat(unsealed.age()).isLessThan(Duration.ofMillis(450));
    assertThat(unsealed.isOverdue()).isFalse();
    assertThat(new Unsealed(1, unsealed.oldest(), Duration.ofMillis(5_001)).isOverdue()).isTrue();
    assertThat(store.verify().waiting()).isEqualTo(1);
  }

  @Test
  void aSecondSealerFindsNothingToDo() throws Exception {
    records(metaops, 3);
    Connection first = orders.session("serve 1");
    first.setAutoCommit(false);
    assertThat(new RecordStore(first).seal(2)).isEqualTo(2);
    assertThat(store.sealStep().sealed()).isZero();
    first.commit();
    assertThat(store.sealStep().sealed()).isEqualTo(1);
    assertThat(store.verify().first()).isEmpty();
  }

  @Test
  void sealersAtOnceNeverForkTheChain() throws Exception {
    var writing = new AtomicBoolean(true);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sealers = new ArrayList<Future<Integer>>();
      for (int sealer = 0; sealer < 3; sealer++) {
        var own = new RecordStore(orders.session("sealer " + sealer));
        sealers.add(threads.submit(() -> sealWhile(writing, own)));
      }
      var writers = new ArrayList<Future<Integer>>();
      for (int writer = 0; writer < 2; writer++) {
        Connection own = orders.session("writer " + writer);
        writers.add(threads.submit(write(own)));
      }
      for (Future<Integer> writer : writers) {
        writer.get();
      }
      writing.set(false);
      int sealed = 0;
      for (Future<Integer> sealer : sealers) {
        sealed += sealer.get();
      }
      sealed += store.sealStep().sealed();
      assertThat(sealed).isEqualTo(400);
    }
    AuditReport report = store.verify();
    assertThat(report.first()).isEmpty();
    assertThat(report.sealed()).isEqualTo(400);
  }

  private static int sealWhile(AtomicBoolean writing, RecordStore own) throws SQLException {
    int sealed = 0;
    while (writing.get()) {
      sealed += own.seal(7);
    }
    return sealed;
  }

  private static Callable<Integer> write(Connection own) {
    return () -> {
      for (int i = 0; i < 200; i++) {
        records(own, 1);
      }
      return 200;
    };
  }

  @Test
  void twentyThousandRecordsAreCleanAndCheckedInOneGo() throws Exception {
    records(metaops, 20_000);
    long start = SystemTicker.SYSTEM.nanos();
    assertThat(store.sealStep().sealed()).isEqualTo(20_000);
    long sealed = SystemTicker.SYSTEM.nanos();
    AuditReport report = store.verify();
    long verified = SystemTicker.SYSTEM.nanos();
    System.out.printf(
        "20,000 records: sealed in %d ms, verified in %d ms%n",
        (sealed - start) / 1_000_000, (verified - sealed) / 1_000_000);
    assertThat(report.first()).isEmpty();
    assertThat(report.sealed()).isEqualTo(20_000);
    assertThat(report.head()).isEqualTo(store.head());
    assertThat(metaops.getAutoCommit()).isTrue();
  }

  private AuditRecord newest() throws SQLException {
    return store.list(ALL, Selection.Sequence.NEWEST_FIRST, 1).getFirst();
  }

  private List<Long> ids(Selection selection, Selection.Sequence sequence, int limit)
      throws SQLException {
    return store.list(selection, sequence, limit).stream().map(AuditRecord::id).toList();
  }
}
