package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.note;
import static dev.metaops.audit.RecordedOrders.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.SettableTicker;
import dev.metaops.time.SystemTicker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log of eight seals, all covered, is set back to five of them. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class BoundaryTest {
  private static final Instant BACKUP = Instant.parse("2026-11-30T02:40:00Z");

  @TempDir private Path data;
  private final SettableTicker ticker = new SettableTicker(SystemTicker.SYSTEM.now());
  private RecordedOrders orders;
  private Connection session;
  private RecordStore store;
  private Checkpointer checkpointer;
  private Boundary boundary;

  @BeforeEach
  void wentBack() throws Exception {
    orders = new RecordedOrders();
    session = orders.session("psql");
    orders.order(session, "o-1");
    store = new RecordStore(session);
    checkpointer = new Checkpointer(data, ticker);
    boundary = new Boundary(data, ticker);
    edits(5);
    edits(3);
    setBack();
  }

  private void setBack() throws Exception {
    run(
        session,
        "ALTER TABLE metaops.record DISABLE TRIGGER ALL",
        "ALTER TABLE metaops.seal DISABLE TRIGGER ALL",
        "DELETE FROM metaops.record WHERE id > 5",
        "DELETE FROM metaops.seal WHERE seq > 5",
        "UPDATE metaops.seal_head SET seq = 5,"
            + " chain = (SELECT chain FROM metaops.seal WHERE seq = 5)",
        "ALTER TABLE metaops.record ENABLE ALWAYS TRIGGER append_only",
        "ALTER TABLE metaops.seal ENABLE ALWAYS TRIGGER append_only");
  }

  @AfterEach
  void close() throws Exception {
    orders.close();
  }

  private int edited;

  private Checkpointer.Outcome edits(int count) throws Exception {
    for (int n = 0; n < count; n++) {
      note(session, "o-1", "note " + ++edited);
    }
    store.sealStep();
    return checkpointer.now(store);
  }

  private AuditDirectory kept() throws Exception {
    return AuditDirectory.of(data, store.logId());
  }

  private AuditReport verified() throws Exception {
    return store.verify(kept().history());
  }

  @Test
  void aKeyThatChangedWithinWhatIsGoneIsStillLinkedToTheOneBeforeIt() throws Exception {
    VerifierKey first = kept().key().verifier();
    boundary.write(store, BACKUP, "kim", "disk died");
    edits(3);
    checkpointer.rotate(store);
    edits(1);
    setBack();
    boundary.write(store, BACKUP, "kim", "and again");

    assertThat(verified().verdict()).isEqualTo(Verdict.CLEAN);
    assertThat(Attestation.of(store, kept(), List.of(1L)))
        .isInstanceOfSatisfying(
            Attestation.Outcome.Made.class,
            made -> {
              List<SignedNote> notes = made.attestation().notes();
              assertThat(notes).hasSize(2);
              Optional<VerifierKey> next =
                  Checkpoint.parse(notes.getFirst().text()).flatMap(Checkpoint::nextKey);
              assertThat(notes.getFirst().check(Set.of(first)))
                  .isInstanceOf(SignedNote.Check.Signed.class);
              assertThat(notes.getLast().check(Set.of(next.orElseThrow())))
                  .isInstanceOf(SignedNote.Check.Signed.class);
            });
  }

  @Test
  void withoutOneItWentBackForEver() throws Exception {
    assertThat(verified().verdict()).isEqualTo(Verdict.WENT_BACK);
    assertThat(boundary.look(store).agreeing()).isEqualTo(5);
    assertThat(edits(1)).isInstanceOf(Checkpointer.Outcome.Refused.class);
    assertThat(edits(9)).isInstanceOf(Checkpointer.Outcome.Refused.class);
    assertThat(verified().verdict()).isEqualTo(Verdict.TAMPERED);
  }

  @Test
  void withOneTheIntervalIsRestoredAndWhatFollowsIsCheckedAsEver() throws Exception {
    assertThat(edits(1)).isInstanceOf(Checkpointer.Outcome.Refused.class);

    assertThat(boundary.write(store, BACKUP, "kim\nfoo", "disk died"))
        .isInstanceOfSatisfying(
            Boundary.Outcome.Written.class,
            written -> assertThat(written.boundary().size()).isEqualTo(6));
    assertThat(boundary.write(store, BACKUP, "kim", "again"))
        .isEqualTo(new Boundary.Outcome.NotNeeded());

    AuditReport restored = verified();
    assertThat(restored.verdict()).isEqualTo(Verdict.CLEAN);
    assertThat(restored.boundaries())
        .singleElement()
        .extracting(each -> each.restored().orElseThrow())
        .returns(8L, Restoration::from)
        .returns(5L, Restoration::to)
        .returns(BACKUP, Restoration::backup)
        .returns("kim foo", Restoration::actor)
        .returns("disk died", Restoration::reason);

    assertThat(edits(5)).isInstanceOf(Checkpointer.Outcome.Written.class);
    assertThat(verified().verdict()).isEqualTo(Verdict.CLEAN);
    run(
        session,
        "ALTER TABLE metaops.record DISABLE TRIGGER ALL",
        "UPDATE metaops.record SET entry = replace(entry, 'note', 'vote') WHERE id ="
            + " (SELECT max(id) FROM metaops.record)");
    assertThat(verified().verdict()).isEqualTo(Verdict.TAMPERED);
  }

  @Test
  void aBackupIsNotMistakenForTamperingWhateverIsAppendedToIt() throws Exception {
    assertThat(boundary.look(store).tampered(5)).isEmpty();
    edits(4); // As far as the checkpoint of eight, and before anybody saw that it went back.
    assertThat(boundary.look(store).tampered(5)).isEmpty();
    run(
        session,
        "ALTER TABLE metaops.record DISABLE TRIGGER ALL",
        "UPDATE metaops.record SET at = at + interval '2 min' WHERE id > 5");

    assertThat(boundary.look(store).parting()).isPresent();
    assertThat(boundary.look(store).tampered(9)).isEmpty();
  }

  @Test
  void aRecordRewrittenWithAllHashesDoesNotPassForABackup() throws Exception {
    Attacker.rises(session);
    run(
        session,
        "UPDATE metaops.record SET entry = replace(entry, 'note 3', 'vote 3') WHERE id = 3",
        "SELECT public.rehash()");
    assertThat(store.verify().isClean()).isTrue();

    assertThat(boundary.look(store).tampered(5).orElseThrow())
        .contains("seals 1 to 5 are not those of the checkpoint of");
    assertThat(boundary.look(store).tampered(4)).isEmpty();
  }

  @Test
  void whatNobodyWhoIsBelievedSignedIsNotBelieved() throws Exception {
    Checkpoint newest = kept().history().newest().orElseThrow();
    Checkpoint made =
        new Checkpoint(
            newest.origin(),
            5,
            kept().history().trusted().getFirst().root(),
            kept().history().trusted().getFirst().chain(),
            0,
            newest.at(),
            Optional.empty(),
            Optional.of(new Restoration(8, newest.root(), 5, BACKUP, "eve", "trust me")),
            Optional.empty());
    append(SignedNote.sign(made.text(), SigningKey.generate(newest.origin())).encoded());

    AuditReport report = verified();
    assertThat(report.verdict()).isEqualTo(Verdict.WENT_BACK);
    assertThat(report.boundaries()).isEmpty();
    assertThat(report.counts()).containsKeys(Damage.UNKNOWN_KEY, Damage.WENT_BACK);
  }

  @Test
  void oneThatIsChangedIsForged() throws Exception {
    boundary.write(store, BACKUP, "kim", "disk died");
    Path file = kept().path().resolve("checkpoints.jsonl");
    Files.writeString(file, Files.readString(file).replace("disk died", "disk lied"));

    assertThat(verified().verdict()).isEqualTo(Verdict.TAMPERED);
    assertThat(verified().boundaries()).isEmpty();
  }

  @Test
  void oneOfAnotherTimeExplainsNothing() throws Exception {
    boundary.write(store, BACKUP, "kim", "disk died");
    String old = kept().notes().getLast();
    ticker.advance(Duration.ofMinutes(2));
    assertThat(edits(4)).isInstanceOf(Checkpointer.Outcome.Written.class);

    append(old);

    AuditReport report = verified();
    assertThat(report.verdict()).isEqualTo(Verdict.TAMPERED);
    assertThat(report.counts()).containsOnlyKeys(Damage.FORKED_CHECKPOINT);
  }

  @Test
  void theLastOfManyIsFoundFromTheEndOfTheFileAlone() throws Exception {
    assertThat(LastCheckpoint.of(data, store.logId())).map(Checkpoint::size).contains(8L);
    append("torn");
    assertThat(LastCheckpoint.of(data, store.logId())).map(Checkpoint::size).contains(8L);
    boundary.write(store, BACKUP, "kim", "disk died");
    assertThat(LastCheckpoint.of(data, store.logId()))
        .isEqualTo(kept().history().newest())
        .map(Checkpoint::size)
        .contains(5L);
  }

  private void append(String note) throws Exception {
    Files.write(
        kept().path().resolve("checkpoints.jsonl"),
        List.of(
            "{\"note\":"
                + new tools.jackson.databind.json.JsonMapper().writeValueAsString(note)
                + "}"),
        StandardOpenOption.APPEND);
  }
}
