package dev.metaops.stories;

import dev.metaops.command.ExitCode;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.order.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a command said of a scenario's order.
 *
 * @param command with the door it went through
 * @param verdict as printed; {@code none} when it named none
 * @param exit of {@code order verify}, empty for commands that speak of many orders
 */
record Reading(
    Scenario scenario, String command, String verdict, String why, Optional<ExitCode> exit) {
  private static final String NONE = "none";

  @Override
  public String toString() {
    return scenario.name() + " (" + command + "): " + verdict + ": " + why;
  }

  /** Asks for these, all of one place, through one door. */
  static List<Reading> through(
      String door, Operator operator, List<Scenario> scenarios, List<String> words) {
    List<Reading> readings = new ArrayList<>();
    for (int at = 0; at < scenarios.size(); at++) {
      Scenario scenario = scenarios.get(at);
      readings.add(
          switch (scenario.way()) {
            case ORDER -> verified(door, operator, scenario, words.get(at));
            case EVENTS -> event(door, operator, scenario, words.get(at));
            case UNMATCHED -> unmatched(door, operator, scenario);
          });
    }
    readings.addAll(stuck(door, operator, scenarios, words));
    readings.addAll(events(door, operator, scenarios, words));
    return readings;
  }

  private static Reading verified(String door, Operator operator, Scenario scenario, String word) {
    Said said = operator.types("order verify " + word + " -o json");
    JsonNode json = said.json();
    if (json.path("verdict").isMissingNode()) {
      return hidden(door, operator, scenario, said);
    }
    return new Reading(
        scenario,
        "order verify, " + door,
        json.path("verdict").asString(),
        json.path("why").asString(),
        Optional.of(said.exit()));
  }

  /** No such order there: whether that means anything, the table's own look says. */
  private static Reading hidden(String door, Operator operator, Scenario scenario, Said notFound) {
    Said stuck = operator.types("order check-stuck 1");
    return new Reading(
        scenario,
        "order check-stuck, " + door,
        stuck.out().startsWith("UNKNOWN") && stuck.exit() == notFound.exit() ? "UNKNOWN" : NONE,
        stuck.all() + notFound.all(),
        Optional.of(stuck.exit()));
  }

  private static Reading event(String door, Operator operator, Scenario scenario, String word) {
    JsonNode events = operator.types("events recent --hours 1 -o json").json().path("events");
    for (JsonNode event : events) {
      if (event.path("order").asString().equals(word)) {
        return new Reading(
            scenario,
            "events recent, " + door,
            event.path("verdict").asString(),
            event.path("why").asString(),
            Optional.empty());
      }
    }
    return new Reading(
        scenario, "events recent, " + door, NONE, events.toString(), Optional.empty());
  }

  private static Reading unmatched(String door, Operator operator, Scenario scenario) {
    JsonNode json = operator.types("order check-stuck 2 -o json").json();
    String count = json.path("no_row").asString();
    return new Reading(
        scenario,
        "order check-stuck, " + door,
        count.equals("0") ? NONE : "NO_ROW",
        count,
        Optional.empty());
  }

  /** One command for all whose rows are open; rows that ended are not its business. */
  private static List<Reading> stuck(
      String door, Operator operator, List<Scenario> scenarios, List<String> words) {
    List<Reading> readings = new ArrayList<>();
    JsonNode json = operator.types("order check-stuck 1 --limit 1000 -o json").json();
    for (JsonNode order : json.path("orders")) {
      int at = words.indexOf(order.path("order").asString());
      if (at >= 0) {
        readings.add(
            new Reading(
                scenarios.get(at),
                "order check-stuck, " + door,
                order.path("verdict").asString(),
                order.path("why").asString(),
                Optional.empty()));
      }
    }
    return readings;
  }

  /** One command for all; an event that matches its row, or is only listed, is no verdict. */
  private static List<Reading> events(
      String door, Operator operator, List<Scenario> scenarios, List<String> words) {
    Map<String, JsonNode> last = new LinkedHashMap<>();
    Said said = operator.types("events recent --hours 6 --limit 1000 -o json");
    for (JsonNode event : said.json().path("events")) {
      last.put(event.path("order").asString(), event);
    }
    List<Reading> readings = new ArrayList<>();
    last.forEach((order, event) -> {
      int at = words.indexOf(order);
      String verdict = event.path("verdict").asString();
      boolean isVerdict =
          Arrays.stream(Verdict.Code.values()).anyMatch(c -> c.name().equals(verdict));
      if (at >= 0 && scenarios.get(at).way() == Scenario.Way.ORDER && isVerdict) {
        readings.add(
            new Reading(
                scenarios.get(at),
                "events recent, " + door,
                verdict,
                event.path("why").asString(),
                Optional.empty()));
      }
    });
    return readings;
  }
}
