package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestPrometheus;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From numbers that read wrong to a person: a real Prometheus, and a real Alertmanager behind it.
 */
class AlertsReachTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path directory;
  @AutoClose private final Exporter exporter = new Exporter();

  @Test
  void everyAlertReachesPeopleForItsFaultAndNoneOnAQuietDay() throws Exception {
    exporter.shows(List.of());
    try (TestPrometheus prometheus =
        new TestPrometheus(
            directory,
            exporter.place(),
            "nobody asks for it",
            AlertRulesTest.withoutWaiting(directory))) {
      assertThat(
              ServeProcess.becomes(
                  SOON, () -> !prometheus.query("count_over_time(up[1m]) > 3").isEmpty()))
          .isTrue();
      assertThat(prometheus.reached()).isEmpty();

      for (List<AlertRulesTest.Fault> faults : rounds()) {
        exporter.shows(faults);
        awaitReached(prometheus, faults.stream().map(AlertRulesTest.Fault::alert).toList());
      }
      exporter.close();
      awaitReached(prometheus, List.of("MetaopsDown"));
      prometheus.forgetsItsTarget();
      awaitReached(prometheus, List.of("MetaopsAbsent"));
      assertThat(prometheus.reached()).containsExactlyInAnyOrderElementsOf(AlertRulesTest.alerts());
    }
  }

  private static void awaitReached(TestPrometheus prometheus, Collection<String> alerts) {
    assertThat(ServeProcess.becomes(SOON, () -> prometheus.reached().containsAll(alerts)))
        .as(alerts + " beside " + prometheus.reached())
        .isTrue();
  }

  /** As many at a time as speak of different series; those of Prometheus itself left out. */
  private static List<List<AlertRulesTest.Fault>> rounds() {
    List<List<AlertRulesTest.Fault>> rounds = new ArrayList<>();
    for (AlertRulesTest.Fault fault : AlertRulesTest.FAULTS) {
      if (fault.series().startsWith("up{")) {
        continue;
      }
      rounds.stream()
          .filter(round -> round.stream().noneMatch(other -> other.series().equals(fault.series())))
          .findFirst()
          .orElseGet(() -> {
            rounds.add(new ArrayList<>());
            return rounds.getLast();
          })
          .add(fault);
    }
    return rounds;
  }

  /** What a metaops would show: a quiet day's numbers, but for some that read wrong. */
  private static final class Exporter implements AutoCloseable {
    private static final int MINUTES_LATER = 59;
    private static final Pattern WORD =
        Pattern.compile("(?<first>[0-9]+)([+](?<more>[0-9]+))?(x[0-9]+)?");

    private final HttpServer server;
    private volatile String text = "";

    Exporter() {
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException refused) {
        throw new UncheckedIOException(refused);
      }
      server.createContext(
          "/metrics",
          exchange -> {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
    }

    String place() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    void shows(List<AlertRulesTest.Fault> faults) {
      Map<String, Long> series = new LinkedHashMap<>();
      AlertRulesTest.QUIET.forEach((name, values) -> series.put(name, quiet(name, values)));
      faults.forEach(
          fault -> series.put(fault.series(), at(MINUTES_LATER, fault.values().orElseThrow())));
      text =
          series.entrySet().stream()
              .filter(entry -> !entry.getKey().startsWith("up{"))
              .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
              .sorted()
              .collect(Collectors.joining());
    }

    private static long quiet(String name, String values) {
      return name.contains("_timestamp_seconds")
          ? SystemTicker.SYSTEM.now().getEpochSecond()
          : at(0, values);
    }

    /** A value in promtool's notation: {@code 0 0 1x60}, or {@code 0+60x60} that grows by 60. */
    private static long at(int minute, String values) {
      List<String> words = List.of(values.split(" ", -1));
      Matcher word = WORD.matcher(words.get(Math.min(minute, words.size() - 1)));
      assertThat(word.matches()).as(values).isTrue();
      return Long.parseLong(word.group("first"))
          + minute * Long.parseLong(Optional.ofNullable(word.group("more")).orElse("0"));
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
