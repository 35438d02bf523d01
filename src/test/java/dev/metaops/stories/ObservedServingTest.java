package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.ObservedVenue;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestPostgrest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code serve} beside a venue with a listener of its own: the ledger is kept in our own store, and
 * their database stays as it was.
 */
class ObservedServingTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;
  @AutoClose private final ObservedVenue venue = new ObservedVenue();

  @Test
  void theLedgerIsOursTheRowsAreTheirsAndBothAreComparedOverSql() throws Exception {
    observes(venue.sql());
  }

  @Test
  void andThroughTheRestDoor() throws Exception {
    try (TestPostgrest rest = venue.rest()) {
      observes(ObservedVenue.door(rest, TestPostgrest.key("service_role")));
    }
  }

  private void observes(Map<String, String> door) throws Exception {
    Hash first = venue.placed("ord_1", "PENDING", "3 hours");
    venue.placed("ord_2", "PENDING", "5 hours");
    venue.row("ord_3", "ON_HOLD", "3 hours");
    Map<String, String> environment = new HashMap<>(venue.surroundings());
    environment.putAll(door);
    environment.put("METAOPS_DATA_DIR", directory.resolve("data").toString());
    Operator operator =
        new Operator(directory, environment)
            .configured("[listen]\npoll-interval = \"200ms\"\nstale-after = \"5s\"\n");
    String before = venue.installed();
    environment.put("METAOPS_CONFIG", directory.resolve("metaops.toml").toString());
    try (ServeProcess serve =
        ServeProcess.start(
            "dev.metaops.main.Main",
            List.of("serve"),
            environment,
            directory.resolve("serve.log"))) {
      awaitSaid(serve, operator, "listener status", said -> said.out().contains("following"));

      venue.registry().release(first);
      venue.finalizeHead();
      Said stuck =
          awaitSaid(
              serve,
              operator,
              "order check-stuck 2 -o json",
              said -> verdict(said, "ord_1").equals("ROW_BEHIND"));
      assertThat(stuck.json().path("basis").path("kind").asString()).isEqualTo("ledger");
      assertThat(verdict(stuck, "ord_2")).isEqualTo("WAITING");
      assertThat(operator.types("order show ord_1").out()).contains("by the ledger");
      assertThat(operator.types("order show ord_3").out()).contains("UNMAPPED");
      assertThat(operator.types("status").out()).startsWith("1 order contradicts the chain");

      venue.sets("ord_1", "SETTLED");
      awaitSaid(
          serve, operator, "order check-stuck 2 -o json", said -> verdict(said, "ord_1").isEmpty());

      venue.sets("ord_2", "SETTLED");
      awaitSaid(
          serve,
          operator,
          "order check-stuck 2 -o json",
          said -> verdict(said, "ord_2").equals("ROW_FALSE"));
      assertThat(venue.installed()).as("nothing was installed").isEqualTo(before);

      serve.process().destroyForcibly();
      serve.awaitEnd(SOON);
      Said asked =
          awaitSaid(
              serve,
              operator,
              "order check-stuck 2 -o json",
              said -> said.json().path("basis").path("kind").asString("").equals("chain"));
      assertThat(asked.json().path("basis").path("why").asString()).startsWith("the ledger");
    }
  }

  private static Said awaitSaid(
      ServeProcess serve, Operator operator, String line, Predicate<Said> isSo) {
    Said[] last = {operator.types(line)};
    boolean became =
        ServeProcess.becomes(
            SOON,
            () -> {
              last[0] = operator.types(line);
              return isSo.test(last[0]);
            });
    assertThat(became).as(line + ": " + last[0].all() + serve.output()).isTrue();
    return last[0];
  }

  private static String verdict(Said stuck, String id) {
    if (!stuck.out().startsWith("{")) {
      return "";
    }
    return stuck
        .json()
        .path("orders")
        .valueStream()
        .filter(order -> order.path("order").asString().equals(id))
        .map(order -> order.path("verdict").asString())
        .findFirst()
        .orElse("");
  }
}
