package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.command.ExitCode;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ObservedVenue;
import dev.metaops.testing.TestPostgrest;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code events sweep}: the contract itself is asked, whatever the ledger says. */
class SweepTest {
  @TempDir Path directory;

  private Operator operator(Map<String, String> environment, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new Operator(directory, all);
  }

  private static JsonNode order(Said said, String list, String id) {
    return said.json()
        .path(list)
        .valueStream()
        .filter(order -> order.path("order").asString().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " is not among " + list + ": " + said.all()));
  }

  @Nested
  class WhereMetaopsIsInstalled {
    @AutoClose private final InstalledVenue installed = new InstalledVenue();

    WhereMetaopsIsInstalled() throws Exception {}

    private Said sweeps() {
      return operator(installed.environment(), Map.of()).types("events sweep -o json");
    }

    @Test
    void rowsThatSayWhatTheContractSaysEndItWithNought() throws Exception {
      installed.funded("ord_1");
      installed.funded("ord_2");
      installed.followToFinality();
      Said said = sweeps();
      assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.FINE);
      assertThat(said.json().path("open").asInt()).isEqualTo(2);
      assertThat(said.json().path("reached").asInt()).isEqualTo(2);
      assertThat(operator(installed.environment(), Map.of()).types("fallback-event-checker").out())
          .contains("Asked the contract about 2 of 2 open orders: all agree");
    }

    @Test
    void anEventTheLedgerReadPastAndDoesNotKnowIsSaidToBeMissed() throws Exception {
      Hash key = installed.funded("ord_1");
      installed.funded("ord_2");
      installed.venue().registry().release(key);
      installed.chain().finalizeBlock(installed.chain().latest().ref());
      readPast(installed.chain().latest());
      Said stuck = operator(installed.environment(), Map.of()).types("order check-stuck 2 -o json");
      assertThat(stuck.json().path("orders")).as("the ledger knows nothing of it").isEmpty();

      Said said = sweeps();
      assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.CRITICAL);
      assertThat(said.json().path("differing")).hasSize(1);
      JsonNode missed = order(said, "differing", "ord_1");
      assertThat(missed.path("verdict").asString()).isEqualTo("ROW_BEHIND");
      assertThat(missed.path("ledger").asString()).isEqualTo("missed");
      assertThat(missed.path("proved").asString()).isEqualTo("SETTLED");
      assertThat(said.json().path("next").asString()).endsWith("ord_1");
    }

    @Test
    void oneThatTheLedgerKnowsAndCouldNotMoveIsToldApart() throws Exception {
      Hash key = installed.funded("ord_1");
      installed.frozen();
      installed.venue().registry().release(key);
      installed.followToFinality();
      JsonNode found = order(sweeps(), "differing", "ord_1");
      assertThat(found.path("verdict").asString()).isEqualTo("ROW_BEHIND");
      assertThat(found.path("ledger").asString()).isEqualTo("knows");
    }

    @Test
    void oneWhoseFundingWindowIsOverIsAWarning() throws Exception {
      installed.followToFinality();
      installed.venue().order("ord_1");
      installed.venue().execute("ALTER TABLE public.orders DISABLE TRIGGER USER");
      installed.venue().execute("UPDATE public.orders SET fund_by = now() - interval '1 hour'");
      installed.venue().execute("ALTER TABLE public.orders ENABLE TRIGGER USER");
      Said said = sweeps();
      assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
      assertThat(order(said, "differing", "ord_1").path("verdict").asString())
          .isEqualTo("NEVER_FUNDED");
    }

    @Test
    void moreOrdersThanOnePageAreAllReached() throws Exception {
      installed.followToFinality();
      for (int at = 0; at < 1_100; at++) {
        var terms = installed.venue().registry().terms("ord_" + at, BigInteger.valueOf(1_000L));
        installed.venue().insert(terms, installed.venue().registry().keyOf(terms));
      }
      Said said = sweeps();
      assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.FINE);
      assertThat(said.json().path("reached").asInt()).isEqualTo(1_100);
    }

    @Test
    void withoutANodeNobodyLookedAndThatIsNotFine() throws Exception {
      installed.funded("ord_1");
      Said said =
          operator(
                  installed.environment(),
                  Map.of("RPC_URL", "http://127.0.0.1:" + FakeServer.closedPort()))
              .types("events sweep");
      assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.COULD_NOT);
      assertThat(said.out()).contains("0 of 1").contains("not reached").doesNotContain("all agree");
    }

    /** As if a node had shown every block up to here, and not all that was in them. */
    private void readPast(Header to) {
      installed
          .venue()
          .execute(
              "UPDATE metaops.stream SET cursor_number = ?, cursor_hash = decode(?, 'hex'),"
                  + " head_number = ?",
              to.number(),
              to.hash().text().substring(2),
              to.number());
    }
  }

  @Nested
  class WhereMetaopsOnlyLooks {
    @AutoClose private final ObservedVenue venue = new ObservedVenue();

    @Test
    void theirRowsAreComparedOverSql() {
      differs(venue.sql());
    }

    @Test
    void andThroughTheRestDoor() throws Exception {
      try (TestPostgrest rest = venue.rest()) {
        differs(ObservedVenue.door(rest, TestPostgrest.key("service_role")));
      }
    }

    private void differs(Map<String, String> door) {
      Hash key = venue.placed("ord_1", "PENDING", "3 hours");
      venue.placed("ord_2", "PENDING", "1 minute");
      venue.row("ord_3", "ON_HOLD", "3 hours");
      venue.registry().release(key);
      venue.finalizeHead();
      Said said = operator(venue.surroundings(), door).types("events sweep -o json");
      assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.CRITICAL);
      assertThat(said.json().path("open").asInt()).isEqualTo(3);
      assertThat(order(said, "differing", "ord_1").path("verdict").asString())
          .isEqualTo("ROW_BEHIND");
      assertThat(order(said, "differing", "ord_1").path("ledger").asString()).isEqualTo("none");
      assertThat(said.json().path("verdicts").path("WAITING").asInt()).isEqualTo(1);
      assertThat(said.json().path("next").asString()).isEqualTo("metaops order verify ord_1");
    }
  }
}
