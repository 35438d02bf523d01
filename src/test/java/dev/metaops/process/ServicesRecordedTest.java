package dev.metaops.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.ServicesCommand;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.journal.JournalKind;
import dev.metaops.main.Main;
import dev.metaops.reach.Reach;
import dev.metaops.services.Asked;
import dev.metaops.services.Services;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestServices;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is done to services is on the record as whoever did it did it. */
@Timeout(60)
class ServicesRecordedTest {
  @TempDir private Path directory;

  private Conversation conversation(Consumer<String> hears) {
    return new Conversation(
        Configuration.read(
            new Where(
                Map.of(
                    "PATH",
                    System.getenv("PATH"),
                    "METAOPS_DATA_DIR",
                    directory.resolve("data").toString()),
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.LOOKED_FOR,
                directory,
                directory)),
        Shared.STANDARD,
        TestPerson.leaving(hears),
        SystemTicker.SYSTEM);
  }

  private static Answer does(Asked.Verb verb, String service, Conversation conversation) {
    return new ServicesAnswers()
        .to(
            new ServicesCommand.Undertake(
                verb,
                new ServicesCommand.Chosen.Named(List.of(service)),
                Asked.Zeal.CAREFUL,
                ServicesCommand.Afterwards.NOTHING,
                Optional.of(Duration.ofSeconds(20))),
            conversation);
  }

  private static String table(String words) {
    return "driver = \"process\"\ncommand = \"node '"
        + TestServices.script()
        + "' "
        + words
        + "\"\n";
  }

  @BeforeEach
  void bothRun() throws IOException {
    Files.writeString(
        directory.resolve("metaops.toml"),
        "[services.api]\n" + table("0") + "[services.web]\n" + table("0"));
    for (String service : List.of("api", "web")) {
      assertThat(does(Asked.Verb.START, service, conversation(_ -> {})).exit())
          .isEqualTo(ExitCode.FINE);
    }
  }

  @AfterEach
  void neitherRuns() {
    for (String service : List.of("api", "web")) {
      does(Asked.Verb.STOP, service, conversation(_ -> {}));
    }
  }

  /** Ends it as somebody at a shell would. */
  private void endsByHand(String service) {
    try {
      String text = Files.readString(directory.resolve("data/services/" + service + ".pid"));
      Optional<ProcessHandle> process =
          ProcessHandle.of(Long.parseLong(text.substring(0, text.indexOf('@'))));
      process.ifPresent(ProcessHandle::destroyForcibly);
      assertThat(
              ServeProcess.becomes(
                  Duration.ofSeconds(5), () -> process.filter(ProcessHandle::isAlive).isEmpty()))
          .isTrue();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> outside() throws Exception {
    return Reach.journal(conversation(_ -> {})).read().unmerged().stream()
        .filter(entry -> entry.kind() == JournalKind.SERVICE_OUTSIDE)
        .map(entry -> entry.body().get("service") + " " + entry.body().get("what"))
        .toList();
  }

  private void isLookedAtOnceMore() throws IOException {
    Conversation conversation = conversation(_ -> {});
    ServiceRecord record = new ServiceRecord(conversation);
    Reach.services(conversation)
        .notice(
            Deadline.in(Duration.ofSeconds(5), SystemTicker.SYSTEM),
            noticed -> assertThat(record.noticed(noticed)).isEmpty());
  }

  @Test
  void whatSomebodyDoesToAnotherServiceMeanwhileIsRecordedOnce() throws Exception {
    Answer answer =
        does(
            Asked.Verb.RESTART,
            "web",
            conversation(line -> {
              if (line.equals("stopping web")) {
                endsByHand("api");
              }
            }));
    assertThat(answer.exit()).isEqualTo(ExitCode.FINE);
    assertThat(answer.notes()).contains("meanwhile: api was stopped, and not by metaops");
    isLookedAtOnceMore();
    assertThat(outside()).containsExactly("api was stopped, and not by metaops");
  }

  @Test
  void whatWasDoneBeforeAnInterruptionIsOnTheRecordAsOurs() throws Exception {
    Answer answer =
        does(
            Asked.Verb.RESTART,
            "web",
            conversation(line -> {
              if (line.equals("starting web")) {
                Thread.currentThread().interrupt();
              }
            }));
    assertThat(Thread.interrupted()).as("whoever runs the command is told too").isTrue();
    assertThat(answer.exit()).isEqualTo(ExitCode.COULD_NOT);
    itsInterruptionIsOnTheRecordAsOurs();
  }

  private void itsInterruptionIsOnTheRecordAsOurs() throws Exception {
    isLookedAtOnceMore();
    assertThat(outside()).isEmpty();
    assertThat(Reach.journal(conversation(_ -> {})).read().unmerged())
        .filteredOn(entry -> entry.kind() == JournalKind.SERVICE_RESTART)
        .extracting(entry -> entry.body().get("what"))
        .containsExactly("begun", "interrupted");
  }

  @Test
  void aStopThatWasAskedForAndThenInterruptedIsOursWheneverItEnds() throws Exception {
    Files.writeString(
        directory.resolve("metaops.toml"),
        "[services.slow]\n" + table("0 stubborn"),
        StandardOpenOption.APPEND);
    does(Asked.Verb.START, "slow", conversation(_ -> {}));
    Answer answer =
        does(
            Asked.Verb.STOP,
            "slow",
            conversation(line -> {
              if (line.equals("stopping slow")) {
                Thread.currentThread().interrupt();
              }
            }));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(answer.exit()).isEqualTo(ExitCode.COULD_NOT);
    endsByHand("slow"); // for it takes as long as it likes
    isLookedAtOnceMore();
    assertThat(outside()).isEmpty();
  }

  @Test
  void ctrlCIsOnTheRecord() throws Exception {
    Files.writeString(
        directory.resolve("metaops.toml"),
        "ready = \"log:never said\"\n",
        StandardOpenOption.APPEND);
    try (ServeProcess restart =
        ServeProcess.start(
            Main.class.getName(),
            List.of("services", "restart", "web", "--skip-health-check"),
            Map.of(
                "PATH",
                System.getenv("PATH"),
                "METAOPS_CONFIG",
                directory.resolve("metaops.toml").toString(),
                "METAOPS_DATA_DIR",
                directory.resolve("data").toString()),
            directory.resolve("restart.log"))) {
      restart.await(
          "its start", Duration.ofSeconds(30), () -> restart.output().contains("starting web"));
      restart.interrupt();
      assertThat(restart.awaitEnd(Duration.ofSeconds(20)))
          .as(restart.output())
          .isEqualTo(ExitCode.COULD_NOT.status());
    }
    itsInterruptionIsOnTheRecordAsOurs();
  }

  @Test
  void whatCouldNotBeWrittenDownIsNoticedAgain() throws Exception {
    endsByHand("api");
    Services services = Reach.services(conversation(_ -> {}));
    assertThatThrownBy(() ->
            services.notice(
                Deadline.in(Duration.ofSeconds(5), SystemTicker.SYSTEM),
                _ -> {
                  throw new IllegalStateException("a crash before it is recorded");
                }))
        .hasMessageContaining("a crash");
    List<String> noticed = new ArrayList<>();
    for (int look = 0; look < 2; look++) {
      services.notice(
          Deadline.in(Duration.ofSeconds(5), SystemTicker.SYSTEM),
          seen -> seen.forEach(each -> noticed.add(each.service())));
    }
    assertThat(noticed).containsExactly("api");
  }
}
