package dev.metaops.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.rpc.NewHeads.Pace;
import dev.metaops.rpc.NewHeads.State;
import dev.metaops.testing.FakeHeads;
import dev.metaops.testing.TestChain;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NewHeadsTest {
  private static final Pace QUICK =
      new Pace(
          Duration.ofSeconds(2),
          Duration.ofMillis(100),
          Duration.ofMillis(400),
          Duration.ofMillis(10),
          Duration.ofMillis(40));

  @AutoClose private final FakeHeads node = new FakeHeads();
  private final Semaphore told = new Semaphore(0);

  @Test
  void tellsOfTheConnectionAndOfEachHead() throws Exception {
    try (NewHeads heads = listen(node.url())) {
      FakeHeads.Connection connection = node.next().subscribe();
      awaitTold(1);
      connection.head().head();
      awaitTold(2);
      await(heads, State.Connected.class);
      assertThat(heads.reconnects()).isZero();
    }
  }

  @Test
  void comesBackHoweverTheConnectionEnds() throws Exception {
    try (NewHeads heads = listen(node.url())) {
      FakeHeads.Connection first = node.next().subscribe();
      awaitTold(1);
      first.drop();
      FakeHeads.Connection second = node.next().subscribe().head();
      awaitTold(2);
      second.drop();
      node.next().refuse(503);
      node.next().drop();
      node.next().agree().say("{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\"}}");
      node.next().agree().say("<html>");
      node.next().agree().say("{}");
      FakeHeads.Connection talker = node.next().subscribe();
      awaitTold(1);
      talker.say("[".repeat(100_000));
      node.next().subscribe();
      awaitTold(1);
      await(heads, State.Connected.class);
      // The HTTP client asks again by itself when a handshake gets no byte of an answer.
      assertThat(heads.reconnects()).isBetween(7L, 8L);
    }
  }

  @Test
  void noticesASocketThatIsOpenButDead() throws Exception {
    try (NewHeads heads = listen(node.url())) {
      node.next().subscribe().awaitPing();
      FakeHeads.Connection second = node.next().subscribe();
      assertThat(heads.reconnects()).isEqualTo(1);
      Deadline wellPastIdle = Deadline.in(QUICK.idle().multipliedBy(2), SystemTicker.SYSTEM);
      while (!wellPastIdle.hasPassed()) {
        second.awaitPing().pong();
      }
      await(heads, State.Connected.class);
      assertThat(heads.reconnects()).isEqualTo(1);
    }
  }

  @Test
  void doesNotCollectAMessageWithoutEnd() throws Exception {
    try (NewHeads heads = listen(node.url())) {
      FakeHeads.Connection connection = node.next().subscribe();
      connection.sayWithoutEnd("x".repeat(1 << 19)).goOn("x".repeat(1 << 19)).goOn("x");
      node.next().subscribe();
      awaitTold(2);
      assertThat(heads.reconnects()).isEqualTo(1);
    }
  }

  @Test
  void saysWhyItIsNotConnected() throws Exception {
    Pace patient =
        new Pace(
            QUICK.connect(),
            QUICK.ping(),
            QUICK.idle(),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5));
    try (NewHeads heads = listen(node.url(), patient)) {
      node.next().refuse(401);
      await(heads, State.Disconnected.class);
      assertThat(heads.state())
          .isInstanceOfSatisfying(
              State.Disconnected.class,
              state -> assertThat(state.why()).isInstanceOf(RpcFailure.KeyRefused.class));
    }
  }

  @Test
  void pausesAreDoubledLimitedAndAtLeastHalf() {
    SplittableRandom random = new SplittableRandom(3);
    for (int draw = 0; draw < 1000; draw++) {
      assertThat(Pace.STEADY.pause(1, random)).isBetween(millis(500), millis(1000));
      assertThat(Pace.STEADY.pause(4, random)).isBetween(millis(4000), millis(8000));
      assertThat(Pace.STEADY.pause(9_999, random)).isBetween(millis(30_000), millis(60_000));
    }
  }

  @Test
  void endsWhenClosed() throws IOException {
    NewHeads heads = listen(node.url());
    heads.close();
    heads.close();
    assertThat(heads.state()).isEqualTo(new State.Closed());
  }

  @Test
  void refusesAnHttpUrl() {
    assertThatThrownBy(() -> listen("http://127.0.0.1:1"))
        .hasMessage("URL of main (http://127.0.0.1:1) (expected: ws:// or wss://)");
  }

  @Test
  void hearsARealNode() throws Exception {
    try (TestChain chain = TestChain.start();
        NewHeads heads = listen(chain.webSocketUrl())) {
      awaitTold(1);
      chain.mine(3);
      awaitTold(3);
      assertThat(heads.reconnects()).isZero();
    }
  }

  private NewHeads listen(String url) {
    return listen(url, QUICK);
  }

  private NewHeads listen(String url, Pace pace) {
    return NewHeads.listen(
        Endpoint.parse("main", url),
        pace,
        SystemTicker.SYSTEM,
        new SplittableRandom(1),
        told::release);
  }

  private void awaitTold(int times) throws InterruptedException {
    assertThat(told.tryAcquire(times, 10, TimeUnit.SECONDS)).isTrue();
  }

  private static void await(NewHeads heads, Class<? extends State> state)
      throws InterruptedException {
    Deadline deadline = Deadline.in(Duration.ofSeconds(10), SystemTicker.SYSTEM);
    while (!state.isInstance(heads.state()) && !deadline.hasPassed()) {
      SystemTicker.SYSTEM.rest(Duration.ofMillis(5));
    }
    assertThat(heads.state()).isInstanceOf(state);
  }

  private static Duration millis(long millis) {
    return Duration.ofMillis(millis);
  }
}
