package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.ledger.CompletenessStore;
import dev.metaops.ledger.Gap;
import dev.metaops.ledger.KeptFindings;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Resynced;
import dev.metaops.ledger.Scope;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Followed;
import dev.metaops.listen.Gate;
import dev.metaops.listen.Listener;
import dev.metaops.listen.NodeNotices;
import dev.metaops.listen.Proving;
import dev.metaops.listen.Resync;
import dev.metaops.listen.Truth;
import dev.metaops.listen.TruthSnapshot;
import dev.metaops.listen.Unproved;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Standing;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that leave out, make up and disagree; and ledgers that know of nothing yet. */
class LyingNodesTest {
  /** A chain whose hashes are known beforehand; anvil makes blocks like its. */
  private static final long ETHEREUM = 1;

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Assurance LATER = new Assurance(Assurance.Proofs.LATER, Unproved.STOP, 2);

  @AutoClose
  private final TestChain chain =
      TestChain.start(options -> options.withChainId(ETHEREUM).withSlotsInAnEpoch(1));

  private final TestVenue venue = new TestVenue(chain);
  private final SettableTicker nodesTime = new SettableTicker();
  private final List<String> said = new CopyOnWriteArrayList<>();
  @TempDir private Path directory;

  @Test
  void aLogLeftOutOfReceiptsIsCaughtAndTheOtherNodeIsRead() throws SQLException {
    FacedNode liar = FacedNode.of(chain, "liar", "omit-receipt-log", "omit-log");
    FacedNode honest = FacedNode.of(chain, "honest");
    Providers nodes = providers(liar, honest);
    try (HandDriven follower = follows(nodes, Assurance.FULL)) {
      settle("o-1");
      follower.catchUp();
      assertThat(events()).isEqualTo("2");
      assertCaught(follower, "WRONG_RECEIPTS", "liar");
      assertThat(nodes.scorecards().get(0).standing()).isInstanceOf(Standing.Quarantined.class);
      assertThat(nodes.scorecards().get(1).lies()).isZero();
      // Of two nodes one is not asked now, and finality takes two.
      settle("o-2");
      follower.catchUp();
      assertThat(events()).isEqualTo("4");
      assertThat(venue.state("o-2")).isEqualTo("PENDING");

      liar.tellsTheTruth();
      nodesTime.advance(Duration.ofMinutes(11));
      follower.catchUp();
      assertThat(venue.state("o-2")).isEqualTo("SETTLED");
      assertThat(follower.ledger().findings().open(10)).isEmpty();
      assertThat(gaps(follower)).isEmpty();
    }
  }

  @Test
  void ofAChainOfWhichNothingIsKnownTheOtherNodeIsHeardBeforeAnythingIsBelieved()
      throws SQLException {
    try (TestChain unknown = TestChain.start(options -> options.withSlotsInAnEpoch(1))) {
      TestVenue there = new TestVenue(unknown);
      Providers nodes =
          providers(
              there,
              FacedNode.of(unknown, "liar", "omit-receipt-log", "omit-log"),
              FacedNode.of(unknown, "honest"));
      try (HandDriven follower = follows(there, nodes, Assurance.FULL)) {
        settle(there, "o-1");
        follower.catchUp();
        assertThat(there.one("SELECT count(*) FROM metaops.event")).isEqualTo("2");
        assertCaught(follower, "WRONG_RECEIPTS", "liar");
      }
    }
  }

  @Test
  void aSingleNodeThatAlwaysLiesMovesNothingAndOnceItIsHonestAllIsCaughtUp() throws Exception {
    FacedNode liar =
        FacedNode.of(chain, "liar", "omit-receipt-log", "omit-log=0.5", "alter-log", "invent-log");
    try (LedgerStore ledger = LedgerStore.open(venue.orders(), TestPostgres.minute())) {
      settle("o-1");
      Listener listener = listens(providers(liar), Assurance.FULL);
      becomes(() -> stream(ledger).flatMap(Stream::trouble).isPresent());
      assertThat(stream(ledger).orElseThrow().trouble().orElseThrow())
          .contains("receipts that do not");
      assertThat(events()).isEqualTo("0");
      assertThat(venue.state("o-1")).isEqualTo("CREATED");
      becomes(() -> truth(ledger).reasons().toString().contains("providers-all-lying"));
      assertThat(truth(ledger).reasons())
          .anyMatch(reason -> reason.startsWith("trouble: "))
          .anyMatch(reason -> reason.contains("provider-lying"));

      // A step under way has read its headers already: the receipts stay wrong.
      liar.nowHas("forge-header", "omit-receipt-log", "omit-log=0.5", "alter-log", "invent-log");
      chain.mine(1);
      becomes(() -> venue.all("SELECT kind FROM metaops.provider_lie").contains("FORGED_HEADER"));
      assertThat(events()).isEqualTo("0");

      liar.tellsTheTruth();
      becomes(() -> venue.state("o-1").equals("SETTLED"));
      nodesTime.advance(Duration.ofDays(2));
      chain.mine(1);
      becomes(() -> truth(ledger).holds());
      assertThat(events()).isEqualTo("2");
      listener.stop();
    }
  }

  @Test
  void aListenerThatStartsAgainStillDoesNotAskWhoLied() throws SQLException {
    FacedNode liar = FacedNode.of(chain, "liar");
    FacedNode honest = FacedNode.of(chain, "honest");
    try (LedgerStore ledger = LedgerStore.open(venue.orders(), TestPostgres.minute())) {
      ledger
          .findings()
          .keepLie(liar.provider().endpoint().toString(), "OMITTED_LOGS", "[1]", "[]", "a log");
    }
    settle("o-1");
    Providers nodes = providers(liar, honest);
    Listener listener = listens(nodes, Assurance.FULL);
    becomes(() -> said.stream().anyMatch(sentence -> sentence.contains("at its head")));
    listener.stop();
    assertThat(said).anyMatch(sentence -> sentence.contains("is still in quarantine until"));
    assertThat(liar.provider().calls()).isZero();
  }

  @Test
  void logsLeftOutOfEthGetLogsChangeNothingWhereReceiptsAreProved() throws SQLException {
    Providers nodes = providers(FacedNode.of(chain, "forgetful", "omit-block"));
    try (HandDriven follower = follows(nodes, Assurance.FULL)) {
      settle("o-1");
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");
      assertThat(gaps(follower)).isEmpty();
      assertThat(nodes.scorecards().getFirst().lies()).isZero();
    }
  }

  @Test
  void withProofsLaterALogLeftOutIsAGapUntilItIsFound() throws Exception {
    Terms first = venue.order("o-1");
    Terms second = venue.order("o-2");
    chain.ask("evm_setAutomine", false);
    chain.submit(venue.registry().createCall(first));
    chain.submit(venue.registry().createCall(second));
    long block = chain.mine(1).number();
    chain.ask("evm_setAutomine", true);
    chain.mine(4);
    FacedNode forgetful = FacedNode.of(chain, "forgetful", "omit-log=block:" + block);
    try (HandDriven follower =
        HandDriven.from(
            chain.header(0),
            venue,
            new SettleOn.Finalized(),
            providers(forgetful),
            LATER,
            ETHEREUM)) {
      follower.catchUp();
      assertThat(events()).isEqualTo("1");
      assertThat(gaps(follower))
          .anySatisfy(gap -> {
            assertThat(gap.from()).isLessThanOrEqualTo(block);
            assertThat(gap.to()).isGreaterThanOrEqualTo(block);
          });
      assertThat(truth(follower.ledger()).reasons())
          .anyMatch(reason -> reason.startsWith("gaps: "));

      follower.ledger().giveUp(follower.lease());
      Listener listener = listens(providers(forgetful), LATER);
      becomes(() -> truth(follower.ledger()).holds());
      assertThat(events()).isEqualTo("2");
      assertThat(venue.all("SELECT state FROM public.orders")).containsOnly("PENDING");
      becomes(() -> said.stream().anyMatch(sentence -> sentence.startsWith("found 1 event")));
      listener.stop();
    }
  }

  @Test
  void withProofsLaterALogMadeUpCountsUntilItIsProvedAndIsTakenBack() throws Exception {
    settle("o-1");
    chain.mine(4);
    long block = released();
    FacedNode inventive = FacedNode.of(chain, "inventive", "invent-log=block:" + block);
    Providers nodes = providers(inventive);
    try (HandDriven follower =
        HandDriven.from(chain.header(0), venue, new SettleOn.Finalized(), nodes, LATER, ETHEREUM)) {
      follower.catchUp();
      assertThat(events()).isEqualTo("3");
      assertThat(venue.state("o-1")).isEqualTo("CREATED");

      follower.ledger().giveUp(follower.lease());
      Listener listener = listens(nodes, LATER);
      becomes(() -> venue.state("o-1").equals("SETTLED"));
      listener.stop();
      assertThat(events()).isEqualTo("2");
      assertThat(said).anyMatch(sentence -> sentence.startsWith("took back 1"));
      assertThat(venue.all("SELECT kind FROM metaops.record")).contains("refuted");
      assertThat(venue.one("SELECT said ->> 'kind' FROM metaops.refuted_event"))
          .isEqualTo("RELEASED");
      assertThat(follower.ledger().findings().open(10))
          .extracting(open -> open.finding().code())
          .containsExactly("event-refuted");

      // As events resync does, when people have looked.
      Resync resync =
          new Resync(
              venue.watched(new SettleOn.Finalized(), LATER),
              nodes,
              Proving.of(ETHEREUM, nodes, LATER, follower.ledger(), SystemTicker.SYSTEM),
              follower.ledger(),
              ETHEREUM);
      assertThat(resync.blocks(block, block, TestPostgres.minute()))
          .isEqualTo(new Resynced.Written(0, List.of(), List.of()));
      assertThat(follower.ledger().findings().open(10)).isEmpty();
    }
  }

  /**
   * The block of the newest release: {@link #settle} mines three on top of it, and the test four.
   */
  private long released() {
    return chain.latest().number() - 7;
  }

  @Test
  void noRowSettlesUntilTwoNodesAgreeAboutWhatIsFinal() throws SQLException {
    FacedNode slow = FacedNode.of(chain, "slow", "finalized-stalled");
    FacedNode hasty = FacedNode.of(chain, "hasty", "finalized-ahead");
    try (HandDriven follower = follows(providers(hasty, slow), Assurance.FULL)) {
      chain.mine(1);
      follower.catchUp();
      settle("o-1");
      follower.catchUp();
      assertThat(events()).isEqualTo("2");
      assertThat(venue.state("o-1")).isEqualTo("PENDING");
      assertThat(venue.one("SELECT chain_state FROM metaops.order_status")).isEqualTo("SETTLED");

      slow.tellsTheTruth();
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");
      long settled = stream(follower.ledger()).orElseThrow().settledNumber();
      assertThat(settled).isEqualTo(chain.finalized().number());
    }
  }

  /** Polygon makes a block in two seconds. */
  @Test
  void aNodeOfTenBlocksARangeAnd330CallsASecondKeepsUpAtTheHead() throws SQLException {
    FacedNode small = FacedNode.of(chain, "small", "max-range=10", "max-rate=330");
    chain.mine(60);
    try (HandDriven follower =
        HandDriven.from(
            chain.header(0),
            venue,
            new SettleOn.Finalized(),
            providers(small),
            Assurance.FULL,
            ETHEREUM)) {
      assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
      long before = small.provider().calls();
      int blocks = 40;
      for (int block = 0; block < blocks; block++) {
        if (block % 4 == 0) {
          venue.registry().create(venue.order("o-" + block));
        } else {
          chain.mine(1);
        }
        assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
      }
      double each = (small.provider().calls() - before) / (double) blocks;
      System.out.printf("%.1f calls a block at the head, with an event in each fourth%n", each);
      assertThat(each).isLessThan(10);
      assertThat(events()).isEqualTo("10");
    }
  }

  private static void assertCaught(HandDriven follower, String kind, String who)
      throws SQLException {
    assertThat(follower.ledger().findings().open(10))
        .singleElement()
        .satisfies(open -> {
          assertThat(open.finding().code()).isEqualTo("provider-lying");
          assertThat(open.finding().subject()).contains(who);
          assertThat(open.finding().evidence()).containsEntry("kind", kind);
        });
  }

  private HandDriven follows(Providers nodes, Assurance assurance) throws SQLException {
    return follows(venue, nodes, assurance);
  }

  /** From the newest block on, so that nothing of the chain was seen before. */
  private static HandDriven follows(TestVenue venue, Providers nodes, Assurance assurance)
      throws SQLException {
    return HandDriven.from(
        venue.chain().latest(),
        venue,
        new SettleOn.Finalized(),
        nodes,
        assurance,
        nodes.all().getFirst().chainId(TestPostgres.minute()));
  }

  private Listener listens(Providers nodes, Assurance assurance) {
    Listener listener =
        new Listener(
            new Listener.Parts(
                venue.watched(new SettleOn.Finalized(), assurance),
                venue.orders(),
                nodes,
                Gate.OPEN,
                Optional.empty(),
                new EventLog(directory, said::add, SystemTicker.SYSTEM),
                _ -> {},
                said::add,
                SystemTicker.SYSTEM,
                new SplittableRandom(1)),
            Listener.Pace.steady(Duration.ofMillis(50)));
    Thread.ofPlatform().daemon().start(listener::run);
    return listener;
  }

  private Providers providers(FacedNode... nodes) {
    return providers(venue, nodes);
  }

  private Providers providers(TestVenue venue, FacedNode... nodes) {
    return Providers.of(
        java.util.stream.Stream.of(nodes).map(FacedNode::provider).toList(),
        Optional.empty(),
        Providers.Pace.UNHEDGED,
        new NodeNotices(
            new KeptFindings(venue.orders(), said::add, SystemTicker.SYSTEM), said::add),
        nodesTime);
  }

  private void settle(String id) {
    settle(venue, id);
  }

  /** Five blocks: created, released, and final. */
  private static void settle(TestVenue venue, String id) {
    Terms terms = venue.order(id);
    venue.registry().create(terms);
    Hash key = RegistryContract.key(terms);
    venue.registry().release(key);
    venue.chain().mine(3);
  }

  private String events() {
    return venue.one("SELECT count(*) FROM metaops.event");
  }

  private List<Gap> gaps(HandDriven follower) throws SQLException {
    return follower
        .ledger()
        .gaps(ETHEREUM, Scope.of(venue.escrows()), Ledger.Agreement.IS_A_GAP, 10);
  }

  private static Optional<Stream> stream(LedgerStore ledger) {
    try {
      ledger.waitUntil(TestPostgres.minute());
      return ledger.stream();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What {@code /health/truth} would say. */
  private Truth truth(LedgerStore ledger) {
    try {
      ledger.waitUntil(TestPostgres.minute());
      String scope = Scope.of(venue.escrows());
      CompletenessStore.Extent extent = ledger.completeness().extent(ETHEREUM, scope);
      return Truth.of(
          new TruthSnapshot(
              new TruthSnapshot.Reading.Read(ledger.stream()),
              new TruthSnapshot.Tally.Counted(
                  ledger.gaps(ETHEREUM, scope, Ledger.Agreement.IS_A_GAP, 10).size()),
              new TruthSnapshot.Tally.Counted(extent.blocks() - extent.proved()),
              ledger.findings().open(10).stream()
                  .map(open -> open.finding().code() + ": " + open.finding().sentence())
                  .toList()),
          new Truth.Budgets(Duration.ofHours(1), Duration.ofDays(1), Duration.ofHours(1)));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void becomes(BooleanSupplier isSo) {
    assertThat(ServeProcess.becomes(SOON, isSo)).isTrue();
  }
}
