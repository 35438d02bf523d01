package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.DebianTool;
import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The alert rules in Prometheus' own rule engine, whose time is advanced. */
class AlertRulesTest {
  static final Path RULES = TestChain.checkout().resolve("monitoring/prometheus/metaops.rules.yml");

  private static final String UP = "up{job=\"metaops\",instance=\"a:3010\"}";
  private static final String HEALTH =
      "metaops_health_condition{instance=\"a:3010\",component=\"database\"}";

  private static final String FRONTEND_FAILED =
      "metaops_frontend_asked_total{frontend=\"app\",result=\"timed-out\"}";

  /** An hour in which all is well, a sample a minute. */
  static final Map<String, String> QUIET =
      Map.ofEntries(
          Map.entry(UP, "1x60"),
          Map.entry("metaops_truth_holds{instance=\"a:3010\"}", "1x60"),
          Map.entry("metaops_orders_frozen{chain=\"137\"}", "0x60"),
          Map.entry("metaops_listener_lease_held{chain=\"137\"}", "1x60"),
          Map.entry("metaops_chain_head_seen_seconds{chain=\"137\"}", "1x60"),
          Map.entry("metaops_listener_behind_blocks{chain=\"137\"}", "1x60"),
          Map.entry("metaops_chain_settled_age_seconds{chain=\"137\"}", "12x60"),
          Map.entry("metaops_ledger_gaps", "0x60"),
          Map.entry(
              "metaops_health_check_condition{component=\"blockchain\",subject=\"one\"}", "0x60"),
          Map.entry("metaops_rpc_lies_total{provider=\"one\"}", "0x60"),
          Map.entry(HEALTH, "0x60"),
          Map.entry("metaops_frontend_asked_total{frontend=\"app\",result=\"answered\"}", "0+6x60"),
          Map.entry(FRONTEND_FAILED, "0 1x60"),
          Map.entry("metaops_frontend_stale_seconds{frontend=\"app\"}", "0x60"),
          Map.entry("metaops_loop_last_turn_timestamp_seconds{loop=\"sweep\"}", "0+60x60"));

  /**
   * What goes wrong, and by when it has to be said.
   *
   * @param series what reads otherwise than on a quiet day
   * @param values in promtool's notation; empty when the series is not there at all
   * @param minutes into the hour
   */
  record Fault(String alert, String series, Optional<String> values, int minutes) {
    static Fault of(String alert, String series, String values, int minutes) {
      return new Fault(alert, series, Optional.of(values), minutes);
    }
  }

  static final List<Fault> FAULTS =
      List.of(
          Fault.of("MetaopsDown", UP, "1 0x60", 3),
          new Fault("MetaopsAbsent", UP, Optional.empty(), 10),
          Fault.of(
              "MetaopsRowsNotBelievable", "metaops_truth_holds{instance=\"a:3010\"}", "1 0x60", 4),
          Fault.of("MetaopsFrozen", "metaops_orders_frozen{chain=\"137\"}", "0 1x60", 20),
          Fault.of(
              "MetaopsListenerDead", "metaops_listener_lease_held{chain=\"137\"}", "1 0x60", 4),
          Fault.of(
              "MetaopsListenerBlind",
              "metaops_chain_head_seen_seconds{chain=\"137\"}",
              "0+60x60",
              5),
          Fault.of(
              "MetaopsListenerBehind",
              "metaops_listener_behind_blocks{chain=\"137\"}",
              "0+10x60",
              6),
          Fault.of(
              "MetaopsFinalityStalled",
              "metaops_chain_settled_age_seconds{chain=\"137\"}",
              "0+60x60",
              40),
          Fault.of("MetaopsLedgerGap", "metaops_ledger_gaps", "0 2x60", 10),
          Fault.of(
              "MetaopsProviderUnusable",
              "metaops_health_check_condition{component=\"blockchain\",subject=\"one\"}",
              "0 3x60",
              10),
          Fault.of(
              "MetaopsProviderLied", "metaops_rpc_lies_total{provider=\"one\"}", "0 0 1x60", 4),
          Fault.of("MetaopsComponentDown", HEALTH, "0 3x60", 4),
          Fault.of("MetaopsComponentBlind", HEALTH, "0 2x60", 5),
          Fault.of(
              "MetaopsFindingP1",
              "metaops_findings_open{code=\"row-false\",severity=\"P1\"}",
              "0 1x60",
              2),
          Fault.of(
              "MetaopsFindingP2",
              "metaops_findings_open{code=\"event-missed\",severity=\"P2\"}",
              "0 1x60",
              8),
          Fault.of("MetaopsFrontendFailing", FRONTEND_FAILED, "0+12x60", 10),
          Fault.of(
              "MetaopsFrontendStale",
              "metaops_frontend_stale_seconds{frontend=\"app\"}",
              "0 47 107 167 227x60",
              6),
          Fault.of(
              "MetaopsLoopStopped",
              "metaops_loop_last_turn_timestamp_seconds{loop=\"sweep\"}",
              "60x60",
              20));

  @TempDir private Path directory;

  @Test
  void everyRuleHasAFaultItIsFor() throws IOException {
    assertThat(FAULTS).extracting(Fault::alert).containsExactlyInAnyOrderElementsOf(alerts());
  }

  @Test
  void aQuietHourRaisesNothing() throws IOException {
    assertThat(fired(QUIET, 45)).isEmpty();
  }

  @Test
  void eachFaultRaisesItsAlertAndNoOther() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Fault fault : FAULTS) {
      Map<String, String> series = new LinkedHashMap<>(QUIET);
      series.remove(fault.series());
      fault.values().ifPresent(values -> series.put(fault.series(), values));
      List<String> fired = fired(series, fault.minutes());
      if (!fired.equals(List.of(fault.alert()))) {
        wrong.add(fault.alert() + ": " + fired);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** The rules with no time to wait in them. */
  static Path withoutWaiting(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("rules.yml"),
        Files.readString(RULES).replaceAll("for: [0-9]+m", "for: 0s"));
  }

  static List<String> alerts() throws IOException {
    return Files.readAllLines(RULES).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("- alert: "))
        .map(line -> line.substring("- alert: ".length()))
        .toList();
  }

  /** promtool names an alert that fires against its expectation; it is told to expect none. */
  private List<String> fired(Map<String, String> series, int minutes) throws IOException {
    var json = JsonMapper.shared();
    var root = json.createObjectNode().put("evaluation_interval", "1m");
    root.putArray("rule_files").add(RULES.toString());
    var test = root.putArray("tests").addObject().put("interval", "1m");
    var input = test.putArray("input_series");
    series.forEach((name, values) -> input.addObject().put("series", name).put("values", values));
    var expected = test.putArray("alert_rule_test");
    for (String alert : alerts()) {
      expected.addObject().put("eval_time", minutes + "m").put("alertname", alert);
    }
    Path file = Files.writeString(directory.resolve("test.yml"), json.writeValueAsString(root));
    String printed =
        DebianTool.printed(
            List.of(DebianTool.of("promtool").toString(), "test", "rules", file.toString()));
    assertThat(printed).containsAnyOf("SUCCESS", "alertname");
    return alerts().stream()
        .filter(alert -> printed.contains("alertname: " + alert + ","))
        .toList();
  }
}
