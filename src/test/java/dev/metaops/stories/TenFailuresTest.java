package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.command.ExitCode;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestVenue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The old scripts' money-critical failures (docs/ten-failures.md), tried again: their own lines as
 * they were typed, and what psql could do in their place.
 */
class TenFailuresTest {
  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private final TestVenue venue = new TestVenue(chain);
  private final Map<String, String> environment = new HashMap<>();

  /** ord_1 is held; ord_2 was released and nobody listened; both are three days old. */
  @BeforeEach
  void aVenueWhoseListenerStopped() throws SQLException {
    environment.putAll(
        Map.of(
            "METAOPS_DATA_DIR", directory.resolve("data").toString(),
            "DATABASE_URL", venue.orders().url().secretText(),
            "RPC_URL", chain.url(),
            "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text()));
    chain.mine(8);
    held("ord_1");
    Hash released = held("ord_2");
    HandDriven.follow(venue);
    venue.execute("UPDATE metaops.stream SET seen_at = now() - interval '1 h'");
    venue.registry().release(released);
    chain.finalizeBlock(chain.latest().ref());
    venue.execute(
        "UPDATE public.orders SET created_at = now() - interval '3 days',"
            + " state_since = now() - interval '30 h'");
  }

  private Hash held(String id) {
    Terms terms = venue.order(id);
    venue.registry().create(id);
    return RegistryContract.key(terms);
  }

  private Said types(String line) throws IOException {
    return new Operator(directory, environment)
        .configured("[orders]\nmode = \"repair\"\n")
        .types(line);
  }

  private void nothingIsThere(String variable, String scheme) throws IOException {
    environment.put(variable, scheme + "127.0.0.1:" + FakeServer.closedPort() + "/x");
  }

  private void endsWith(ExitCode exit, String line) throws IOException {
    Said said = types(line);
    assertThat(said.exit()).as("%s: %s", line, said.all()).isEqualTo(exit);
  }

  private String states() {
    return String.join(" ", venue.all("SELECT state FROM public.orders ORDER BY id"));
  }

  private String settles(String order) {
    return venue.answer("UPDATE public.orders SET state = 'SETTLED' WHERE id = '" + order + "'");
  }

  @Test
  void nobodySettlesWithoutTheChainsProof() throws IOException {
    Said wanted =
        types("emergency-order-fix fix-order ord_1 SETTLED manual_emergency_fix --execute");
    assertThat(wanted.exit()).as(wanted.all()).isEqualTo(ExitCode.REFUSED);
    assertThat(wanted.out()).contains("asked for SETTLED, the chain says PENDING");
    // Their default state was SETTLED; ours is wherever the chain proves.
    Said unsaid = types("emergency-order-fix fix-order ord_1 --execute");
    assertThat(unsaid.out()).contains("nothing to move");
    Said many = types("emergency-order-fix bulk-fix 2 SETTLED stuck --execute --max 100");
    assertThat(many.out())
        .contains("1  escrow still holds it  left alone")
        .contains("1 of 1 order");
    assertThat(settles("ord_1")).startsWith("MO001").contains("unproved");
    assertThat(states()).isEqualTo("PENDING SETTLED");
    assertThat(venue.all("SELECT order_id FROM metaops.record WHERE kind = 'refusal'"))
        .containsExactly("ord_1");
    assertThat(types("check-stuck-orders --hours=2 --on-chain").all())
        .doesNotContain("bulk-fix")
        .doesNotContain("SETTLED");
  }

  @Test
  void noWordIsAStateAndNothingLeavesAnEnd() throws IOException {
    endsWith(ExitCode.FINE, "emergency-order-fix fix-order ord_2 SETTLED --execute");
    endsWith(ExitCode.USAGE, "emergency-order-fix fix-order ord_2 BANANA --execute");
    endsWith(ExitCode.REFUSED, "emergency-order-fix fix-order ord_2 REFUNDED --execute");
    venue.order("ord_3");
    venue.execute("UPDATE public.orders SET state = 'CANCELLED' WHERE id = 'ord_3'");
    endsWith(ExitCode.REFUSED, "emergency-order-fix fix-order ord_3 SETTLED --execute");
    assertThat(settles("ord_3")).startsWith("MO001").contains("CANCELLED to SETTLED");
    assertThat(venue.answer("UPDATE public.orders SET state = 'BANANA' WHERE id = 'ord_2'"))
        .startsWith("MO001")
        .contains("SETTLED to BANANA");
    assertThat(states()).isEqualTo("PENDING SETTLED CANCELLED");
  }

  @Test
  void whatTheChainSaysIsFoundAndWhoCouldNotLookSaysSo() throws IOException {
    Said found = types("emergency-order-fix verify-order ord_2");
    assertThat(found.exit()).as(found.all()).isEqualTo(ExitCode.WARNING);
    assertThat(found.out())
        .contains("the chain released it, the row still says PENDING")
        .contains("EscrowReleased  final");
    nothingIsThere("RPC_URL", "http://");
    Said blind = types("emergency-order-fix verify-order ord_2");
    assertThat(blind.exit()).as(blind.all()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(blind.out()).contains("could not look");
    endsWith(ExitCode.COULD_NOT, "emergency-order-fix fix-order ord_2 SETTLED --execute");
    assertThat(states()).isEqualTo("PENDING PENDING");
  }

  @Test
  void eventsAreComparedWithTheRowsTheyAreAbout() throws Exception {
    Said behind = types("check-recent-events --contract=escrow --hours=1 --compare");
    assertThat(behind.exit()).as(behind.all()).isEqualTo(ExitCode.WARNING);
    assertThat(behind.out())
        .contains("2 matched, 1 row behind")
        .contains("next: metaops order fix ord_2")
        .doesNotContain("[object Object]");
    HandDriven.follow(venue);
    Said matched = types("check-recent-events --contract=escrow --hours=1 --compare");
    assertThat(matched.exit()).as(matched.all()).isEqualTo(ExitCode.FINE);
    assertThat(matched.out()).contains("3 matched");
  }

  @Test
  void recentChangesOfRowsAreListed() throws IOException {
    Said said = types("check-recent-db-updates --minutes=30");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out())
        .contains("2 by the listener")
        .contains("2 unattributed")
        .contains("CREATED to PENDING");
  }

  @Test
  void theVenuesKeysAreNotTouched() throws IOException {
    Path keys = Files.writeString(directory.resolve(".env.local"), "ARBITER_PRIVATE_KEY=0xabc\n");
    for (String line :
        List.of(
            "system-health-check quick",
            "verify-contract-deployment full",
            "emergency-order-fix fix-order ord_2 SETTLED --execute",
            "audit key --rotate")) {
      assertThat(types(line).all()).as(line).doesNotContain("0xabc");
    }
    endsWith(ExitCode.USAGE, "keys rotate");
    assertThat(keys).hasContent("ARBITER_PRIVATE_KEY=0xabc\n");
  }

  @Test
  void whatFailedDoesNotEndWithNought() throws IOException {
    assertThat(directory.resolve("logs")).doesNotExist();
    endsWith(ExitCode.REFUSED, "emergency-order-fix fix-order ord_1 SETTLED --execute");
    endsWith(ExitCode.COULD_NOT, "emergency-order-fix verify-order ord_99");
    environment.put("ESCROW_CONTRACT_ADDRESS", "0x" + "12".repeat(20));
    endsWith(ExitCode.CRITICAL, "verify-contract-deployment full");
    nothingIsThere("DATABASE_URL", "postgres://u:p@");
    endsWith(ExitCode.CRITICAL, "system-health-check quick");
    endsWith(ExitCode.COULD_NOT, "emergency-order-fix fix-order ord_1 SETTLED --execute");
    endsWith(ExitCode.COULD_NOT, "emergency-order-fix check-stuck 2");
  }

  @Test
  void manyAreMovedOnlyAsManyAsWereShownAndConfirmed() throws Exception {
    endsWith(ExitCode.USAGE, "emergency-order-fix bulk-fix 0 SETTLED stuck --execute --max 9");
    endsWith(ExitCode.USAGE, "emergency-order-fix bulk-fix 2 SETTLED stuck --execute");
    Said half = types("emergency-order-fix bulk-fix 1.5 SETTLED stuck");
    assertThat(half.out()).contains("for more than 1 h 30 min").contains("NOTHING WAS CHANGED");
    Said dry = types("emergency-order-fix bulk-fix 2 SETTLED stuck --dry-run");
    assertThat(dry.exit()).as(dry.all()).isEqualTo(ExitCode.FINE);
    assertThat(dry.out()).contains("dry run: nothing was changed").doesNotContain("fixed");
    venue.registry().release(RegistryContract.key(venue.registry().terms("ord_1")));
    chain.finalizeBlock(chain.latest().ref());
    endsWith(ExitCode.REFUSED, "emergency-order-fix bulk-fix 2 SETTLED stuck --execute --max 1");
    assertThat(states()).isEqualTo("PENDING PENDING");
    endsWith(ExitCode.FINE, "emergency-order-fix bulk-fix 2 SETTLED stuck --execute --max 2");
    assertThat(states()).isEqualTo("SETTLED SETTLED");
  }
}
