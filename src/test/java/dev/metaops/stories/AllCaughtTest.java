package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.SettleOn;
import dev.metaops.chaos.Chaos;
import dev.metaops.chaos.ChaosTransport;
import dev.metaops.chaos.Fault;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.Escrows;
import dev.metaops.ledger.Lease;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Followed;
import dev.metaops.listen.TrialListener;
import dev.metaops.listen.Watched;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Lie;
import dev.metaops.rpc.Noticed;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.rpc.Standing;
import dev.metaops.sim.SimChain;
import dev.metaops.sim.SimMarket;
import dev.metaops.sim.SimNode;
import dev.metaops.testing.MemoryLedger;
import dev.metaops.testing.SettableTicker;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every node was caught lying, and one that is asked all the same shows a fork of its own, sound in
 * itself, where a settled block stands.
 */
class AllCaughtTest {
  private static final long SEED = 7;
  private static final SimChain.Depths DEPTHS = new SimChain.Depths(2, 4);

  private final SettableTicker ticker = new SettableTicker();
  private final MemoryLedger ledger = new MemoryLedger(ticker);
  private final List<Noticed> noticed = new ArrayList<>();

  /** The same blocks up to where one of them goes another way. */
  private final SimChain world = new SimChain(SEED, DEPTHS);

  private final SimMarket market = new SimMarket(SEED, world, 4);
  private final SimChain forked = new SimChain(SEED, DEPTHS);
  private final SimMarket forger = new SimMarket(SEED, forked, 4);

  @BeforeEach
  void twelveBlocks() {
    for (int block = 0; block < 12; block++) {
      market.mine();
      forger.mine();
    }
  }

  /** A node, and what stands between it and who asks. */
  private record Asked(Provider provider, Chaos chaos) {
    void isDown() {
      chaos.switchTo(List.of(Fault.parse("reset")));
    }

    void answers() {
      chaos.switchTo(List.of());
    }
  }

  private Asked node(String name, SimChain chain) {
    Chaos chaos =
        new Chaos(new SimNode(chain, SimNode.Orphans.FORGOTTEN), List.of(), SEED, ticker, _ -> {});
    return new Asked(
        new Provider(
            new JsonRpc(
                Endpoint.parse(name, "http://" + name + ".invalid"),
                new ChaosTransport(chaos),
                new Patience(
                    1, Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(100)),
                ticker,
                new SplittableRandom(1))),
        chaos);
  }

  private Providers providers(Asked... nodes) {
    return Providers.of(
        java.util.stream.Stream.of(nodes).map(Asked::provider).toList(),
        Optional.of(SimChain.CHAIN_ID),
        Providers.Pace.UNHEDGED,
        noticed::add,
        ticker);
  }

  private TrialListener follows(Providers providers) throws SQLException, IOException {
    Watched watched =
        new Watched(
            Optional.of(SimChain.CHAIN_ID),
            Escrows.of(profile(), new Address(SimChain.REGISTRY)),
            new SettleOn.Finalized(),
            20,
            Assurance.FULL);
    ledger.openStream(
        SimChain.CHAIN_ID,
        providers.all().getFirst().header(0, soon()).orElseThrow(),
        watched.settleOn());
    Lease lease =
        ledger
            .takeLease(SimChain.CHAIN_ID, "it", Optional.empty(), Duration.ofDays(1))
            .orElseThrow();
    return new TrialListener(
        watched,
        providers,
        ledger,
        lease,
        new EventLog(Path.of("target", "events", "caught"), _ -> {}, ticker),
        _ -> {},
        ticker);
  }

  private void settles(TrialListener listener) throws SQLException {
    for (int step = 0; step < 20; step++) {
      listener.step(soon());
    }
    assertThat(ledger.stream().orElseThrow().settledNumber()).isEqualTo(8);
  }

  private void caught(Providers providers, Asked node) {
    providers.caught(
        node.provider(),
        new Lie(Lie.Kind.WRONG_RECEIPTS, "receipts", "these", "others", ticker.now()));
  }

  private Followed step(TrialListener listener) throws SQLException {
    try {
      return listener.step(soon());
    } catch (RpcUnavailable unavailable) {
      return new Followed.Held(String.valueOf(unavailable.getMessage()));
    }
  }

  private void isNotFrozen() throws SQLException {
    assertThat(ledger.stream().orElseThrow().frozen()).isEmpty();
    assertThat(ledger.findings()).isEmpty();
  }

  private static boolean saysFork(Noticed noticed) {
    return noticed instanceof Noticed.Lied(Provider _, Lie lie)
        && lie.kind() == Lie.Kind.OTHER_FORK;
  }

  @Test
  void oneThatIsAskedAllTheSameCannotFreezeTheVenue() throws SQLException, IOException {
    Asked liar = node("liar", forked);
    Asked other = node("other", world);
    Providers providers = providers(liar, other);
    TrialListener listener = follows(providers);
    settles(listener);
    caught(providers, liar);
    caught(providers, other);
    other.isDown();
    forger.reorg(8);
    Followed followed = step(listener);
    assertThat(followed)
        .isInstanceOfSatisfying(
            Followed.Held.class,
            held -> assertThat(held.why()).contains("liar", "settled block 8", "quarantine"));
    isNotFrozen();
    assertThat(noticed).filteredOn(AllCaughtTest::saysFork).hasSize(1);
    // Said once, however often it is asked.
    for (int again = 0; again < 5; again++) {
      step(listener);
    }
    isNotFrozen();
    assertThat(noticed).filteredOn(AllCaughtTest::saysFork).hasSize(1);
    // The other one is back, and was caught less often.
    other.answers();
    market.mine();
    ticker.advance(Duration.ofMinutes(2));
    for (int again = 0; again < 5; again++) {
      step(listener);
    }
    isNotFrozen();
    assertThat(ledger.stream().orElseThrow().cursor().number()).isEqualTo(13);
  }

  @Test
  void theOnlyNodeThatWasCaughtFreezesNothingUntilItsQuarantineIsOver()
      throws SQLException, IOException {
    Asked only = node("only", forked);
    Providers providers = providers(only);
    TrialListener listener = follows(providers);
    settles(listener);
    caught(providers, only);
    forger.reorg(8);
    assertThat(step(listener)).isInstanceOf(Followed.Held.class);
    isNotFrozen();
    ticker.advance(Duration.ofDays(2));
    assertThat(step(listener)).isInstanceOf(Followed.PastSettled.class);
    assertThat(ledger.findings()).containsExactly("finality-violated");
  }

  @Test
  void asManyAsAnchorsDemandsFreezeThoughAllWereCaught() throws SQLException, IOException {
    Asked one = node("one", forked);
    Asked two = node("two", forked);
    Providers providers = providers(one, two);
    TrialListener listener = follows(providers);
    settles(listener);
    caught(providers, one);
    caught(providers, two);
    forger.reorg(8);
    assertThat(step(listener)).isInstanceOf(Followed.PastSettled.class);
    assertThat(ledger.findings()).containsExactly("finality-violated");
  }

  @Test
  void oneThatWasNotCaughtSaysSoAlone() throws SQLException, IOException {
    Asked one = node("one", forked);
    Asked two = node("two", forked);
    Providers providers = providers(one, two);
    TrialListener listener = follows(providers);
    settles(listener);
    caught(providers, one);
    one.isDown();
    forger.reorg(8);
    assertThat(step(listener)).isInstanceOf(Followed.PastSettled.class);
    assertThat(providers.scorecards().getFirst().standing())
        .isInstanceOf(Standing.Quarantined.class);
  }

  @Test
  void oneInQuarantineThatStillShowsOurBlockMakesNoLiarOfOneThatIsNot()
      throws SQLException, IOException {
    Asked liar = node("liar", forked);
    Asked other = node("other", world);
    Providers providers = providers(liar, other);
    TrialListener listener = follows(providers);
    settles(listener);
    caught(providers, other);
    forger.reorg(8);
    assertThat(step(listener)).isInstanceOf(Followed.PastSettled.class);
    assertThat(noticed).noneMatch(AllCaughtTest::saysFork);
  }

  @Test
  void ofTwoThatWereCaughtTheOneThatStillShowsOurBlockIsEnoughToFreezeNothing()
      throws SQLException, IOException {
    Asked liar = node("liar", forked);
    Asked other = node("other", world);
    Providers providers = providers(liar, other);
    TrialListener listener = follows(providers);
    settles(listener);
    caught(providers, liar);
    caught(providers, other);
    forger.reorg(8);
    assertThat(step(listener)).isInstanceOf(Followed.Held.class);
    isNotFrozen();
    assertThat(noticed).filteredOn(AllCaughtTest::saysFork).hasSize(1);
  }

  private Deadline soon() {
    return Deadline.in(Duration.ofSeconds(10), ticker);
  }

  private static EscrowProfile profile() throws IOException {
    try (InputStream in =
        AllCaughtTest.class.getResourceAsStream("/contracts/RegistryEscrow.json")) {
      return EscrowProfile.registry(
          EscrowAbi.parse(
              new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)));
    }
  }
}
