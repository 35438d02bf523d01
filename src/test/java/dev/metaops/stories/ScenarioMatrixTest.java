package dev.metaops.stories;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.order.Verdict.Code;
import dev.metaops.stories.Scenario.Place;
import dev.metaops.stories.Scenario.Stage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verdict, made in at least three ways and asked by the commands: none named wrong. */
class ScenarioMatrixTest {
  private static final int LEAST_WAYS = 3;

  @TempDir private static Path directory;
  private static List<Reading> readings = List.of();

  @BeforeAll
  static void everyScenarioIsPlayedAndAsked() throws Exception {
    readings = read();
    var matrix = new ConfusionMatrix(readings);
    System.out.println(matrix.text());
    matrix.wrong().forEach(System.out::println);
    Files.write(
        Path.of("target", "scenario-matrix.txt"),
        readings.stream().map(Reading::toString).toList());
  }

  @Test
  void everyVerdictIsNamedRightHoweverItCameAbout() {
    assertThat(readings.stream().map(Reading::scenario).collect(toSet()))
        .as("scenarios that were asked")
        .containsExactlyInAnyOrderElementsOf(Scenarios.ALL);
    assertThat(new ConfusionMatrix(readings).wrong()).isEmpty();
    assertThat(readings).allSatisfy(ScenarioMatrixTest::isRight);
  }

  @Test
  void thePageThatComparesUsWithTheScriptsQuotesWhatIsSaid() throws Exception {
    List<ComparedLine> page = ComparedLine.page();
    assertThat(page).hasSizeGreaterThanOrEqualTo(Code.values().length);
    assertThat(page.stream().map(ComparedLine::verdict).collect(toSet()))
        .containsAll(Arrays.stream(Code.values()).map(Code::name).toList());
    assertThat(page)
        .allSatisfy(line -> {
          assertThat(line.isUnderstood()).as(line.command() + " is a command line").isTrue();
          assertThat(readings)
              .as("%s: %s: %s", line.situation(), line.verdict(), line.quoted())
              .anyMatch(line::isSaidBy);
        });
  }

  @Test
  void everyVerdictHasThreeWaysAtLeast() {
    assertThat(Scenarios.ALL.stream().map(Scenario::name)).doesNotHaveDuplicates();
    assertThat(Scenarios.ALL.stream().map(Scenario::id)).doesNotHaveDuplicates();
    for (Code code : Code.values()) {
      assertThat(Scenarios.ALL.stream().filter(scenario -> scenario.expected() == code))
          .as(code.name())
          .hasSizeGreaterThanOrEqualTo(LEAST_WAYS);
    }
  }

  private static void isRight(Reading reading) {
    String about = reading.scenario().name() + " (" + reading.command() + "): " + reading.why();
    assertThat(reading.verdict()).as(about).isEqualTo(reading.scenario().expected().name());
    if (reading.exit().isPresent()) {
      assertThat(reading.why()).as(about).containsPattern(reading.scenario().says());
      assertThat(reading.exit()).as(about).contains(exit(reading.scenario().expected()));
    }
  }

  /** SPEC §4. */
  private static ExitCode exit(Code code) {
    return switch (code) {
      case CONSISTENT, WAITING, NOT_FINAL -> ExitCode.FINE;
      case ROW_BEHIND, TX_TROUBLE, NEVER_FUNDED -> ExitCode.WARNING;
      case ROW_FALSE, ORPHANED, CONFLICT, NO_ROW -> ExitCode.CRITICAL;
      case UNKNOWN -> ExitCode.COULD_NOT;
    };
  }

  private static List<Reading> read() throws Exception {
    List<Reading> all = new ArrayList<>();
    try (ScenarioWorld world = new ScenarioWorld(directory)) {
      Map<Scenario, String> words = played(world);
      for (Stage stage : Stage.values()) {
        world.enter(stage);
        for (Place place : Place.values()) {
          all.addAll(asked(world, stage, place, words));
        }
      }
    }
    return all;
  }

  private static Map<Scenario, String> played(ScenarioWorld world) throws SQLException {
    Map<Scenario, String> words = new HashMap<>();
    for (Scenario scenario : Scenarios.ALL) {
      words.put(scenario, scenario.plot().in(world, scenario.id()));
    }
    return words;
  }

  private static List<Reading> asked(
      ScenarioWorld world, Stage stage, Place place, Map<Scenario, String> words) {
    List<Scenario> scenarios =
        Scenarios.ALL.stream()
            .filter(scenario -> scenario.stage() == stage && scenario.place() == place)
            .toList();
    List<Reading> asked = new ArrayList<>();
    if (!scenarios.isEmpty()) {
      List<String> typed = scenarios.stream().map(words::get).toList();
      world
          .doors(place)
          .forEach(
              (door, operator) -> asked.addAll(Reading.through(door, operator, scenarios, typed)));
    }
    return asked;
  }
}
