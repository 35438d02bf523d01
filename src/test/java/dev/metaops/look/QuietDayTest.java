package dev.metaops.look;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.Conversation;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Settings;
import dev.metaops.config.Where;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.HealthMemory;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.health.Steadiness;
import dev.metaops.health.Vital;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.ListenerState;
import dev.metaops.listen.Truth;
import dev.metaops.listen.TruthSnapshot;
import dev.metaops.reach.Nodes;
import dev.metaops.testing.DebianTool;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPerson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * 24 hours of what a venue looks like when nothing is wrong, through everything that judges by
 * itself: the looks of health and what is steady of them, the budgets of the truth, the alert rules
 * in Prometheus' own engine.
 */
class QuietDayTest {
  private static final Path RULES =
      TestChain.checkout().resolve("monitoring/prometheus/metaops.rules.yml");

  private static final Pattern FIRED = Pattern.compile("alertname=\\\\?\"(\\w+)");
  private static final long SEED = 20261130;
  private static final Duration LOOK = Duration.ofSeconds(30);

  /** After its start a process looks as soon as it can. */
  private static final Duration FIRST_LOOK = Duration.ofSeconds(5);

  @TempDir private Path directory;

  /**
   * What came of a day.
   *
   * @param unsteady looks that came to something else than UP, and did not count
   * @param conditions each change of a component's steady condition: {@code blockchain DOWN}
   * @param broken budgets of the truth, by name
   * @param alerts that fired
   */
  private record Raised(
      int unsteady, List<String> conditions, Set<String> broken, Set<String> alerts) {}

  @Test
  void aDayInWhichNothingHappensRaisesNothing() throws IOException {
    for (SimulatedDay.Chain chain : SimulatedDay.Chain.values()) {
      Raised raised = raised(chain, SimulatedDay.Standstill.NONE);
      assertThat(raised.conditions()).as(chain.name()).isEmpty();
      assertThat(raised.broken()).as(chain.name()).isEmpty();
      assertThat(raised.alerts()).as(chain.name()).isEmpty();
      assertThat(raised.unsteady()).as("a day without one slow look proves little").isPositive();
    }
  }

  @Test
  void aChainThatStandsStillForFourMinutesRaisesThatAndNothingElse() throws IOException {
    Raised raised =
        raised(
            SimulatedDay.Chain.POLYGON,
            new SimulatedDay.Standstill(Duration.ofHours(11), Duration.ofMinutes(4)));
    assertThat(raised.conditions())
        .containsExactly("blockchain DEGRADED", "blockchain DOWN", "blockchain UP");
    assertThat(raised.broken()).containsExactly("head age");
    assertThat(raised.alerts()).containsExactly("MetaopsComponentDown", "MetaopsRowsNotBelievable");
  }

  @Test
  void nobodyIsBlindBetweenTwoLooksAtWhatIsLookedAtSeldom() {
    for (int seconds = 5; seconds <= 290; seconds++) {
      Duration interval = Duration.ofSeconds(seconds);
      Duration turn = interval.plus(Examination.FULL);
      Steadiness steady = Steadiness.of(Condition.UP, SimulatedDay.MIDNIGHT);
      for (int look = 1; look <= 5; look++) {
        steady =
            steady.after(
                Condition.UP,
                SimulatedDay.MIDNIGHT.plus(
                    turn.multipliedBy((long) look * Examination.seldom(interval))));
      }
      assertThat(steady.blind()).as("every " + interval).isZero();
    }
    assertThat(Examination.seldom(Duration.ofSeconds(5))).isEqualTo(10);
  }

  private Raised raised(SimulatedDay.Chain chain, SimulatedDay.Standstill standstill)
      throws IOException {
    Judging judging = new Judging(new SimulatedDay(chain, standstill, SEED));
    judging.day();
    return new Raised(judging.unsteady, judging.conditions, judging.broken, fired(judging.series));
  }

  /** One day as it is judged, look by look, and scraped every minute. */
  private final class Judging {
    private final SettableTicker time = new SettableTicker(SimulatedDay.MIDNIGHT);
    private final Conversation conversation = conversation(time);
    private final Settings settings = conversation.settings();
    private final SimulatedDay day;
    private final List<ProviderLook> nodes;
    private final Map<String, StringBuilder> series = new LinkedHashMap<>();
    private final List<String> conditions = new ArrayList<>();
    private final Set<String> broken = new LinkedHashSet<>();
    private HealthMemory memory = HealthMemory.empty("quiet");
    private Map<String, Condition> steady = new TreeMap<>();
    private Report measured = new Report(List.of());
    private long lastLook;
    private int unsteady;

    Judging(SimulatedDay day) {
      this.day = day;
      this.nodes =
          settings.chain().providers().stream()
              .map(endpoint -> new ProviderLook(endpoint, conversation, Nodes.ofTheirOwn(time)))
              .toList();
    }

    void day() {
      Duration nextLook = FIRST_LOOK;
      boolean wasServing = true;
      for (Duration at = Duration.ZERO;
          at.compareTo(SimulatedDay.DAY) <= 0;
          at = at.plusSeconds(5)) {
        boolean isServing = day.isServing(at);
        if (isServing && !wasServing) {
          nextLook = at.plus(FIRST_LOOK);
        }
        if (isServing && at.compareTo(nextLook) >= 0) {
          look(at);
          nextLook = at.plus(LOOK);
        }
        if (at.toSeconds() % 60 == 0) {
          scrape(at, isServing);
        }
        wasServing = isServing;
        time.advance(Duration.ofSeconds(5));
      }
    }

    private void look(Duration at) {
      Stream stream = day.stream(at);
      List<Result> results = new ArrayList<>();
      Vital roundTrip = OrdersLook.roundTrip(day.latency(), settings.health().databaseSlowAfter());
      results.add(
          result(
              Examination.DATABASE,
              "",
              new Diagnosis(
                  roundTrip.condition(), "answers", List.of(roundTrip), Optional.empty())));
      List<ProviderLook.Seen> seen = new ArrayList<>();
      for (ProviderLook node : nodes) {
        var head = day.head(at);
        seen.add(
            new ProviderLook.Seen(137, day.latency(), head, Optional.of(day.pace(head.latest()))));
        results.add(result(Examination.BLOCKCHAIN, node.place(), node.judge(seen.getLast())));
      }
      Duration budget = settings.listen().staleAfter();
      results.add(
          result(
              Examination.LISTENER,
              "",
              ListenerWords.diagnose(
                  ListenerState.of(stream, budget),
                  Optional.of(stream),
                  Optional.of(
                      new ListenerWords.Newest(
                          seen.getFirst().head().latest().number(),
                          seen.getFirst().pace(),
                          settings.listen().pollInterval())),
                  budget,
                  Optional.empty())));
      measured = new Report(results);
      memory = memory.after(measured);
      lastLook = at.toSeconds();
      unsteady += measured.overall() == Condition.UP ? 0 : 1;
      keep(memory.steady(measured).components());
    }

    private Result result(String component, String subject, Diagnosis diagnosis) {
      return new Result(component, subject, diagnosis, time.now(), Duration.ofMillis(20));
    }

    private void keep(Map<String, Condition> now) {
      now.forEach((component, condition) -> {
        if (steady.getOrDefault(component, Condition.UP) != condition) {
          conditions.add(component + " " + condition);
        }
      });
      steady = new TreeMap<>(now);
    }

    private void scrape(Duration at, boolean isServing) {
      add("up{job=\"metaops\",instance=\"a:3010\"}", isServing ? "1" : "0");
      Stream stream = day.stream(at);
      Truth truth =
          Truth.of(
              new TruthSnapshot(
                  new TruthSnapshot.Reading.Read(Optional.of(stream)),
                  new TruthSnapshot.Tally.Counted(0),
                  new TruthSnapshot.Tally.Counted(0),
                  List.of()),
              new Truth.Budgets(
                  settings.listen().staleAfter(),
                  settings.chain().headDownAfter(),
                  settings.chain().finalityStalledAfter()));
      truth.budgets().stream()
          .filter(budget -> isServing && budget.condition() != Condition.UP)
          .forEach(budget -> broken.add(budget.name()));
      Map<String, String> shown = new LinkedHashMap<>();
      shown.put("metaops_truth_holds", truth.holds() ? "1" : "0");
      shown.put("metaops_orders_frozen{chain=\"137\"}", "0");
      shown.put("metaops_listener_lease_held{chain=\"137\"}", stream.isHeld() ? "1" : "0");
      shown.put(
          "metaops_chain_head_seen_seconds{chain=\"137\"}",
          seconds(stream, stream.headSeenAt().orElseThrow()));
      shown.put(
          "metaops_listener_behind_blocks{chain=\"137\"}", Long.toString(stream.blocksBehind()));
      shown.put(
          "metaops_chain_settled_age_seconds{chain=\"137\"}",
          seconds(stream, stream.settledMovedAt().orElseThrow()));
      shown.put("metaops_ledger_gaps", "0");
      shown.put("metaops_rpc_lies_total{provider=\"one\"}", "0");
      shown.put("metaops_loop_last_turn_timestamp_seconds{loop=\"health\"}", "" + lastLook);
      shown.put(
          "metaops_loop_last_turn_timestamp_seconds{loop=\"sweep\"}",
          "" + Math.max(0, at.toSeconds() / 300 * 300 - 200));
      steady.forEach((component, condition) ->
          shown.put(
              "metaops_health_condition{component=\"" + component + "\"}", number(condition)));
      measured
          .results()
          .forEach(result ->
              shown.put(
                  "metaops_health_check_condition{component=\""
                      + result.component()
                      + "\",subject=\""
                      + result.subject()
                      + "\"}",
                  number(result.condition())));
      shown.forEach((name, value) -> add(name, isServing ? value : "_"));
    }

    private void add(String name, String value) {
      series.computeIfAbsent(name, _ -> new StringBuilder()).append(value).append(' ');
    }

    private static String seconds(Stream stream, java.time.Instant since) {
      return Double.toString(Duration.between(since, stream.now()).toMillis() / 1000.0);
    }

    private static String number(Condition condition) {
      return switch (condition) {
        case UP -> "0";
        case DEGRADED -> "1";
        case UNKNOWN -> "2";
        case DOWN -> "3";
      };
    }
  }

  private Conversation conversation(SettableTicker time) {
    Configuration configuration =
        Configuration.read(
            new Where(
                Map.of(
                    "METAOPS_DATA_DIR",
                    directory.toString(),
                    "RPC_URL",
                    "http://127.0.0.1:1,http://127.0.0.1:2"),
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.IGNORED,
                directory,
                directory));
    return new Conversation(configuration, Shared.STANDARD, TestPerson.NOBODY, time);
  }

  private Set<String> fired(Map<String, StringBuilder> series) throws IOException {
    var json = JsonMapper.shared();
    var root = json.createObjectNode().put("evaluation_interval", "1m");
    root.putArray("rule_files").add(RULES.toString());
    var test = root.putArray("tests").addObject().put("interval", "1m");
    var input = test.putArray("input_series");
    series.forEach((name, values) ->
        input.addObject().put("series", name).put("values", values.toString().strip()));
    test.putArray("promql_expr_test")
        .addObject()
        .put("expr", "sum by (alertname) (count_over_time(ALERTS{alertstate=\"firing\"}[1d]))")
        .put("eval_time", "1440m")
        .putArray("exp_samples");
    Path file = Files.writeString(directory.resolve("day.yml"), json.writeValueAsString(root));
    String printed =
        DebianTool.printed(
            List.of(DebianTool.of("promtool").toString(), "test", "rules", file.toString()));
    assertThat(printed).containsAnyOf("SUCCESS", "alertname");
    Set<String> fired = new TreeSet<>();
    Matcher found = FIRED.matcher(printed);
    while (found.find()) {
      fired.add(found.group(1));
    }
    return fired;
  }
}
