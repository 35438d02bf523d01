package dev.metaops.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeNode.Refusal;
import dev.metaops.testing.SettableTicker;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How often a node is asked when there is a budget, and who goes short first. */
class BudgetTest {
  @AutoClose
  private final FakeNode node =
      new FakeNode()
          .on("eth_chainId", "\"0x1\"")
          .on(
              "eth_getBlockByNumber",
              params -> LyingNodeTest.block(Long.decode(params.path(0).stringValue())));

  private final SettableTicker ticker = new SettableTicker();
  private final Provider unlimited =
      new Provider(
          new JsonRpc(
              Endpoint.parse("node", node.url()), Patience.ONCE, ticker, new SplittableRandom(1)));

  @Test
  void proofsGoShortFirstThenVerdictsAndFollowingLast() {
    Provider provider = unlimited.within(perDay(400)); // 100 of them at once
    assertThat(asks(provider, Purpose.PROOF)).isEqualTo(50);
    assertThat(asks(provider, Purpose.VERDICT)).isEqualTo(30);
    assertThat(asks(provider, Purpose.FOLLOW)).isEqualTo(20);
    assertThat(provider.calls()).isEqualTo(100);
  }

  @Test
  void whatIsUsedUpIsOurOwnBudgetAndSaysWhenItComesBack() {
    Provider provider = unlimited.within(perDay(400));
    asks(provider, Purpose.PROOF);
    RpcUnavailable refused =
        catchThrowableOfType(
            RpcUnavailable.class, () -> provider.as(Purpose.PROOF).chainId(in(60)));
    assertThat(refused)
        .hasMessageContaining(
            "our own budget of 400 calls a day (rpc.budget), but for following the chain and for"
                + " verdicts; enough comes back in 4 min 49 s");
    assertThat(refused.failure())
        .isInstanceOfSatisfying(
            RpcFailure.Quota.class, quota -> assertThat(quota.retryAfter()).isPresent());
  }

  @Test
  void noMoreThanTheBudgetIsAskedInAnyDay() {
    Provider provider = unlimited.within(perDay(400));
    int asked = 0;
    for (int hour = 0; hour < 24; hour++) {
      asked += asks(provider, Purpose.FOLLOW);
      ticker.advance(Duration.ofHours(1));
    }
    assertThat(asked).isBetween(380, 400);
  }

  @Test
  void followingSlowsDownWhereItHasTheTime() {
    Provider provider = unlimited.within(perDay(400));
    asks(provider, Purpose.FOLLOW);
    assertThat(provider.chainId(in(600))).isEqualTo(1);
    assertThat(ticker.rests())
        .singleElement()
        .satisfies(
            rest -> assertThat(rest).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5)));
  }

  @Test
  void eachQuestionOfABatchCounts() {
    Provider provider = unlimited.within(perDay(400));
    provider.headers(numbers(60), in(60));
    assertThat(asks(provider, Purpose.FOLLOW)).isEqualTo(40);
  }

  @Test
  void aRateSpreadsQuestionsAndBatchesOverTheSeconds() {
    Provider provider = unlimited.within(new Budget(Optional.empty(), Optional.of(10)));
    provider.headers(numbers(35), in(60));
    assertThat(node.asked())
        .hasSize(4)
        .allSatisfy(body -> assertThat(FakeNode.JSON.readTree(body).size()).isLessThan(11));
    Duration rested = ticker.rests().stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(rested).isBetween(Duration.ofMillis(2400), Duration.ofMillis(2600));
  }

  @Test
  void anotherNodeIsAskedWhenThisOnesBudgetIsUsedUp() {
    try (FakeNode other = new FakeNode().on("eth_chainId", "\"0x2\"")) {
      Provider second =
          new Provider(
              new JsonRpc(
                  Endpoint.parse("other", other.url()),
                  Patience.ONCE,
                  ticker,
                  new SplittableRandom(2)));
      Provider first = unlimited.within(perDay(400));
      Providers providers =
          Providers.of(List.of(first, second), Optional.empty(), ManyNodes.NEVER, _ -> {}, ticker);
      asks(first, Purpose.PROOF);
      assertThat(providers.ask(Purpose.PROOF, Provider::chainId, in(60)).by()).isSameAs(second);
      assertThat(providers.scorecards().getFirst().standing()).isInstanceOf(Standing.Failing.class);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  @Test
  void aRateThatTheNodeNamesIsKeptFromThenOn() {
    node.first(
        new FakeNode.Behaviour.Says(
            200,
            Map.of(),
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32007,\"message\":\"5/second"
                + " request limit reached\"}}"));
    assertThatThrownBy(() -> unlimited.chainId(in(60))).hasMessageContaining("quota");
    assertThat(unlimited.limits().callsASecond()).contains(5);
    unlimited.headers(numbers(20), in(60));
    Duration rested = ticker.rests().stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(rested).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aRateThatWasRefusedIsLoweredAndGrowsAgainUntilItIsForgotten() {
    unlimited.headers(numbers(40), in(60));
    node.on(
        "eth_chainId",
        _ -> {
          throw new Refusal(-32005, "rate limit exceeded");
        });
    assertThatThrownBy(() -> unlimited.chainId(in(60))).isInstanceOf(RpcUnavailable.class);
    assertThat(unlimited.limits().callsASecond()).contains(30);
    ticker.advance(Duration.ofSeconds(11));
    assertThat(unlimited.limits().callsASecond()).contains(34);
    for (int time = 0; time < 20; time++) {
      ticker.advance(Duration.ofSeconds(11));
      unlimited.limits();
    }
    assertThat(unlimited.limits().callsASecond()).isEmpty();
  }

  @Test
  void aBudgetThatCannotBeKeptIsRefused() {
    assertThatThrownBy(() -> perDay(99)).hasMessage("callsADay: 99 (expected: >= 100)");
    assertThatThrownBy(() -> new Budget(Optional.empty(), Optional.of(0)))
        .hasMessage("callsASecond: 0 (expected: >= 1)");
  }

  /** How many questions for this purpose are answered before one is refused. */
  private int asks(Provider provider, Purpose purpose) {
    Provider view = provider.as(purpose);
    for (int answered = 0; ; answered++) {
      try {
        view.chainId(in(1));
      } catch (RpcUnavailable refused) {
        assertThat(refused.failure()).isInstanceOf(RpcFailure.Quota.class);
        return answered;
      }
    }
  }

  private static Budget perDay(long calls) {
    return new Budget(Optional.of(calls), Optional.empty());
  }

  private static List<Long> numbers(int count) {
    return LongStream.rangeClosed(1, count).boxed().toList();
  }

  private Deadline in(int seconds) {
    return Deadline.in(Duration.ofSeconds(seconds), ticker);
  }
}
