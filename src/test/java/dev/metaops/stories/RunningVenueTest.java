package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.store.Rows;
import dev.metaops.testing.ObservedVenue;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four variables and nothing else, 5,000 orders behind a real PostgREST, an incident: their
 * listener missed some releases and somebody marked one as paid.
 */
class RunningVenueTest {
  private static final int ORDERS = 5_000;
  private static final int HELD = 30;
  private static final int RELEASED_UNSEEN = 12;

  @TempDir Path directory;
  @AutoClose private final ObservedVenue venue = new ObservedVenue();

  /** Ended ones without a trace in the window, open ones with an escrow, and the incident. */
  @BeforeEach
  void anIncident() throws SQLException {
    for (int at = 0; at < HELD; at++) {
      venue.placed("held_" + at, "PENDING", (at < 10 ? 1 : 6) + " hours");
    }
    for (int at = 0; at < RELEASED_UNSEEN; at++) {
      venue.registry().release(venue.placed("missed_" + at, "PENDING", "4 hours"));
    }
    venue.placed("false_1", "SETTLED", "3 hours");
    venue.finalizeHead();
    fill(ORDERS - HELD - RELEASED_UNSEEN - 1);
  }

  private void fill(int rows) throws SQLException {
    var terms = venue.registry().terms("x");
    try (Connection connection = venue.database().connect(TestPostgres.minute())) {
      Rows.execute(
          connection,
          "INSERT INTO public.orders (id, state, buyer, seller, token, amount, created_at,"
              + " updated_at) SELECT 'old_' || n, (ARRAY['SETTLED', 'REFUNDED', 'CANCELLED'])[n % 3"
              + " + 1], ?, ?, ?, ?, now() - interval '40 days', now() - interval '39 days'"
              + " FROM generate_series(1, ?) n",
          terms.buyer().text(),
          terms.seller().text(),
          terms.token().text(),
          new BigDecimal(terms.amount()),
          rows);
    }
  }

  @Test
  void isToldMoreThanTheirOwnToolsCanAndNothingIsTouched() throws Exception {
    String installed = venue.installed();
    String rows = venue.rows();
    try (TestPostgrest rest = venue.rest()) {
      Operator operator = operator(rest, "service_role");

      Said doctor = operator.types("doctor");
      assertThat(doctor.all()).contains("service role").contains("answers as the registry");
      assertThat(doctor.all()).contains("calls and").doesNotContain(key(rest, "service_role"));

      Said status = operator.types("status");
      assertThat(status.out())
          .startsWith("Observing: 12 orders behind the chain, 12 ETH")
          .contains("42 PENDING 42 ETH")
          .contains("12 ROW_BEHIND · 30 WAITING");
      assertThat(status.exit()).isEqualTo(ExitCode.CRITICAL);

      Said stuck = operator.types("order check-stuck 2 -o json --limit 100");
      assertThat(stuck.exit()).isEqualTo(ExitCode.CRITICAL);
      var counts = new TreeMap<String, Integer>();
      stuck
          .json()
          .path("orders")
          .forEach(order -> counts.merge(order.path("verdict").asString(), 1, Integer::sum));
      assertThat(counts).containsOnly(Map.entry("ROW_BEHIND", 12), Map.entry("WAITING", 20));
      assertThat(stuck.json().path("totals").path(0).path("count").asInt()).isEqualTo(32);

      assertThat(operator.types("order show missed_3").out())
          .startsWith("missed_3: the chain released it, the row still says PENDING");
      assertThat(operator.types("order verify false_1").out())
          .contains("ROW_FALSE")
          .contains("the money is still in escrow");

      Said events = operator.types("check-recent-events --contract=escrow --hours=1");
      assertThat(events.out()).contains("12 row behind");
      assertThat(events.exit()).isEqualTo(ExitCode.WARNING);

      Said contract = operator.types("verify-contract-deployment full");
      assertThat(contract.all()).contains("contract pin");
      assertThat(contract.exit()).as(contract.all()).isEqualTo(ExitCode.COULD_NOT);

      Said connections = operator.types("test-all-connections");
      assertThat(connections.exit()).as(connections.all()).isEqualTo(ExitCode.FINE);
    }
    assertThat(venue.installed()).isEqualTo(installed);
    assertThat(venue.rows()).isEqualTo(rows);
  }

  @Test
  void withAKeyThatSeesNothingEverythingIsUnknown() throws Exception {
    try (TestPostgrest rest = venue.rest()) {
      Operator operator = operator(rest, "anon");
      for (String line :
          java.util.List.of("order check-stuck 2", "order states", "order show missed_3")) {
        Said said = operator.types(line);
        assertThat(said.exit()).as(line + ": " + said.all()).isEqualTo(ExitCode.COULD_NOT);
        assertThat(said.all()).doesNotContain("No order is stuck");
      }
    }
  }

  private Operator operator(TestPostgrest rest, String role) {
    Map<String, String> environment = new HashMap<>(venue.surroundings());
    environment.put("SUPABASE_URL", rest.supabase().toString());
    environment.put("SUPABASE_KEY", key(rest, role));
    return new Operator(directory, environment);
  }

  private final Map<String, String> keys = new HashMap<>();

  private String key(TestPostgrest rest, String role) {
    return keys.computeIfAbsent(
        role, _ -> ObservedVenue.door(rest, TestPostgrest.key(role)).get("SUPABASE_KEY"));
  }
}
