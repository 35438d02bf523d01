package dev.metaops.stories;

import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.audit.Checkpointer;
import dev.metaops.audit.RecordStore;
import dev.metaops.chain.Hash;
import dev.metaops.command.Answer;
import dev.metaops.command.AuditCommand;
import dev.metaops.command.Consent;
import dev.metaops.command.DatabaseCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderName;
import dev.metaops.database.DatabaseAnswers;
import dev.metaops.journal.Journal;
import dev.metaops.journal.JournalKind;
import dev.metaops.orderdesk.OrderAnswers;
import dev.metaops.page.Listing;
import dev.metaops.plan.Approval;
import dev.metaops.plan.Decision;
import dev.metaops.records.AuditAnswers;
import dev.metaops.restore.MarkStore;
import dev.metaops.restore.RestoreStore;
import dev.metaops.store.Rows;
import dev.metaops.testing.Drawn;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own store remembers more than the orders database holds; people vouch for it. */
@SuppressWarnings("NullAway.Init")
class VouchingTest {
  private static final Instant BACKUP = Instant.parse("2026-11-30T02:40:00Z");
  private static final String BOTH =
      "{\"standing\": {\"footing\": \"PEOPLE\", \"people\": [\"kim\", \"lee\"]}}";

  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir private Path directory;
  private KeptPlans world;

  @BeforeEach
  void ourStoreRemembersALaterLease() throws Exception {
    world = new KeptPlans(chain, directory);
    world.behind("ord_1");
    world.inStore(
        "INSERT INTO metaops_ops.orders_mark VALUES ('"
            + world.venue.one("SELECT id FROM metaops.audit_log")
            + "', 41, 3, 0, '', now())");
  }

  private Answer vouched(String machine, Consent consent) throws Exception {
    return new DatabaseAnswers()
        .to(
            new DatabaseCommand.Restored(BACKUP, Optional.of("disk died"), consent),
            world.at(machine));
  }

  /** Two people who may approve, each at a machine of their own. */
  private void kimAndLeeAreConfigured() throws Exception {
    world.configure(world.key("kim"), world.key("lee"));
  }

  /** By one and then the other; what the second is told. */
  private Answer vouchedByBoth() throws Exception {
    vouched("kim", Consent.EXECUTE);
    return vouched("lee", Consent.EXECUTE);
  }

  private Answer fixed() throws Exception {
    return new OrderAnswers()
        .to(
            new OrderCommand.Fix(
                new OrderName("ord_1"), Optional.empty(), Optional.empty(), Consent.EXECUTE),
            world.at("desk"));
  }

  private String freezes() {
    return world.venue.one("SELECT count(*) FROM metaops.freeze WHERE lifted_at IS NULL");
  }

  private String restorations() {
    return world.venue.one("SELECT count(*) FROM metaops.record WHERE kind = 'restored'");
  }

  @Test
  void aShortCommandFindsItOutAndFreezesWithoutAnyServe() throws Exception {
    Answer refused = fixed();

    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(refused)).contains("its lease is at epoch 1 and was at 41");
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
    assertThat(freezes()).isEqualTo("1");
    assertThat(fixed().exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(freezes()).isEqualTo("1");
  }

  @Test
  void aDryRunShowsItAndFreezesNothing() throws Exception {
    Answer shown = vouched("desk", Consent.DRY_RUN);

    assertThat(shown.exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(shown)).contains("was at 41", "nothing was changed");
    assertThat(freezes()).isEqualTo("0");
  }

  @Test
  void withNobodyConfiguredNobodyIsKnownToBeAPersonAndItIsSaidWhatToDo() throws Exception {
    assertThat(text(vouched("desk", Consent.EXECUTE))).contains("metaops people key NAME");
    world.key("kim");

    Answer refused = vouched("kim", Consent.EXECUTE);

    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(refused)).contains("configured for nobody", "people.keys");
    assertThat(freezes()).isEqualTo("1");
  }

  @Test
  void theOnlyOperatorWaitsAQuarterOfAnHourAndTheRecordSaysSo() throws Exception {
    world.configure(world.key("kim"));
    Answer early = vouched("kim", Consent.EXECUTE);
    assertThat(early.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(text(early)).contains("after 15 minutes");
    assertThat(vouched("kim", Consent.EXECUTE).exit()).isEqualTo(ExitCode.WARNING);
    signedEarlier("kim", Duration.ofMinutes(15));

    Answer done = vouched("kim", Consent.EXECUTE);

    assertThat(done.exit()).as(text(done)).isEqualTo(ExitCode.FINE);
    assertThat(freezes()).isEqualTo("0");
    assertThat(world.venue.one("SELECT lease_epoch FROM metaops.stream")).isEqualTo("42");
    assertThat(
            world.venue.one(
                "SELECT entry::jsonb #>> '{body,standing,footing}' FROM metaops.record WHERE kind ="
                    + " 'restored'"))
        .isEqualTo("SOLO");
    assertThat(fixed().exit()).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
  }

  @Test
  void restartingTakesTwoWhereTwoAreConfigured() throws Exception {
    String kim = world.key("kim");
    String lee = world.key("lee");
    world.key("eve");
    world.people =
        "[people]\nkeys = [\"" + kim + "\", \"" + lee + "\"]\napprovers = [\"kim\", \"lee\"]\n";

    assertThat(vouched("desk", Consent.EXECUTE).exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(vouched("eve", Consent.EXECUTE).exit()).isEqualTo(ExitCode.REFUSED);
    Answer first = vouched("kim", Consent.EXECUTE);
    assertThat(first.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(text(first)).contains("kim vouched for it", "Waits for 1 more to approve it: lee");
    try (Connection ops = world.ops.connect(TestPostgres.minute())) {
      assertThat(
              Rows.list(
                  ops,
                  "SELECT r.kind || ' of ' || r.actor FROM metaops_ops.record r"
                      + " JOIN metaops_ops.seal s ON s.record_id = r.id",
                  row -> row.getString(1)))
          .as("sealed, though nothing serves")
          .containsExactly("word of kim");
    }
    assertThat(vouched("kim", Consent.EXECUTE).exit()).isEqualTo(ExitCode.WARNING);
    assertThat(restorations()).isEqualTo("0");
    assertThat(freezes()).isEqualTo("1");

    Answer second = vouched("lee", Consent.EXECUTE);

    assertThat(second.exit()).as(text(second)).isEqualTo(ExitCode.FINE);
    assertThat(text(second)).contains("kim and lee vouched for it");
    assertThat(freezes()).isEqualTo("0");
  }

  @Test
  void oneWhoMayNotApproveIsTheSecondOfNobodyAndMayBeTheFirst() throws Exception {
    String kim = world.key("kim");
    String lee = world.key("lee");
    world.people = "[people]\nkeys = [\"" + kim + "\", \"" + lee + "\"]\napprovers = [\"kim\"]\n";

    Answer both = vouchedByBoth();
    assertThat(both.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(text(both)).contains("Waits for 1 more to approve it: kim");
    assertThat(freezes()).isEqualTo("1");

    assertThat(vouched("kim", Consent.EXECUTE).exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void twoKeysOfOnePersonAreOnePerson() throws Exception {
    world.configure(world.key("kim"), world.key("kim", "kims other"), world.key("lee"));
    vouched("kim", Consent.EXECUTE);

    assertThat(vouched("kims other", Consent.EXECUTE).exit()).isEqualTo(ExitCode.WARNING);
    assertThat(freezes()).isEqualTo("1");
  }

  @Test
  void aWordDoesNotOutliveTheKeyItWasSignedWith() throws Exception {
    String kim = world.key("kim");
    String lee = world.key("lee");
    world.configure(kim, lee);
    vouched("kim", Consent.EXECUTE);
    world.configure(kim + " " + Instant.now().minusSeconds(1), world.key("kim", "new"), lee);

    assertThat(vouched("lee", Consent.EXECUTE).exit()).isEqualTo(ExitCode.WARNING);
    assertThat(freezes()).isEqualTo("1");
    assertThat(vouched("new", Consent.EXECUTE).exit()).isEqualTo(ExitCode.FINE);
  }

  private void checkpointAt(String machine) throws Exception {
    try (Connection connection = world.venue.orders().connect(TestPostgres.minute())) {
      var records = new RecordStore(connection);
      records.sealStep();
      new Checkpointer(world.machine(machine), SystemTicker.SYSTEM).now(records);
    }
  }

  @Test
  void twoPeopleSignTheSameThoughOnlyOneMachineKeepsCheckpoints() throws Exception {
    kimAndLeeAreConfigured();
    world.venue.execute("UPDATE public.orders SET notes = 'seen' WHERE id = 'ord_1'");
    checkpointAt("kim");
    world.venue.execute("UPDATE public.orders SET notes = 'seen twice' WHERE id = 'ord_1'");
    checkpointAt("kim");

    assertThat(vouched("kim", Consent.EXECUTE).exit()).isEqualTo(ExitCode.WARNING);
    Answer second = vouched("lee", Consent.EXECUTE);

    assertThat(second.exit()).as(text(second)).isEqualTo(ExitCode.FINE);
    assertThat(freezes()).isEqualTo("0");
  }

  @Test
  void aWordIsGivenAnewOnceItIsADayOld() throws Exception {
    kimAndLeeAreConfigured();
    assertThat(vouched("kim", Consent.EXECUTE).exit()).isEqualTo(ExitCode.WARNING);
    signedEarlier("kim", Duration.ofHours(25));

    assertThat(vouched("lee", Consent.EXECUTE).exit()).isEqualTo(ExitCode.WARNING);
    assertThat(freezes()).isEqualTo("1");
    signedEarlier("lee", Duration.ofHours(26));
    assertThat(vouched("kim", Consent.EXECUTE).exit()).isEqualTo(ExitCode.WARNING);
    Answer renewed = vouched("lee", Consent.EXECUTE);

    assertThat(renewed.exit()).as(text(renewed)).isEqualTo(ExitCode.FINE);
    assertThat(freezes()).isEqualTo("0");
  }

  /** What that person signed, as if signed so much earlier. */
  private void signedEarlier(String person, Duration by) throws Exception {
    try (Connection ops = world.ops.connect(TestPostgres.minute())) {
      var marks = new MarkStore(ops);
      String digest =
          Rows.one(ops, "SELECT digest FROM metaops_ops.restoration_word", row -> row.getString(1));
      for (MarkStore.Word word : marks.words(digest)) {
        if (!word.person().equals(person)) {
          continue;
        }
        world.inStore(
            "ALTER TABLE metaops_ops.restoration_word DISABLE TRIGGER only_added;"
                + " DELETE FROM metaops_ops.restoration_word WHERE person = '"
                + person
                + "'; ALTER TABLE metaops_ops.restoration_word ENABLE ALWAYS TRIGGER only_added");
        Approval earlier =
            Approval.signed(
                word.environment(),
                new Hash(digest),
                Decision.PROPOSE,
                world.signingKey(person),
                word.at().minus(by));
        marks.sign(
            new MarkStore.Word(
                earlier.environment(),
                digest,
                earlier.decision().name(),
                person,
                earlier.key(),
                earlier.at(),
                earlier.signature()));
      }
    }
  }

  @Test
  void whatIsKnownLaterIsWaitedForAndFencedOffToo() throws Exception {
    try (Connection connection = world.venue.orders().connect(TestPostgres.minute())) {
      var store = new RestoreStore(connection);
      // Found by the checkpoint alone, and as good as vouched for, while our own store is down.
      store.wentBack("metaops", "3 seals", store.present(Optional.empty()), -1, 7, 3);
      store.recordRestored(store.held().orElseThrow().id(), "kim and lee", BOTH);
    }
    long further = Long.parseLong(world.venue.one("SELECT settled_number FROM metaops.stream")) + 4;
    world.inStore("UPDATE metaops_ops.orders_mark SET settled = " + further);

    kimAndLeeAreConfigured();
    Answer early = vouched("kim", Consent.EXECUTE);

    assertThat(early.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(Drawn.text(early)).contains("still to read 4 blocks");
    assertThat(freezes()).isEqualTo("1");
    chain.mine(4);
    chain.finalizeBlock(chain.latest().ref());
    world.follow();
    Answer done = vouchedByBoth();
    assertThat(done.exit()).as(Drawn.text(done)).isEqualTo(ExitCode.FINE);
    assertThat(Long.parseLong(world.venue.one("SELECT lease_epoch FROM metaops.stream")))
        .isGreaterThan(41);
    assertThat(freezes()).isEqualTo("0");
  }

  @Test
  void aBackupThatWentOnPastWhatIsRememberedIsFoundByItsSealsAndEndsWhenVouchedFor()
      throws Exception {
    world.inStore("DELETE FROM metaops_ops.orders_mark");
    String log = world.venue.one("SELECT id FROM metaops.audit_log");
    kimAndLeeAreConfigured();
    for (int n = 0; n < 3; n++) {
      world.venue.execute("UPDATE public.orders SET notes = 'note " + n + "' WHERE id = 'ord_1'");
      seal();
    }
    String second = world.venue.one("SELECT encode(chain, 'hex') FROM metaops.seal WHERE seq = 2");
    remembers(log, second);
    assertThat(text(vouched("kim", Consent.EXECUTE))).contains("nothing to do");

    remembers(log, "ab".repeat(32));
    Answer first = vouched("kim", Consent.EXECUTE);
    assertThat(text(first)).contains("goes on from another seal 2");
    assertThat(freezes()).isEqualTo("1");
    assertThat(vouched("lee", Consent.EXECUTE).exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(vouched("lee", Consent.EXECUTE))).contains("nothing to do");
  }

  private void seal() throws Exception {
    try (Connection connection = world.venue.orders().connect(TestPostgres.minute())) {
      new RecordStore(connection).sealStep();
    }
  }

  /** Two seals, the second of that value. */
  private void remembers(String log, String chain) throws Exception {
    world.inStore("DELETE FROM metaops_ops.orders_mark");
    world.inStore(
        "INSERT INTO metaops_ops.orders_mark VALUES ('"
            + log
            + "', 1, 0, 2, '"
            + chain
            + "', now())");
  }

  private ExitCode verified() throws Exception {
    return new AuditAnswers().to(AuditCommand.Verify.here(), world.at("desk")).exit();
  }

  @Test
  void aRecordRewrittenWithItsHashesIsNoRestoration() throws Exception {
    world.inStore("DELETE FROM metaops_ops.orders_mark");
    assertThat(fixed().exit()).isEqualTo(ExitCode.FINE);
    world.venue.execute("UPDATE public.orders SET notes = 'later' WHERE id = 'ord_1'");
    try (Connection connection = world.venue.orders().connect(TestPostgres.minute())) {
      var records = new RecordStore(connection);
      records.sealStep();
      new Checkpointer(world.machine("desk"), SystemTicker.SYSTEM).now(records);
    }
    assertThat(verified()).isEqualTo(ExitCode.FINE);
    world.venue.execute(
        """
        ALTER TABLE metaops.record DISABLE TRIGGER ALL;
        ALTER TABLE metaops.seal DISABLE TRIGGER ALL;
        UPDATE metaops.record SET entry = replace(entry, 'later', 'never'),
          leaf = sha256('\\x00'::bytea || convert_to(replace(entry, 'later', 'never'), 'UTF8'))
        WHERE id = (SELECT max(id) FROM metaops.record);
        UPDATE metaops.seal s SET chain = sha256('metaops-audit-v1'::bytea || '\\x0a'::bytea
          || (SELECT p.chain FROM metaops.seal p WHERE p.seq = s.seq - 1) || r.leaf)
        FROM metaops.record r
        WHERE r.id = s.record_id AND s.seq = (SELECT max(seq) FROM metaops.seal);
        UPDATE metaops.seal_head
        SET chain = (SELECT chain FROM metaops.seal ORDER BY seq DESC LIMIT 1);
        """);
    world.inStore(
        "INSERT INTO metaops_ops.orders_mark VALUES ('"
            + world.venue.one("SELECT id FROM metaops.audit_log")
            + "', 1, 3, 99, '', now())");

    Answer refused = vouched("desk", Consent.EXECUTE);

    assertThat(refused.exit()).as(Drawn.text(refused)).isEqualTo(ExitCode.REFUSED);
    assertThat(Drawn.text(refused)).contains("TAMPERED", "seals ", "Keep this database");
    assertThat(restorations()).isEqualTo("0");
    assertThat(freezes()).isEqualTo("1");
    assertThat(verified()).isEqualTo(ExitCode.CRITICAL);
  }

  @Test
  void theDatabaseItselfRecordsNoneThatOnePersonVouchesFor() throws Exception {
    fixed(); // frozen
    String freeze = world.venue.one("SELECT id FROM metaops.went_back");
    for (String standing :
        List.of(
            "{}",
            "{\"standing\": {}}",
            "{\"standing\": {\"footing\": \"PEOPLE\", \"people\": [\"kim\"]}}",
            "{\"standing\": {\"footing\": \"PEOPLE\", \"people\": [\"kim\", \"kim\"]}}",
            "{\"standing\": {\"footing\": \"BREAK_GLASS\", \"people\": \"kim\"}}")) {
      assertThat(recorded(freeze, standing))
          .as(standing)
          .startsWith("MO007")
          .contains("two people");
    }
    assertThat(restorations()).isEqualTo("0");
    assertThat(world.venue.answer("SELECT metaops_api.end_went_back('" + freeze + "', 'kim')"))
        .startsWith("MO011");
    assertThat(recorded(freeze, BOTH)).isEqualTo("done");
    assertThat(restorations()).isEqualTo("1");
  }

  private String recorded(String freeze, String body) {
    return world.venue.answer(
        "SELECT metaops_api.record_restored('" + freeze + "', 'kim', '" + body + "')");
  }

  @Test
  void killedBetweenTheRecordAndTheEndTheSameLineGoesOn() throws Exception {
    fixed(); // frozen
    try (Connection connection = world.venue.orders().connect(TestPostgres.minute())) {
      var store = new RestoreStore(connection);
      store.recordRestored(store.held().orElseThrow().id(), "kim and lee", BOTH);
    }
    assertThat(freezes()).isEqualTo("1");
    assertThat(fixed().exit()).isEqualTo(ExitCode.REFUSED);

    kimAndLeeAreConfigured();
    assertThat(vouchedByBoth().exit()).isEqualTo(ExitCode.FINE);
    assertThat(restorations()).isEqualTo("1");
    assertThat(freezes()).isEqualTo("0");
    assertThat(text(vouched("desk", Consent.EXECUTE))).contains("nothing to do");
  }

  @Test
  void whatWasWrittenDownLocallyIsListedUntilItIsMergedAndThenOnTheRecord() throws Exception {
    var journal = new Journal(world.machine("desk"), SystemTicker.SYSTEM);
    journal.append(JournalKind.SERVICE_RESTART, "kim", Map.of("service", "listener"));
    var list =
        new AuditCommand.Entries(Duration.ofHours(1), Optional.empty(), new Listing.First(20));
    world.venue.execute("ALTER FUNCTION metaops_api.record_journalled RENAME TO gone");

    Answer before = new AuditAnswers().to(list, world.at("desk"));
    assertThat(before.notes())
        .singleElement()
        .satisfies(note ->
            assertThat(note).contains("this machine only", "service-restart by kim", "listener"));

    world.venue.execute("ALTER FUNCTION metaops_api.gone RENAME TO record_journalled");
    Answer after = new AuditAnswers().to(list, world.at("desk"));
    assertThat(after.notes()).isEmpty();
    assertThat(text(after)).contains("service-restart", "kim");
    new AuditAnswers().to(list, world.at("desk"));
    assertThat(world.venue.one("SELECT count(*) FROM metaops.record WHERE kind = 'journal'"))
        .isEqualTo("1");
  }
}
