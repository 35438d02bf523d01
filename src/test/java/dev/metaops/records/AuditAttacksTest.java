package dev.metaops.records;

import static dev.metaops.testing.Drawn.json;
import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.audit.Attacker;
import dev.metaops.audit.Checkpointer;
import dev.metaops.audit.RecordStore;
import dev.metaops.command.Answer;
import dev.metaops.command.AuditCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.page.Listing;
import dev.metaops.store.Database;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Each attack on the record by its name, by a superuser, and what {@code audit} says of it. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class AuditAttacksTest {
  private static final String REHASH = "DO $$ " + Attacker.REHASH + " $$;";

  private static final String CUT_AFTER_SIX =
      "DELETE FROM metaops.record WHERE id > 6; DELETE FROM metaops.seal WHERE seq > 6;";

  private final SettableTicker ticker = new SettableTicker(SystemTicker.SYSTEM.now());
  @TempDir private Path directory;
  private Database database;
  private Checkpointer checkpointer;

  @BeforeEach
  void tenRecordsUnderTwoCheckpoints() throws Exception {
    database = TestPostgres.withOrdersSchema();
    checkpointer = new Checkpointer(directory.resolve("data"), ticker);
    refusals(5);
    refusals(5);
    run(
        "ALTER TABLE metaops.record DISABLE TRIGGER append_only;"
            + " ALTER TABLE metaops.seal DISABLE TRIGGER append_only");
    assertThat(verify().exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void rehash() throws Exception {
    run(
        "UPDATE metaops.record SET actor = 'eve', entry = replace(entry, '\"kim\"', '\"eve\"')"
            + " WHERE id = 7; "
            + REHASH);
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify()))
        .startsWith("THE RECORD OF INTERVENTIONS IS NOT AS IT WAS WRITTEN: 1 discrepancy")
        .contains("rewritten", "among seals 6 to 10")
        .contains("1 of 2 checkpoints agree");
  }

  @Test
  void truncatedTail() throws Exception {
    run(CUT_AFTER_SIX);
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify())).contains("tail", "what came after was cut off");
    run(REHASH);
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify())).contains("went-back", "seals 7 to 10 are gone");
  }

  @Test
  void fork() throws Exception {
    run(CUT_AFTER_SIX + REHASH);
    appended(20);
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify())).contains("rewritten", "among seals 6 to 10");
    try (Connection connection = database.connect(TestPostgres.minute())) {
      assertThat(
              new Checkpointer(directory.resolve("data"), ticker).now(new RecordStore(connection)))
          .as("nobody signs the other branch")
          .isInstanceOf(Checkpointer.Outcome.Refused.class);
    }
  }

  @Test
  void clockBack() throws Exception {
    ticker.advance(Duration.ofHours(1));
    refusals(1);
    appended(1);
    assertThat(verify().exit()).isEqualTo(ExitCode.WARNING);
    assertThat(text(verify()))
        .startsWith("The record of interventions cannot be verified: 1 discrepancy")
        .contains("backdated", "the clock went back");
  }

  @Test
  void rollBackToBackup() throws Exception {
    run(CUT_AFTER_SIX + REHASH);
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify()))
        .startsWith("THE RECORD OF INTERVENTIONS WENT BACK, AND PART OF IT IS GONE")
        .doesNotContain("NOT AS IT WAS WRITTEN");
  }

  @Test
  void logInjection() throws Exception {
    String lines = "x\\n12  now  edit  o-1  kim  settled\\u001b[2J\\r\\u202e";
    run(
        "SELECT metaops_api.record_refusal('o-1', E'kim"
            + lines
            + "', jsonb_build_object('asked', 'SETTLED', 'why', E'"
            + lines
            + "')); SELECT metaops_api.freeze('f1', E'kim"
            + lines
            + "', E'"
            + lines
            + "', now()); SELECT metaops_api.seal_records()");
    checkpoint();
    Answer list = list();
    assertThat(text(list).lines()).as("headline, heading, and a line a record").hasSize(14);
    assertThat(text(list).replace("\n", "")).doesNotContain("\u001b", "\r", "\u202e", "\n");
    JsonNode record = json(list).at("/records/0");
    assertThat(record.path("kind").asString()).isEqualTo("freeze");
    assertThat(record.path("entry").asString()).doesNotContain("\n", "\r", "\u001b");
    assertThat(verify().exit()).isEqualTo(ExitCode.FINE);
  }

  /** Nothing is written as CSV, and no line of what is written begins like a formula. */
  @Test
  void csvFormula() throws Exception {
    assertThat(Arrays.stream(Shared.Output.values()).map(Enum::name)).doesNotContain("CSV");
    for (String formula : List.of("=1+1", "+1", "-1", "@SUM(A1)", "\\t=1", "\\r=1")) {
      run(
          "SELECT metaops_api.record_refusal(E'%1$s', E'%1$s', jsonb_build_object('why', E'%1$s'))"
              .formatted(formula));
    }
    run("SELECT metaops_api.seal_records()");
    checkpoint();
    Path directory = this.directory.resolve("export");
    ask(new AuditCommand.Export(directory));
    Path export = directory.resolve("orders");
    assertLinesAreNoFormulas(text(list()));
    try (Stream<Path> files = Files.walk(export)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.startsWith(export.resolve("tile"))) {
          assertLinesAreNoFormulas(Files.readString(file));
        } else if (file.startsWith(export.resolve("tile/entries"))) {
          // Each entry is one line of JSON between its binary lengths: texts stay within quotes.
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("\"=1+1\"");
        }
      }
    }
  }

  private static void assertLinesAreNoFormulas(String text) {
    assertThat(text.lines()).noneMatch(line -> line.matches("\\s*[=+@].*|-.*"));
  }

  private void refusals(int count) throws Exception {
    appended(count);
    checkpoint();
  }

  private void appended(int count) throws SQLException {
    run(
        "SELECT count(metaops_api.record_refusal('o-' || n, 'kim', '{\"why\": \"held\"}'))"
            + " FROM generate_series(1, "
            + count
            + ") n; SELECT metaops_api.seal_records()");
  }

  private void checkpoint() throws SQLException, IOException {
    try (Connection connection = database.connect(TestPostgres.minute())) {
      assertThat(checkpointer.now(new RecordStore(connection)))
          .isInstanceOf(Checkpointer.Outcome.Written.class);
    }
  }

  private Answer verify() {
    return ask(AuditCommand.Verify.here());
  }

  private Answer list() {
    return ask(
        new AuditCommand.Entries(Duration.ofDays(1), Optional.empty(), new Listing.First(100)));
  }

  private Answer ask(AuditCommand command) {
    var configuration =
        Configuration.read(
            new Where(
                Map.of(
                    "DATABASE_URL",
                    database.url().secretText(),
                    "METAOPS_DATA_DIR",
                    directory.resolve("data").toString()),
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.IGNORED,
                directory,
                directory));
    return new AuditAnswers()
        .to(command, new Conversation(configuration, Shared.STANDARD, TestPerson.NOBODY, ticker));
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
