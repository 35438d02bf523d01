package dev.metaops.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.Conversation;
import dev.metaops.command.ServicesCommand;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.finding.Finding;
import dev.metaops.journal.JournalEntry;
import dev.metaops.journal.JournalKind;
import dev.metaops.reach.Reach;
import dev.metaops.services.Asked;
import dev.metaops.testing.RaisedFindings;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestPm2;
import dev.metaops.testing.TestServices;
import dev.metaops.time.SystemTicker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class ServiceWatchTest {
  @TempDir private Path directory;
  private final RaisedFindings findings = new RaisedFindings();
  private final Map<String, Finding> raised = findings.byCode();
  private final List<String> said = new ArrayList<>();

  private Conversation conversation() throws Exception {
    Files.writeString(
        directory.resolve("metaops.toml"), "[services.api]\ndriver = \"pm2\"\nname = \"api\"\n");
    Map<String, String> variables = new HashMap<>(TestPm2.variables(directory.resolve("pm2")));
    variables.put("METAOPS_DATA_DIR", directory.resolve("data").toString());
    return new Conversation(
        Configuration.read(
            new Where(
                variables,
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.LOOKED_FOR,
                directory,
                directory)),
        Shared.STANDARD,
        TestPerson.NOBODY,
        SystemTicker.SYSTEM);
  }

  @Test
  void whatSomebodyElseDoesIsWrittenDownAndWhatMetaopsDoesIsNot() throws Exception {
    try (TestPm2 pm2 = TestPm2.in(directory)) {
      pm2.types("start", TestServices.script().toString(), "--name", "api", "--", "0");
      Conversation conversation = conversation();
      ServiceWatch watch =
          new ServiceWatch(
              Reach.services(conversation),
              new ServiceRecord(conversation),
              findings,
              said::add,
              SystemTicker.SYSTEM);
      watch.once();
      watch.once();
      assertThat(said).isEmpty();

      pm2.types("restart", "api");
      watch.once();
      watch.once();
      assertThat(said)
          .containsExactly("api was restarted by somebody else, not by metaops (restarts 0 → 1)");
      assertThat(raised).containsOnlyKeys(ServiceWatch.CHANGED_OUTSIDE);
      assertThat(outside(conversation))
          .singleElement()
          .satisfies(entry -> {
            assertThat(entry.actor()).isEqualTo("somebody else");
            assertThat(entry.body().get("service")).isEqualTo("api");
          });

      ProcessHandle.of(pm2.listed("api").path("pid").asLong())
          .ifPresent(ProcessHandle::destroyForcibly);
      while (pm2.listed("api").path("pm2_env").path("restart_time").asLong() < 2) {
        Thread.onSpinWait();
      }
      watch.once();
      assertThat(said.getLast()).contains("was brought back by its supervisor");
      assertThat(raised).containsKey(ServiceWatch.CAME_BACK);
      assertThat(outside(conversation)).hasSize(1);

      new ServicesAnswers()
          .to(
              new ServicesCommand.Undertake(
                  Asked.Verb.RESTART,
                  new ServicesCommand.Chosen.All(),
                  Asked.Zeal.CAREFUL,
                  ServicesCommand.Afterwards.NOTHING,
                  Optional.of(Duration.ofSeconds(20))),
              conversation);
      watch.once();
      assertThat(said).hasSize(2);
      assertThat(outside(conversation)).hasSize(1);

      pm2.types("stop", "api");
      watch.once();
      assertThat(said.getLast()).isEqualTo("api was stopped, and not by metaops");
      assertThat(outside(conversation)).hasSize(2);
    }
  }

  private static List<JournalEntry> outside(Conversation conversation) throws Exception {
    return Reach.journal(conversation).read().unmerged().stream()
        .filter(entry -> entry.kind() == JournalKind.SERVICE_OUTSIDE)
        .toList();
  }
}
