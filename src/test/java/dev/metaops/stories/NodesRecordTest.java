package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestVenue;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What following recorded of its nodes is seen by who asks about the chain. */
class NodesRecordTest {
  private static final String LIAR = "node-b (https://b.example)";

  @TempDir Path directory;

  @AutoClose
  private final TestChain chain = TestChain.start(options -> options.withSlotsInAnEpoch(1));

  private final TestVenue venue = new TestVenue(chain);

  private Operator operator(String database) {
    return new Operator(
        directory,
        Map.of(
            "RPC_URL", chain.url(),
            "DATABASE_URL", database,
            "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text()));
  }

  private Operator operator() {
    return operator(venue.orders().url().secretText());
  }

  @Test
  void whoLiedIsCountedAndListedWithTheEvidence() throws SQLException {
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      assertThat(operator().types("health blockchain").out()).doesNotContain("lied");
      follower.ledger().findings().keepLie(LIAR, "FORGED_HEADER", "[7]", "{\"a\":1}", "a header");
      follower
          .ledger()
          .findings()
          .keepLie(LIAR, "WRONG_RECEIPTS", "[8]", "x".repeat(5000) + "\u001b[2J", "the root 0xab");
    }
    Said said = operator().types("health blockchain");
    assertThat(said.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out())
        .contains("in the last 24 h " + LIAR + " lied 2 times; last ")
        .contains(LIAR + " gave receipts that do not match their block")
        .contains("next: metaops health blockchain --lies");
    JsonNode json = operator().types("health blockchain -o json").json();
    assertThat(json.path("lies").path(0).path("times_24h").asInt()).isEqualTo(2);
    assertThat(json.path("lies").path(0).path("last_kind").asString()).isEqualTo("WRONG_RECEIPTS");

    Said listed = operator().types("health blockchain --lies --provider NODE-B --limit 1");
    assertThat(listed.exit()).isEqualTo(ExitCode.FINE);
    assertThat(listed.out())
        .contains("2 lies of NODE-B kept, newest first")
        .contains("asked     [8]")
        .contains("(-o json shows all 5004 characters)")
        .contains("shown 1 of 2")
        .doesNotContain("\u001b[2J");
    JsonNode all = operator().types("health blockchain --lies -o json").json();
    assertThat(all.path("shape").asString()).isEqualTo("provider-lies/1");
    assertThat(all.path("lies").path(1).path("answer").asString()).isEqualTo("{\"a\":1}");
    assertThat(operator().types("health blockchain --lies --provider other").out())
        .contains("No lie of other was kept");
  }

  @Test
  void thatFinalityWaitsIsSaidWhereverOneLooks() throws SQLException {
    String why = "1 of 2 nodes vouched, 2 have to (node-b since 14:03:11Z: unreachable)";
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      follower.ledger().finalityWaits(follower.lease(), Optional.of(why));
      for (String look : new String[] {"health blockchain", "listener status", "health quick"}) {
        Said said = operator().types(look);
        assertThat(said.exit()).as(look).isNotEqualTo(ExitCode.FINE);
        assertThat(said.out()).as(look).contains("finality waits since ").contains(why);
      }
      assertThat(operator().types("listener status -o json").json().path("finality_waits"))
          .hasToString("\"" + why + "\"");
      follower.ledger().finalityWaits(follower.lease(), Optional.empty());
      assertThat(operator().types("health blockchain").out()).doesNotContain("finality waits");
    }
  }

  @Test
  void aDatabaseThatIsDownIsANoteBesideTheNodes() {
    Said said =
        operator("postgres://nobody:hunter2@127.0.0.1:" + FakeServer.closedPort() + "/nowhere")
            .types("health blockchain");
    assertThat(said.exit()).isEqualTo(ExitCode.FINE);
    assertThat(said.err())
        .contains("who lied, and whether finality waits for a node, could not be read")
        .doesNotContain("hunter2");
  }

  @Test
  void wordsOfLiesWithoutAskingForLiesAreAnError() {
    assertThat(operator().types("health blockchain --provider x").exit()).isEqualTo(ExitCode.USAGE);
  }
}
