package dev.metaops.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.testing.FakeNode.Behaviour;
import dev.metaops.testing.FakeNode.Refusal;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

/** Several nodes asked as one: who is asked, who is asked next, and what is never told. */
class ProvidersTest {
  @AutoClose private final ManyNodes world = new ManyNodes();

  @Test
  void theFirstConfiguredIsAskedWhileNothingElseIsKnown() {
    Providers providers = world.providers(ManyNodes.NEVER);
    for (int time = 0; time < 5; time++) {
      assertThat(who(providers)).isZero();
    }
    assertThat(world.node(1).asked()).isEmpty();
    assertThat(world.node(2).asked()).isEmpty();
  }

  @Test
  void whenOneFailsTheNextIsAskedAndThenPreferred() {
    Providers providers = world.providers(ManyNodes.NEVER);
    world.node(0).behave(ManyNodes.BROKEN);
    assertThat(who(providers)).isEqualTo(1);
    assertThat(who(providers)).isEqualTo(1);
    assertThat(world.node(0).asked()).hasSize(1);
    assertThat(providers.scorecards().getFirst().failed()).containsEntry("unreachable", 1L);
    world.node(0).behave(new Behaviour.Honest());
    world.ticker.advance(Duration.ofMinutes(2));
    assertThat(who(providers)).as("it is given another chance").isZero();
  }

  @Test
  void failingAgainAndAgainItIsAskedLastForLongerAndLonger() {
    Providers providers = world.providers(ManyNodes.NEVER);
    world.node(0).behave(ManyNodes.BROKEN);
    for (int time = 0; time < 3; time++) {
      who(providers);
      world.ticker.advance(Duration.ofMinutes(2));
    }
    who(providers);
    assertThat(providers.scorecards().getFirst().standing())
        .isInstanceOfSatisfying(
            Standing.Failing.class,
            failing ->
                assertThat(failing.until())
                    .isEqualTo(world.ticker.now().plus(Duration.ofSeconds(10))));
  }

  @Test
  void aQuotaUsedUpIsLeftAloneAsLongAsTheNodeAsks() {
    Providers providers = world.providers(ManyNodes.NEVER);
    world.node(0).first(new Behaviour.Says(429, Map.of("Retry-After", "30"), ""));
    assertThat(who(providers)).isEqualTo(1);
    world.ticker.advance(Duration.ofSeconds(29));
    assertThat(who(providers)).isEqualTo(1);
    world.ticker.advance(Duration.ofSeconds(2));
    assertThat(who(providers)).isZero();
  }

  @Test
  void ofNodesThatAnswerTheFasterIsAsked() {
    Providers providers = world.providers(ManyNodes.NEVER);
    world
        .node(0)
        .on(
            "eth_getTransactionCount",
            _ -> {
              world.ticker.advance(Duration.ofMillis(200));
              return StringNode.valueOf("0x0");
            });
    assertThat(who(providers)).isZero();
    world.node(0).first(ManyNodes.BROKEN);
    assertThat(who(providers)).isEqualTo(1);
    world.ticker.advance(Duration.ofMinutes(2));
    assertThat(who(providers)).isEqualTo(1);
    assertThat(providers.scorecards().getFirst().p50()).contains(Duration.ofMillis(200));
  }

  @Test
  void whenAllAreDownTheFittestsReasonIsToldWithTheOthersBehindIt() {
    Providers providers = world.providers(ManyNodes.NEVER);
    world.node(0).behave(ManyNodes.BROKEN);
    world.node(1).behave(new Behaviour.Closing());
    world.node(2).behave(new Behaviour.Says(401, Map.of(), ""));
    RpcUnavailable thrown = catchThrowableOfType(RpcUnavailable.class, () -> who(providers));
    assertThat(thrown.endpoint().name()).isEqualTo("node0");
    assertThat(thrown.failure()).isInstanceOf(RpcFailure.Unreachable.class);
    assertThat(thrown.getSuppressed())
        .extracting(Throwable::getMessage)
        .satisfiesExactly(
            second -> assertThat(second).contains("node1"),
            third -> assertThat(third).contains("node2").contains("key refused"));
  }

  @Test
  void aRevertIsTheContractsAnswerAndNobodyElseIsAsked() {
    Providers providers = world.providers(ManyNodes.NEVER);
    world
        .node(0)
        .on(
            "eth_getTransactionCount",
            _ -> {
              throw new Refusal(3, "execution reverted");
            });
    RpcUnavailable thrown = catchThrowableOfType(RpcUnavailable.class, () -> who(providers));
    assertThat(thrown.failure()).isInstanceOf(RpcFailure.Reverted.class);
    assertThat(world.node(1).asked()).isEmpty();
  }

  @Test
  void whenTheFittestTakesLongAnotherIsAskedTooAndTheFirstAnswerCounts() {
    Providers providers = world.providers(ManyNodes.AT_ONCE);
    world.node(0).behave(new Behaviour.Hanging());
    assertThat(who(providers)).isPositive();
    assertThat(providers.scorecards().get(1).hedged()).isEqualTo(1);
  }

  @Test
  void aProofIsNeverAskedForTwiceAtOnce() {
    Hedges hedges = new Hedges(ManyNodes.AT_ONCE);
    Node node =
        new Node(world.providers(ManyNodes.AT_ONCE).all().getFirst(), _ -> {}, world.ticker);
    assertThat(hedges.delay(node, Purpose.FOLLOW)).contains(Duration.ofMillis(1));
    assertThat(hedges.delay(node, Purpose.PROOF)).isEmpty();
  }

  @Test
  void hedgesAreBoundedToAShareOfWhatIsAsked() {
    Hedges hedges = new Hedges(ManyNodes.AT_ONCE);
    Node node =
        new Node(world.providers(ManyNodes.AT_ONCE).all().getFirst(), _ -> {}, world.ticker);
    for (int hedge = 0; hedge < 10; hedge++) {
      assertThat(hedges.delay(node, Purpose.FOLLOW)).isPresent();
      hedges.spend();
    }
    assertThat(hedges.delay(node, Purpose.FOLLOW)).isEmpty();
    for (int question = 0; question < 11; question++) {
      hedges.asked();
    }
    assertThat(hedges.delay(node, Purpose.FOLLOW)).isPresent();
  }

  @Test
  void theWaitBeforeAHedgeIsLearnedFromTheNodesOwnAnswers() {
    Providers.Pace pace = new Providers.Pace(Duration.ofMillis(30), Duration.ofSeconds(2), 10);
    Hedges hedges = new Hedges(pace);
    Node node = new Node(world.providers(pace).all().getFirst(), _ -> {}, world.ticker);
    assertThat(hedges.delay(node, Purpose.FOLLOW)).contains(Duration.ofSeconds(2));
    for (long millis = 1; millis <= 100; millis++) {
      long took = millis;
      node.ask(
          (_, _) -> {
            world.ticker.advance(Duration.ofMillis(took));
            return took;
          },
          Purpose.FOLLOW,
          Optional.empty(),
          world.in(60));
    }
    assertThat(hedges.delay(node, Purpose.FOLLOW)).contains(Duration.ofMillis(95));
  }

  @Test
  void aNodeThatIsOvertakenIsNotTheFittestForAWhile() {
    List<Provider> all = world.providers(ManyNodes.AT_ONCE).all();
    Node overtaken = new Node(all.get(0), _ -> {}, world.ticker);
    Node other = new Node(all.get(1), _ -> {}, world.ticker);
    Question<Long> stopped =
        (provider, _) -> {
          throw new RpcUnavailable(provider.endpoint(), new RpcFailure.Stopped());
        };
    assertThatThrownBy(() -> overtaken.ask(stopped, Purpose.FOLLOW, Optional.empty(), world.in(60)))
        .isInstanceOf(RpcUnavailable.class);
    assertThat(overtaken.unfitness()).isGreaterThan(other.unfitness());
    assertThat(overtaken.scorecard().failed()).isEmpty();
    world.ticker.advance(Duration.ofMinutes(2));
    assertThat(overtaken.unfitness()).isEqualTo(other.unfitness());
  }

  @Test
  void aSingleNodeIsAskedOnTheCallersOwnThread() {
    AtomicReference<Thread> asking = new AtomicReference<>();
    Providers alone = Providers.of(world.providers(ManyNodes.NEVER).all().getFirst(), world.ticker);
    Told<Long> told =
        alone.ask(
            Purpose.FOLLOW,
            (provider, deadline) -> {
              asking.set(Thread.currentThread());
              return ManyNodes.WHO.of(provider, deadline);
            },
            world.in(60));
    assertThat(told.value()).isZero();
    assertThat(asking.get()).isSameAs(Thread.currentThread());
  }

  @Test
  void stoppedWhileItWaitsItStopsAllItAsked() {
    Providers providers = world.providers(ManyNodes.NEVER);
    world.nodes.forEach(node -> node.behave(new Behaviour.Hanging()));
    Thread.currentThread().interrupt();
    RpcUnavailable thrown = catchThrowableOfType(RpcUnavailable.class, () -> who(providers));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(thrown.failure()).isInstanceOf(RpcFailure.Stopped.class);
  }

  @Test
  void aLowerHeadThanToldIsNotTold() {
    Providers providers = world.providers(ManyNodes.NEVER);
    assertThat(head(providers).by().endpoint().name()).isEqualTo("node0");
    world.shows(0, 97);
    Told<ChainHead> told = head(providers);
    assertThat(told.by().endpoint().name()).isEqualTo("node1");
    assertThat(told.value().latest().number()).isEqualTo(100);
    Scorecard lagging = providers.scorecards().getFirst();
    assertThat(lagging.head()).contains(97L);
    assertThat(lagging.lag()).contains(3L);
    assertThat(lagging.standing()).isEqualTo(new Standing.Lagging(3));
    assertThat(who(providers)).as("others are asked first while it lags").isEqualTo(1);
    assertThat(world.noticed).isEmpty();
  }

  @Test
  void whenEveryNodeIsLowerTheHighestIsToldAndItIsSaid() {
    Providers providers = world.providers(ManyNodes.NEVER);
    head(providers);
    world.shows(0, 90);
    world.shows(1, 92);
    world.node(2).behave(ManyNodes.BROKEN);
    assertThat(head(providers).value().latest().number()).isEqualTo(92);
    assertThat(world.noticed)
        .singleElement()
        .isInstanceOfSatisfying(
            Noticed.HeadWentBack.class,
            back -> {
              assertThat(back.from()).isEqualTo(100);
              assertThat(back.to()).isEqualTo(92);
              assertThat(back.silent())
                  .extracting(provider -> provider.endpoint().name())
                  .containsExactly("node2");
            });
    assertThat(world.noticed.getFirst().sentence())
        .startsWith("the chain's head went back from block 100 to 92 (node1");
  }

  @Test
  void finalizedIsToldAsTheNodeSaysIt() {
    assertThat(head(world.providers(ManyNodes.NEVER)).value().finalized())
        .contains(new BlockRef(36, LyingNodeTest.hash(36)));
  }

  @Test
  void allAreAskedAtOnceAndASlowOneHoldsNobodyUp() {
    Providers providers = world.providers(ManyNodes.NEVER);
    world.node(0).behave(new Behaviour.Hanging());
    world.node(1).behave(new Behaviour.Says(401, Map.of(), ""));
    Deadline soon = Deadline.in(Duration.ofSeconds(2), world.ticker);
    List<Heard<Long>> heard = providers.askAll(Purpose.VERDICT, ManyNodes.WHO, soon);
    assertThat(heard)
        .satisfiesExactly(
            hung -> assertThat(failure(hung)).isInstanceOf(RpcFailure.NoAnswer.class),
            refused -> assertThat(failure(refused)).isInstanceOf(RpcFailure.KeyRefused.class),
            well -> assertThat(well).isEqualTo(new Heard.Said<>(providers.all().get(2), 2L)));
  }

  @Test
  void allHeadsAtOnceSayHowFarEachIsBehindTheBest() {
    Providers providers = world.providers(ManyNodes.NEVER);
    world.shows(1, 130);
    assertThat(providers.heads(Purpose.FOLLOW, world.in(60))).hasSize(3);
    assertThat(providers.scorecards())
        .extracting(Scorecard::lag)
        .containsExactly(Optional.of(30L), Optional.of(0L), Optional.of(30L));
    assertThat(head(providers).value().latest().number()).as("the best is asked").isEqualTo(130);
  }

  @Test
  void aNodeOfAnotherChainIsAskedForNothingElse() {
    Providers providers = world.providers(ManyNodes.NEVER, Optional.of(1L));
    world.node(0).on("eth_chainId", "\"0x2\"");
    assertThat(who(providers)).isEqualTo(1);
    assertThat(who(providers)).isEqualTo(1);
    assertThat(world.asked(0, "eth_chainId")).isEqualTo(1);
    assertThat(world.asked(0, "eth_getTransactionCount")).isZero();
    assertThat(world.asked(1, "eth_chainId")).as("asked once").isEqualTo(1);
    assertThat(world.noticed)
        .containsExactly(new Noticed.WrongChain(providers.all().getFirst(), 1, 2));
    assertThat(failure(providers.askAll(Purpose.FOLLOW, ManyNodes.WHO, world.in(60)).getFirst()))
        .isEqualTo(new RpcFailure.WrongChain(1, 2));
    world.node(0).on("eth_chainId", "\"0x1\"");
    world.ticker.advance(Duration.ofSeconds(11));
    assertThat(providers.askAll(Purpose.FOLLOW, ManyNodes.WHO, world.in(60)).getFirst())
        .isInstanceOf(Heard.Said.class);
    assertThat(providers.scorecards().getFirst().standing()).isEqualTo(new Standing.Fit());
  }

  @Test
  void whenAllBelongToAnotherChainThatIsSaid() {
    Providers providers = world.providers(ManyNodes.NEVER);
    assertThat(who(providers)).isZero();
    providers.expectChain(7);
    for (int time = 0; time < 2; time++) {
      RpcUnavailable thrown = catchThrowableOfType(RpcUnavailable.class, () -> who(providers));
      assertThat(thrown.failure()).isEqualTo(new RpcFailure.WrongChain(7, 1));
    }
    assertThat(world.asked(0, "eth_chainId")).isEqualTo(1);
  }

  @Test
  void ourOwnMistakeIsThrownAsItIs() {
    Providers providers = world.providers(ManyNodes.NEVER);
    IllegalStateException ours = new IllegalStateException("ours");
    assertThat(
            catchThrowableOfType(
                IllegalStateException.class,
                () ->
                    providers.ask(
                        Purpose.FOLLOW,
                        (_, _) -> {
                          throw ours;
                        },
                        world.in(60))))
        .isSameAs(ours);
  }

  private static RpcFailure failure(Heard<?> heard) {
    return ((Heard.Silent<?>) heard).failure();
  }

  private long who(Providers providers) {
    return providers.ask(Purpose.FOLLOW, ManyNodes.WHO, world.in(60)).value();
  }

  private Told<ChainHead> head(Providers providers) {
    return providers.head(Purpose.FOLLOW, world.in(60));
  }
}
