package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.SettleOn;
import dev.metaops.command.ExitCode;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.ledger.Completeness;
import dev.metaops.ledger.Gap;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.ProvedEvent;
import dev.metaops.ledger.Scope;
import dev.metaops.listen.Followed;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestChain.Replacement;
import dev.metaops.testing.TestVenue;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every settled block is certified complete or listed as a gap; and the way back when it broke. */
class CompletenessTest {
  @TempDir Path directory;

  @AutoClose
  private final TestChain chain = TestChain.start(options -> options.withSlotsInAnEpoch(1));

  private final TestVenue venue = new TestVenue(chain);

  @Test
  void everySettledBlockIsCertifiedAndEveryEventProved() throws SQLException {
    settle("o-1");
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      long settled = follower.ledger().stream().orElseThrow().settledNumber();
      var certificates = follower.ledger().completeness().certificates(31_337, 10);
      assertThat(certificates).hasSize(1);
      assertThat(certificates.getFirst().from()).isEqualTo(1);
      assertThat(certificates.getFirst().to()).isEqualTo(settled);
      assertThat(certificates.getFirst().completeness()).isEqualTo(Completeness.RECEIPTS);
      assertThat(certificates.getFirst().anchor()).isEqualTo(1);
      assertThat(certificates.getFirst().end()).isEqualTo(chain.header(settled).hash());

      chain.mine(5);
      follower.catchUp();
      assertThat(follower.ledger().completeness().certificates(31_337, 10)).hasSize(1);
      assertThat(gaps(follower)).isEmpty();

      List<ProvedEvent> proofs = follower.ledger().completeness().proofs(key("o-1"));
      assertThat(proofs).hasSize(2).allMatch(event -> event.proof().isPresent());
    }
    Said said = operator().types("events gaps");
    assertThat(said.exit()).isEqualTo(ExitCode.FINE);
    assertThat(said.out()).contains("are proved complete", "against one node's head", "no gap");
    assertThat(operator().types("order show o-1").out()).contains("in its block, final for one");
  }

  @Test
  void anOrdersProofsAreHandedOnAndCheckedByWhoeverHasNothingElse() throws SQLException {
    settle("o-1");
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
    }
    Path file = directory.resolve("proofs.json");
    Said said = operator().types("events prove o-1 --to " + file);
    assertThat(said.exit()).isEqualTo(ExitCode.FINE);
    assertThat(said.out()).contains("2 of 2 events of order o-1 proved");
    assertThat(operator().types("events prove o-1 --to " + file).exit())
        .isEqualTo(ExitCode.REFUSED);
    assertThat(operator().types("events prove o-1").json().path("proofs").size()).isEqualTo(2);

    Said checked = new Operator(directory, Map.of()).types("events check-proof " + file);
    assertThat(checked.exit()).isEqualTo(ExitCode.FINE);
    assertThat(checked.out()).contains("2 of 2 events proved", "RELEASED");

    venue.execute("ALTER TABLE metaops.proof DISABLE TRIGGER USER");
    venue.execute("DELETE FROM metaops.proof");
    assertThat(operator().types("events prove o-1").exit()).isEqualTo(ExitCode.WARNING);
    assertThat(operator().types("events prove o-2").exit()).isEqualTo(ExitCode.COULD_NOT);
  }

  @Test
  void whatTheLedgerLostIsAGapOrFoundByReadingAgain() throws SQLException {
    settle("o-1");
    settle("o-2");
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      assertThat(venue.state("o-2")).isEqualTo("SETTLED");
      long lost = Long.parseLong(venue.one("SELECT max(block_number) FROM metaops.event"));
      venue.execute("DELETE FROM metaops.event WHERE block_number = ?", lost);
      venue.execute("DELETE FROM metaops.certificate");
      assertThat(gaps(follower))
          .singleElement()
          .satisfies(gap -> {
            assertThat(gap.from()).isEqualTo(1);
            assertThat(gap.why()).isEqualTo(Gap.Why.NOT_READ);
          });
      assertThat(operator().types("events gaps").out()).contains("never read", "resync");

      Said said = operator().types("events resync --from-block 1");
      assertThat(said.exit()).isEqualTo(ExitCode.FINE);
      assertThat(said.out()).contains("1 event was missing");
      assertThat(gaps(follower)).isEmpty();
      assertThat(venue.one("SELECT max(block_number) FROM metaops.event"))
          .isEqualTo(Long.toString(lost));

      Said again = operator().types("events resync --from-block 1 -o json");
      assertThat(again.json().path("added").asInt()).isZero();
      assertThat(follower.ledger().completeness().certificates(31_337, 10)).hasSize(1);
    }
  }

  @Test
  void whatTheReceiptsDoNotHoldIsTakenBackAndNamed() throws SQLException {
    try (HandDriven follower = HandDriven.of(venue)) {
      settle("o-1");
      follower.catchUp();
      String madeUp =
          "INSERT INTO metaops.event SELECT (jsonb_populate_record(e, jsonb_build_object("
              + "'kind', 'DISPUTED', 'log_index', e.log_index + ?))).*"
              + " FROM metaops.event e WHERE kind = 'RELEASED'";
      venue.execute(madeUp, 7);
      Said said = operator().types("events resync --from-block 1");
      assertThat(said.exit()).isEqualTo(ExitCode.WARNING);
      assertThat(said.out())
          .contains("no event was missing", "1 event was taken back", "DISPUTED in block", "log 7");
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");

      venue.execute(madeUp, 9);
      Said again = operator().types("events resync --from-block 1 -o json");
      assertThat(again.json().path("refuted").path(0).path("event").asString())
          .isEqualTo("DISPUTED");
      assertThat(again.json().path("refuted").path(0).path("log").asInt()).isEqualTo(9);
      assertThat(again.json().path("refuted").path(0).path("why").asString()).isEqualTo("ABSENT");
      assertThat(operator().types("audit list").out()).contains("events taken back of blocks");
      assertThat(operator().types("events resync --from-block 1").exit()).isEqualTo(ExitCode.FINE);
      assertThat(follower.ledger().findings().open(10)).isEmpty();
    }
  }

  @Test
  void olderHistoryThanWasFollowedIsReadFromTheStartDown() throws SQLException {
    settle("o-1");
    var start = chain.latest();
    chain.mine(4);
    try (HandDriven follower = HandDriven.from(start, venue, new SettleOn.Finalized())) {
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("CREATED");
      Said said = operator().types("events resync --from-block 1");
      assertThat(said.out()).contains("2 events were missing");
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");
      assertThat(gaps(follower)).isEmpty();
    }
  }

  @Test
  void aMiddlePartReadAgainCutsTheCertificateAndLeavesNoGap() throws SQLException {
    settle("o-1");
    chain.mine(10);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      assertThat(operator().types("events resync --from-block 3 --to-block 5").exit())
          .isEqualTo(ExitCode.FINE);
      assertThat(gaps(follower)).isEmpty();
      String linked =
          venue.one(
              """
              SELECT count(*) FROM metaops.certificate c JOIN metaops.certificate n
                ON n.from_block = c.to_block + 1 AND n.previous_hash = c.end_hash\
              """);
      assertThat(linked).isEqualTo(venue.one("SELECT count(*) - 1 FROM metaops.certificate"));
    }
  }

  @Test
  void anotherScopeInheritsNoCertificate() throws SQLException {
    settle("o-1");
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      assertThat(follower.ledger().gaps(31_337, "another", Ledger.Agreement.IS_ENOUGH, 10))
          .singleElement()
          .satisfies(gap -> assertThat(gap.why()).isEqualTo(Gap.Why.OTHER_SCOPE));
    }
  }

  @Test
  void aReorgPastWhatWasSettledFreezesAndRewindPutsBackWhatRestsOnNothing() throws SQLException {
    Terms first = venue.order("o-1");
    Terms second = venue.order("o-2");
    try (HandDriven follower = HandDriven.of(venue)) {
      venue.registry().create(first);
      chain.mine(1);
      var shared = chain.latest();
      venue.registry().release(RegistryContract.key(first));
      chain.mine(4);
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");

      chain.reorg(
          5,
          new Replacement(venue.registry().refundCall(RegistryContract.key(first)), 0),
          new Replacement(venue.registry().createCall(second), 1));
      chain.mine(2);
      assertThat(follower.step()).isInstanceOf(Followed.PastSettled.class);
      assertThat(follower.step()).isInstanceOf(Followed.PastSettled.class);
      assertThat(follower.ledger().stream().orElseThrow().frozen()).isPresent();
      assertThat(follower.ledger().findings().open(10))
          .singleElement()
          .satisfies(open -> {
            assertThat(open.finding().code()).isEqualTo("finality-violated");
            assertThat(open.finding().evidence()).containsKeys("ours", "theirs", "settled");
          });
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");
      assertThat(operator().types("unfreeze because").exit()).isEqualTo(ExitCode.WARNING);

      Said dry = operator().types("listener rewind --dry-run");
      assertThat(dry.out()).contains("o-1", "SETTLED", "nothing was changed");
      Said asked = operator().types("listener rewind");
      assertThat(asked.exit()).isEqualTo(ExitCode.WARNING);
      assertThat(asked.out()).contains("NOTHING WAS CHANGED", shared.hash().text());

      Said parsed = operator().types("listener rewind -o json");
      assertThat(parsed.json().path("rewound").asBoolean(true)).isFalse();
      assertThat(parsed.err()).contains("orders rest on the blocks above");

      Said done = operator().types("listener rewind because --execute");
      assertThat(done.exit()).isEqualTo(ExitCode.FINE);
      assertThat(done.out()).contains("o-1  SETTLED → PENDING");
      assertThat(follower.ledger().stream().orElseThrow().frozen()).isEmpty();
      assertThat(follower.ledger().findings().open(10)).isEmpty();

      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("REFUNDED");
      assertThat(venue.state("o-2")).isEqualTo("PENDING");
      assertThat(venue.changes("o-1"))
          .containsExactly(
              "CREATED to PENDING",
              "PENDING to SETTLED",
              "SETTLED to PENDING",
              "PENDING to REFUNDED");
      assertThat(gaps(follower)).isEmpty();
      assertThat(
              venue.one(
                  "SELECT entry::jsonb #>> '{body,reason}' FROM metaops.record"
                      + " WHERE kind = 'rewind'"))
          .isEqualTo("because");
    }
  }

  @Test
  void rewindRefusesWhileTheChainStillHasWhatIsSettled() throws SQLException {
    settle("o-1");
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      Said said = operator().types("listener rewind --execute");
      assertThat(said.exit()).isEqualTo(ExitCode.REFUSED);
      assertThat(said.all()).contains("the chain still has block");
      Said other = operator().types("listener rewind --to 0x" + "ab".repeat(32) + " --execute");
      assertThat(other.exit()).isEqualTo(ExitCode.REFUSED);
      assertThat(other.all()).contains("is not one the ledger stands on");
    }
  }

  private void settle(String id) {
    Terms terms = venue.order(id);
    venue.registry().create(terms);
    venue.registry().release(RegistryContract.key(terms));
    chain.mine(3);
  }

  private dev.metaops.chain.Hash key(String id) {
    return venue.registry().keyOf(venue.registry().terms(id));
  }

  private List<Gap> gaps(HandDriven follower) throws SQLException {
    return follower.ledger().gaps(31_337, Scope.of(venue.escrows()), Ledger.Agreement.IS_A_GAP, 10);
  }

  private Operator operator() {
    return new Operator(
        directory,
        Map.of(
            "DATABASE_URL", venue.orders().url().secretText(),
            "RPC_URL", chain.url(),
            "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text()));
  }
}
