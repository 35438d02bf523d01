package dev.metaops.records;

import static dev.metaops.testing.Drawn.json;
import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.audit.Checkpointer;
import dev.metaops.audit.RecordStore;
import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.AuditCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.DatabaseCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderName;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Where;
import dev.metaops.database.DatabaseAnswers;
import dev.metaops.page.Listing;
import dev.metaops.store.Database;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Timeout(60)
@SuppressWarnings("NullAway.Init")
class AuditAnswersTest {
  private static final Listing ALL = new Listing.First(100);

  @TempDir private Path directory;
  private Database database;

  @BeforeEach
  void interventions() throws SQLException {
    database = TestPostgres.withOrdersSchema();
    run(
        """
        INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key)
        SELECT id, '0x' || repeat('b', 40), '0x' || repeat('c', 40), 5, '0x' || repeat('e', 40),
          '0x' || encode(sha256(convert_to(id, 'UTF8')), 'hex')
        FROM unnest(ARRAY['o-11', 'o-12', 'p-1']) id;
        SET application_name = 'psql';
        UPDATE public.orders SET notes = 'paid by hand', state = 'CANCELLED' WHERE id = 'o-11';
        SELECT metaops_api.record_refusal('o-12', 'kim', '{"asked": "SETTLED", "why": "still held"}');
        DELETE FROM public.orders WHERE id = 'p-1';
        SELECT metaops_api.freeze('f1', 'kim', 'something is odd', now());
        SELECT metaops_api.unfreeze('u1', 'kim', 'it was not', now());
        SELECT metaops_api.seal_records()\
        """);
  }

  private void checkpoint() throws SQLException, IOException {
    try (Connection connection = database.connect(TestPostgres.minute())) {
      assertThat(
              new Checkpointer(directory.resolve("data"), SystemTicker.SYSTEM)
                  .now(new RecordStore(connection)))
          .isInstanceOf(Checkpointer.Outcome.Written.class);
    }
  }

  @Test
  void theListSaysWhoDidWhatAndFromWhere() throws SQLException {
    Answer answer = list(Optional.empty(), 100);
    assertThat(answer.exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(answer))
        .contains("Interventions on record within 1 d: 5\n")
        .containsPattern("o-11 .*edited: .*state CREATED to CANCELLED.* psql 127.0.0.1")
        .containsPattern("refusal +o-12 +kim +asked SETTLED, refused: still held")
        .containsPattern("edit +p-1 +.*row deleted, was CREATED")
        .contains("writing frozen (something is odd)", "1 lifted (it was not)");
    assertThat(text(list(Optional.empty(), 2))).contains("5, the newest 2\n");
  }

  @Test
  void aFreezeThatSomebodyLiftedInTheTableItselfIsInTheListAsThat() throws SQLException {
    run(
        """
        SELECT metaops_api.freeze('f2', 'kim', 'odd again', now());
        UPDATE metaops.freeze SET lifted_at = now(), lifted_by = 'me' WHERE id = 'f2';
        DELETE FROM metaops.freeze WHERE id = 'f2';
        INSERT INTO metaops.freeze VALUES ('f3', 'fun', 'me', now());
        SELECT metaops_api.went_back('kim', 'odd', 1, 2, 3, 4, 5);
        UPDATE metaops.went_back SET id = 'w1';
        UPDATE metaops.went_back SET epoch = 0\
        """);
    assertThat(text(list(Optional.empty(), 100)))
        .contains(
            "freeze f2 changed by hand: lifted_at, lifted_by",
            "freeze f2 removed by hand (odd again)",
            "freeze f3 put in by hand (fun)",
            "of a database that went back, w1 changed by hand: epoch");
  }

  @Test
  void theListForProgramsHasTheExactEntryAndItsLeaf() throws SQLException {
    ObjectNode json = json(list(Optional.empty(), 1));
    assertThat(json.path("total").asInt()).isEqualTo(5);
    assertThat(json.at("/records/0/kind").asString()).isEqualTo("unfreeze");
    assertThat(json.at("/records/0/seq").asInt()).isEqualTo(5);
    assertThat(json.at("/records/0/leaf").asString()).hasSize(64);
    assertThat(JsonMapper.shared().readTree(json.at("/records/0/entry").asString()).isObject())
        .isTrue();
  }

  @Test
  void theListOfOneOrderIsFoundByPrefixAndAlsoWhenItsRowIsGone() throws SQLException {
    assertThat(json(list(Optional.of("o-11"), 9)).path("total").asInt()).isEqualTo(1);
    assertThat(json(list(Optional.of("p-1"), 9)).path("total").asInt()).isEqualTo(1);
    assertThat(text(list(Optional.of("nobody"), 9)))
        .isEqualTo("No intervention on nobody is on record within 1 d.\n");
    Answer several = list(Optional.of("o-"), 9);
    assertThat(several.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text(several)).contains("o-11, o-12");
  }

  @Test
  void aWholeRecordIsFineAndSaysWhatNoCheckpointCovers() throws Exception {
    checkpoint();
    run(
        "SELECT metaops_api.record_refusal('o-12', 'kim', '{}'); SELECT"
            + " metaops_api.seal_records()");
    Answer answer = ask(AuditCommand.Verify.here(), database.url());
    assertThat(text(answer))
        .startsWith("The record of interventions is whole: 6 sealed, 0 waiting")
        .contains("1 of 1 checkpoint agrees; the last is of ", " and covers 5 seals.")
        .containsPattern("1 record is not covered yet, the oldest for [0-9]+ s");
    assertThat(answer.exit()).isEqualTo(ExitCode.FINE);
    ObjectNode json = json(answer);
    assertThat(json.path("clean").asBoolean()).isTrue();
    assertThat(json.at("/logs/0/verdict").asString()).isEqualTo("CLEAN");
    assertThat(json.at("/logs/0/checkpoints/size").asInt()).isEqualTo(5);
    assertThat(json.at("/logs/0/checkpoints/uncovered").asInt()).isEqualTo(1);
  }

  @Test
  void withoutACheckpointItIsAWarning() {
    Answer answer = ask(AuditCommand.Verify.here(), database.url());
    assertThat(answer.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(text(answer))
        .startsWith("The record of interventions cannot be verified: 1 discrepancy in 5 seals")
        .contains("no-checkpoint", "a complete rewrite would not be seen");
    assertThat(ask(new AuditCommand.Key(AuditCommand.Key.Change.NONE), database.url()).exit())
        .isEqualTo(ExitCode.COULD_NOT);
  }

  @Test
  void anExportIsCheckedElsewhereWithThePublicKeyAlone() throws Exception {
    checkpoint();
    Path export = directory.resolve("export");
    Answer written = ask(new AuditCommand.Export(export), database.url());
    assertThat(text(written)).startsWith("5 records of the orders database exported to " + export);
    assertThat(written.exit()).isEqualTo(ExitCode.FINE);
    Answer again = ask(new AuditCommand.Export(export), database.url());
    assertThat(again.exit()).isEqualTo(ExitCode.REFUSED);

    String key =
        json(ask(new AuditCommand.Key(AuditCommand.Key.Change.NONE), database.url()))
            .at("/logs/0/key")
            .asString();
    Answer rotated = ask(new AuditCommand.Key(AuditCommand.Key.Change.ROTATE), database.url());
    assertThat(json(rotated).at("/logs/0/earlier/0").asString()).isEqualTo(key);
    var nowhere = DatabaseUrl.of("postgres://kim:x@127.0.0.1:1/orders");
    Answer checked = ask(new AuditCommand.Verify(Optional.of(export), List.of(key)), nowhere);
    assertThat(text(checked)).startsWith("The record of interventions is whole: 5 sealed");
    assertThat(checked.exit()).isEqualTo(ExitCode.FINE);
    assertThat(
            ask(new AuditCommand.Verify(Optional.of(export), List.of("nonsense")), nowhere).exit())
        .isEqualTo(ExitCode.COULD_NOT);
    assertThat(ask(new AuditCommand.Verify(Optional.of(directory), List.of(key)), nowhere).exit())
        .isEqualTo(ExitCode.COULD_NOT);
  }

  @Test
  void editsThatAPersonClaimsAreTheirsEverywhereAndNothingOldIsChanged() throws Exception {
    String login = database.url().user();
    Answer before = ask(new DatabaseCommand.Updates(Duration.ofDays(1), ALL), database.url());
    assertThat(before.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(text(before)).contains("2 unattributed", "metaops audit claim --actor LOGIN");

    Answer claimed = claim(login, "the node was down");
    assertThat(claimed.exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(claimed))
        .startsWith("2 edits of " + login + " since ")
        .contains("are on record as done by " + Actor.name() + ": the node was down");

    Answer after = ask(new DatabaseCommand.Updates(Duration.ofDays(1), ALL), database.url());
    assertThat(after.exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(after))
        .contains("2 claimed, 0 unattributed", "claimed by " + Actor.name())
        .contains("the node was down");
    assertThat(json(list(Optional.of("o-11"), 9)).at("/records/0/claimed/record").asInt())
        .isEqualTo(6);
    assertThat(text(list(Optional.empty(), 9)))
        .contains("says 2 edits of " + login + " were theirs (the node was down)")
        .containsPattern(
            "row deleted, was CREATED, claimed by " + Actor.name() + " .the node was down.");

    assertThat(text(claim(login, "again")))
        .startsWith("No edit of " + login + " since ")
        .endsWith("is without a claim.\n");
    assertThat(json(list(Optional.empty(), 9)).path("total").asInt()).isEqualTo(6);
    checkpoint();
    assertThat(text(ask(AuditCommand.Verify.here(), database.url())))
        .startsWith("The record of interventions is whole: 6 sealed");
  }

  @Test
  void anEditAfterTheClaimIsUnattributedAgain() throws Exception {
    claim(database.url().user(), "the node was down");
    run("UPDATE public.orders SET notes = 'once more' WHERE id = 'o-12'");
    assertThat(text(ask(new DatabaseCommand.Updates(Duration.ofDays(1), ALL), database.url())))
        .contains("2 claimed, 1 unattributed");
  }

  private Answer claim(String login, String reason) {
    return ask(
        new AuditCommand.Claim(
            login, new AuditCommand.Claim.Since.Ago(Duration.ofHours(1)), reason),
        database.url());
  }

  @Test
  void aDatabaseSetBackIsCriticalAndNotCalledTampered() throws Exception {
    checkpoint();
    run(
        "ALTER TABLE metaops.record DISABLE TRIGGER append_only;"
            + "ALTER TABLE metaops.seal DISABLE TRIGGER append_only;"
            + "DELETE FROM metaops.seal WHERE seq > 3; DELETE FROM metaops.record WHERE id > 3;"
            + "UPDATE metaops.seal_head SET seq = 3,"
            + " chain = (SELECT chain FROM metaops.seal WHERE seq = 3)");
    Answer answer = ask(AuditCommand.Verify.here(), database.url());
    assertThat(answer.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(answer))
        .startsWith("THE RECORD OF INTERVENTIONS WENT BACK, AND PART OF IT IS GONE: 1 discrepancy")
        .contains("seals 4 to 5 are gone");
    assertThat(json(answer).at("/logs/0/verdict").asString()).isEqualTo("WENT_BACK");
    assertThat(ask(new AuditCommand.Export(directory.resolve("e")), database.url()).exit())
        .isEqualTo(ExitCode.CRITICAL);
  }

  @Test
  void aTamperedRecordIsCriticalAndNamed() throws Exception {
    checkpoint();
    run(
        "ALTER TABLE metaops.record DISABLE TRIGGER append_only;"
            + "UPDATE metaops.record SET entry = replace(entry, 'kim', 'eve') WHERE id = 2");
    Answer answer = ask(AuditCommand.Verify.here(), database.url());
    assertThat(answer.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(answer))
        .startsWith(
            "THE RECORD OF INTERVENTIONS IS NOT AS IT WAS WRITTEN: 2 discrepancies in 5 seals, the"
                + " first at seal 2 (record 2).")
        .contains("content", "columns", "actor kim (expected: eve)");
    assertThat(json(answer).at("/logs/0/discrepancies/0/record").asInt()).isEqualTo(2);
    assertThat(json(answer).at("/logs/0/counts/content").asInt()).isEqualTo(1);
  }

  @Test
  void aLogWhoseNameWasChangedIsCritical() throws Exception {
    checkpoint();
    assertThat(ask(AuditCommand.Verify.here(), database.url()).notes()).isEmpty();
    run("UPDATE metaops.audit_log SET id = repeat('a', 32)");
    checkpoint();
    Answer answer = ask(AuditCommand.Verify.here(), database.url());
    assertThat(answer.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(answer))
        .contains("renamed", "this very database had a log of another name")
        .contains("1 of 1 checkpoint agrees");
    try (Stream<Path> logs = Files.list(directory.resolve("data/audit"))) {
      for (Path log : logs.filter(each -> !each.endsWith("a".repeat(32))).toList()) {
        Files.move(log, directory.resolve("away"));
      }
    }
    assertThat(ask(AuditCommand.Verify.here(), database.url()).exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void theLogOfAnotherDatabaseBesideIsToldOfAndNothingMore() throws Exception {
    checkpoint();
    Database first = database;
    interventions();
    run("UPDATE metaops.audit_log SET id = repeat('b', 32)"); // Made from one template, both.
    checkpoint();
    assertThat(database.url().database()).isNotEqualTo(first.url().database());
    Answer answer = ask(AuditCommand.Verify.here(), database.url());
    assertThat(answer.exit()).isEqualTo(ExitCode.FINE);
    assertThat(answer.notes())
        .singleElement()
        .asString()
        .contains("checkpoints of 1 other log are kept here too", "the name of this one's log");
  }

  @Test
  void aDatabaseWithoutTheRecordOrWithoutAServerIsUnreadable() throws SQLException {
    Answer bare = ask(AuditCommand.Verify.here(), TestPostgres.emptyDatabase().url());
    assertThat(bare.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text(bare)).contains("no metaops schema");
    Answer gone =
        ask(AuditCommand.Verify.here(), DatabaseUrl.of("postgres://kim:x@127.0.0.1:1/orders"));
    assertThat(gone.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text(gone)).contains("UNKNOWN", "127.0.0.1:1");
  }

  private Answer list(Optional<String> order, int rows) {
    return ask(
        new AuditCommand.Entries(
            Duration.ofHours(24), order.map(OrderName::new), new Listing.First(rows)),
        database.url());
  }

  private Answer ask(AuditCommand command, DatabaseUrl url) {
    return new AuditAnswers().to(command, conversation(url));
  }

  private Answer ask(DatabaseCommand command, DatabaseUrl url) {
    return new DatabaseAnswers().to(command, conversation(url));
  }

  private Conversation conversation(DatabaseUrl url) {
    var configuration =
        Configuration.read(
            new Where(
                Map.of(
                    "DATABASE_URL",
                    url.secretText(),
                    "METAOPS_DATA_DIR",
                    directory.resolve("data").toString()),
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.IGNORED,
                directory,
                directory));
    return new Conversation(configuration, Shared.STANDARD, TestPerson.NOBODY, SystemTicker.SYSTEM);
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
