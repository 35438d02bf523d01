package dev.metaops.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeNode.Behaviour;
import dev.metaops.testing.FakeNode.Refusal;
import dev.metaops.testing.SettableTicker;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.StringNode;

/** What is asked again, how soon, and what never is. No test waits: resting moves the clock. */
class JsonRpcRetryTest {
  private static final Patience PATIENCE =
      new Patience(5, Duration.ofSeconds(20), Duration.ofMillis(100), Duration.ofMillis(300));
  private static final Behaviour BROKEN = new Behaviour.Says(503, Map.of(), "");

  @AutoClose private final FakeNode node = new FakeNode().on("eth_chainId", "\"0x1\"");
  private final SettableTicker ticker = new SettableTicker();

  @Test
  void asksAgainAfterTransientFailures() {
    node.first(BROKEN, new Behaviour.Closing(), new Behaviour.Says(429, Map.of(), ""));
    assertThat(provider().chainId(in(60))).isEqualTo(1);
    assertThat(node.asked()).hasSize(4);
    assertThat(ticker.rests()).hasSize(3);
  }

  @Test
  void pausesAreJitteredDoubledAndLimited() {
    List<Integer> limits = List.of(100, 200, 300, 300);
    SplittableRandom random = new SplittableRandom(7);
    for (int failed = 1; failed <= 4; failed++) {
      Duration most = Duration.ZERO;
      for (int draw = 0; draw < 1000; draw++) {
        Duration pause = PATIENCE.pause(failed, random);
        most = pause.compareTo(most) > 0 ? pause : most;
      }
      assertThat(most).isBetween(limit(limits, failed).dividedBy(2), limit(limits, failed));
    }
    assertThat(PATIENCE.pause(5_000, random)).isLessThanOrEqualTo(Duration.ofMillis(300));
  }

  private static Duration limit(List<Integer> limits, int failed) {
    return Duration.ofMillis(limits.get(failed - 1));
  }

  @Test
  void waitsAsLongAsTheNodeAsks() {
    node.first(new Behaviour.Says(429, Map.of("Retry-After", "7"), ""));
    assertThat(provider().chainId(in(60))).isEqualTo(1);
    assertThat(ticker.rests())
        .singleElement()
        .satisfies(
            rest -> assertThat(rest).isBetween(Duration.ofSeconds(7), Duration.ofMillis(7100)));
  }

  @Test
  void doesNotWaitBeyondTheDeadline() {
    node.behave(new Behaviour.Says(429, Map.of("Retry-After", "7"), ""));
    RpcUnavailable thrown =
        catchThrowableOfType(RpcUnavailable.class, () -> provider().chainId(in(5)));
    assertThat(thrown).hasMessageContaining("HTTP 429, asks to wait 7000 ms");
    assertThat(ticker.rests()).isEmpty();
  }

  @Test
  void givesUpAfterItsAttempts() {
    node.behave(BROKEN);
    assertThatThrownBy(() -> provider().chainId(in(60))).hasMessageContaining("HTTP 503");
    assertThat(node.asked()).hasSize(5);
  }

  @Test
  void neverRepeatsWhatWillNotChange() {
    for (Behaviour behaviour :
        List.of(
            new Behaviour.Says(401, Map.of(), ""),
            new Behaviour.Says(200, Map.of(), "<html>"),
            new Behaviour.WrongId())) {
      int before = node.asked().size();
      node.behave(behaviour);
      assertThatThrownBy(() -> provider().chainId(in(60))).isInstanceOf(RpcUnavailable.class);
      assertThat(node.asked()).hasSize(before + 1);
    }
    assertThat(ticker.rests()).isEmpty();
  }

  @Test
  void aBatchIsAnsweredInTheOrderAskedWhateverTheOrderOfAnswers() {
    node.on("echo", params -> params.path(0));
    List<Answer> answers = rpc().batch(echoes(250), in(60));
    assertThat(answers).isEqualTo(results(250));
    assertThat(node.asked()).hasSize(3);
  }

  @Test
  void asksOnlyTheRefusedPartOfABatchAgain() {
    AtomicInteger calls = new AtomicInteger();
    node.on(
        "echo",
        params -> {
          if (params.path(0).intValue() == 3 && calls.incrementAndGet() < 3) {
            throw new Refusal(429, "too many requests");
          }
          return params.path(0);
        });
    assertThat(rpc().batch(echoes(10), in(60))).isEqualTo(results(10));
    assertThat(node.asked()).hasSize(3);
    assertThat(FakeNode.JSON.readTree(node.asked().getLast()).isObject()).isTrue();
  }

  @Test
  void aBatchKeepsWhatWasAnsweredBesideWhatWasRefused() {
    node.on(
        "echo",
        params -> {
          if (params.path(0).intValue() == 1) {
            throw new Refusal(-32005, "daily request count exceeded");
          }
          return params.path(0);
        });
    List<Answer> answers = rpc().batch(echoes(2), in(60));
    assertThat(answers.getFirst()).isEqualTo(new Answer.Result(IntNode.valueOf(0)));
    assertThat(answers.getLast())
        .isInstanceOfSatisfying(
            Answer.Failed.class,
            failed -> assertThat(failed.failure()).isInstanceOf(RpcFailure.Quota.class));
  }

  @Test
  void halvesABatchThatTheNodeFindsTooLarge() {
    node.on("echo", params -> params.path(0)).refuseBatchesOver(10);
    assertThat(rpc().batch(echoes(25), in(60))).isEqualTo(results(25));
    node.refuseBatchesOver(0);
    assertThat(rpc().batch(echoes(5), in(60))).isEqualTo(results(5));
  }

  @Test
  void refusesABatchAnsweredTwiceOrInPart() {
    check("[]", "0 answers to 2 questions");
    check("[{\"id\":1,\"result\":1},{\"id\":1,\"result\":1}]", "two answers to one question");
    check("[{\"id\":1,\"result\":1},{\"id\":9,\"result\":1}]", "a question that was not asked");
    check("[7,7]", "a question that was not asked");
    check("{}", "no array of answers to a batch");
    check("{\"error\":{\"code\":-1,\"message\":\"Unauthorized\"}}", "key refused");
  }

  private void check(String body, String words) {
    node.behave(new Behaviour.Says(200, Map.of(), body));
    assertThatThrownBy(() -> rpc().batch(echoes(2), in(60)))
        .isInstanceOf(RpcUnavailable.class)
        .hasMessageContaining(words);
  }

  @Test
  void anInterruptedRestStops() {
    node.behave(BROKEN);
    Ticker stopping =
        new Ticker() {
          @Override
          public Instant now() {
            return ticker.now();
          }

          @Override
          public long nanos() {
            return ticker.nanos();
          }

          @Override
          public void rest(Duration duration) throws InterruptedException {
            throw new InterruptedException();
          }
        };
    JsonRpc rpc =
        new JsonRpc(
            Endpoint.parse("main", node.url()), PATIENCE, stopping, new SplittableRandom(1));
    RpcUnavailable thrown =
        catchThrowableOfType(
            RpcUnavailable.class,
            () -> rpc.call(Request.of("x"), Deadline.in(Duration.ofSeconds(9), stopping)));
    assertThat(thrown.failure()).isEqualTo(new RpcFailure.Stopped());
    assertThat(Thread.interrupted()).isTrue();
  }

  private static List<Request> echoes(int count) {
    return IntStream.range(0, count)
        .mapToObj(at -> Request.of("echo", IntNode.valueOf(at), StringNode.valueOf("x")))
        .toList();
  }

  private static List<Answer> results(int count) {
    return IntStream.range(0, count)
        .<Answer>mapToObj(at -> new Answer.Result((JsonNode) IntNode.valueOf(at)))
        .toList();
  }

  private Deadline in(int seconds) {
    return Deadline.in(Duration.ofSeconds(seconds), ticker);
  }

  private Provider provider() {
    return new Provider(rpc());
  }

  private JsonRpc rpc() {
    return new JsonRpc(
        Endpoint.parse("main", node.url()), PATIENCE, ticker, new SplittableRandom(1));
  }
}
