package dev.metaops.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.escrow.Deployment;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.Escrows;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Stream;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.Providers;
import dev.metaops.store.Database;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.RecordedChain;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.testing.Tunnel;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop: what wakes it, what it says, what it survives, how it ends. */
class ListenerTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Listener.Pace BRISK =
      new Listener.Pace(
          Duration.ofMillis(50),
          Duration.ofMillis(1500),
          Duration.ofMillis(400),
          Duration.ofMillis(50),
          Duration.ofMillis(200));

  /** A listener in a thread of its own. */
  private record Running(CompletableFuture<Listener.End> end) {}

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  @TempDir private Path directory;

  @AfterEach
  void stopAll() {
    listeners.forEach(Listener::stop);
  }

  @Test
  void aHolderThatWasStoppedIsNotWaitedFor() throws Exception {
    Process stopped = new ProcessBuilder("sleep", "600").start();
    try (LedgerStore ledger = LedgerStore.open(venue.orders(), TestPostgres.minute())) {
      assertThat(new ProcessBuilder("kill", "-STOP", "" + stopped.pid()).start().waitFor())
          .isZero();
      ledger.openStream(31_337, chain.header(0), new SettleOn.Finalized());
      String holder = new Holder(Holder.hostName(), stopped.pid(), "0").text();
      assertThat(ledger.takeLease(31_337, holder, Optional.empty(), Duration.ofHours(1)))
          .isPresent();
      var _ = start(parts(chain.url(), Optional.empty(), venue.orders(), Optional.empty()), BRISK);
      becomes(() -> saidSomething("at its head"));
    } finally {
      stopped.destroyForcibly();
    }
  }

  @Test
  void aHintWakesItLongBeforeThePoll() {
    Terms terms = venue.order("o-1");
    var _ =
        start(
            parts(
                chain.url(),
                Optional.of(Endpoint.parse("hints", chain.webSocketUrl())),
                venue.orders(),
                Optional.empty()),
            Listener.Pace.steady(Duration.ofMinutes(10)));
    becomes(() -> saidSomething("at its head"));
    venue.registry().create(terms);
    becomes(() -> venue.state("o-1").equals("PENDING"));
  }

  @Test
  void whenTheNodeHangsItSaysSoInTheStreamAndKeepsItsLease() throws IOException {
    AtomicReference<RecordedChain> shown = new AtomicReference<>(RecordedChain.of(chain));
    try (FakeNode node = RecordedChain.node(shown)) {
      Running end =
          start(parts(node.url(), Optional.empty(), venue.orders(), Optional.empty()), BRISK);
      becomes(() -> saidSomething("at its head"));
      long epoch = stream().leaseEpoch();

      node.behave(new FakeNode.Behaviour.Hanging());
      becomes(() -> stream().trouble().filter(why -> why.contains("no answer")).isPresent());
      Instant since = stream().troubleSince().orElseThrow();
      becomes(() -> stream().now().isAfter(since.plus(BRISK.lease().multipliedBy(2))));
      assertThat(stream().isHeld()).isTrue();
      assertThat(stream().leaseEpoch()).isEqualTo(epoch);
      assertThat(said.stream().filter(line -> line.contains("no answer"))).hasSize(1);

      node.behave(new FakeNode.Behaviour.Honest());
      becomes(() -> stream().trouble().isEmpty());

      node.behave(new FakeNode.Behaviour.Hanging());
      listeners.getFirst().stop();
      assertThat(within(end)).isInstanceOf(Listener.End.Stopped.class);
      assertThat(stream().leaseHolder()).isEmpty();
    }
  }

  @Test
  void anotherChainIsRefused() throws IOException {
    assertThat(
            within(
                start(
                    parts(chain.url(), Optional.empty(), venue.orders(), Optional.of(1L)), BRISK)))
        .isInstanceOfSatisfying(
            Listener.End.Refused.class,
            refused ->
                assertThat(refused.why()).contains("is of chain 31337").contains("expected: 1"));

    var _ = start(parts(chain.url(), Optional.empty(), venue.orders(), Optional.empty()), BRISK);
    becomes(() -> saidSomething("at its head"));
    try (TestChain other = TestChain.start(options -> options.withChainId(4242))) {
      assertThat(
              within(
                  start(
                      parts(other.url(), Optional.empty(), venue.orders(), Optional.empty()),
                      BRISK)))
          .isInstanceOfSatisfying(
              Listener.End.Refused.class,
              refused ->
                  assertThat(refused.why())
                      .contains("is of chain 4242")
                      .contains("follows chain 31337"));
    }
  }

  @Test
  void anotherChainBehindTheSameAddressIsTroubleNotTheEnd() throws IOException {
    AtomicReference<RecordedChain> shown = new AtomicReference<>(RecordedChain.of(chain));
    try (FakeNode node = RecordedChain.node(shown);
        TestChain other = TestChain.start(options -> options.withChainId(4242))) {
      var _ = start(parts(node.url(), Optional.empty(), venue.orders(), Optional.empty()), BRISK);
      becomes(() -> saidSomething("at its head"));
      node.behave(new FakeNode.Behaviour.Closing());
      becomes(() -> stream().trouble().isPresent());
      RecordedChain right = shown.get();
      shown.set(RecordedChain.of(other));
      node.behave(new FakeNode.Behaviour.Honest());
      becomes(() -> stream().trouble().filter(why -> why.contains("wrong chain")).isPresent());
      shown.set(right);
      becomes(() -> stream().trouble().isEmpty());
    }
  }

  @Test
  void oneFollowsAndTheOtherWaitsForItsLease() {
    var _ = start(parts(chain.url(), Optional.empty(), venue.orders(), Optional.empty()), BRISK);
    becomes(() -> saidSomething("at its head"));
    var _ = start(parts(chain.url(), Optional.empty(), venue.orders(), Optional.empty()), BRISK);
    becomes(() -> saidSomething("holds its lease"));
    long epoch = stream().leaseEpoch();
    listeners.getFirst().stop();
    becomes(() -> stream().leaseEpoch() > epoch && stream().isHeld());
    Terms terms = venue.order("o-1");
    venue.registry().create(terms);
    becomes(() -> venue.state("o-1").equals("PENDING"));
  }

  @Test
  void aLostConnectionIsMadeAnew() {
    Terms terms = venue.order("o-1");
    var _ = start(parts(chain.url(), Optional.empty(), venue.orders(), Optional.empty()), BRISK);
    becomes(() -> saidSomething("at its head"));
    venue.all(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    becomes(() -> saidSomething("cannot write"));
    venue.registry().create(terms);
    becomes(() -> venue.state("o-1").equals("PENDING"));
  }

  @Test
  void aDatabaseThatSwallowsEverythingHangsNothing() throws IOException {
    Terms terms = venue.order("o-1");
    DatabaseUrl url = venue.orders().url();
    try (Tunnel tunnel = new Tunnel(url.port())) {
      Database through =
          new Database(
              DatabaseUrl.of(
                  url.secretText().replace(":" + url.port() + "/", ":" + tunnel.port() + "/")),
              "metaops-test",
              SystemTicker.SYSTEM);
      Running end = start(parts(chain.url(), Optional.empty(), through, Optional.empty()), BRISK);
      becomes(() -> saidSomething("at its head"));
      tunnel.swallow();
      becomes(() -> saidSomething("cannot write"));
      tunnel.lead();
      venue.registry().create(terms);
      becomes(() -> venue.state("o-1").equals("PENDING"));

      tunnel.swallow();
      listeners.getFirst().stop();
      assertThat(within(end)).isInstanceOf(Listener.End.Stopped.class);
    }
  }

  @Test
  void aReorgPastWhatWasSettledIsTheStreamsTrouble() {
    Terms terms = venue.order("o-1");
    venue.registry().create(terms);
    chain.mine(8);
    var _ = start(parts(chain.url(), Optional.empty(), venue.orders(), Optional.empty()), BRISK);
    becomes(() -> venue.state("o-1").equals("PENDING"));
    becomes(() -> stream().settledNumber() >= chain.finalized().number());
    chain.reorg(8);
    becomes(() -> stream().trouble().filter(why -> why.contains("no longer has")).isPresent());
    assertThat(said).anyMatch(line -> line.startsWith("STOPPED MOVING ROWS"));
    assertThat(venue.state("o-1")).isEqualTo("PENDING");
    assertThat(stream().isHeld()).isTrue();
  }

  @Test
  void itBeginsWhereTheContractOrTheOldestOpenOrderDid() throws SQLException {
    chain.mine(30);
    try (LedgerStore ledger = LedgerStore.open(venue.orders(), TestPostgres.minute())) {
      assertThat(startBlock(7, ledger)).isEqualTo(6);
      assertThat(startBlock(0, ledger)).isEqualTo(chain.finalized().number());
      assertThat(
              StartBlock.of(
                  watched(Optional.empty(), 1000), ledger, venue.provider(), TestPostgres.minute()))
          .isEmpty();

      chain.increaseTime(Duration.ofHours(2));
      long last = chain.latest().number();
      chain.mine(3);
      venue.order("o-1");
      venue.execute(
          "UPDATE public.orders SET created_at = to_timestamp(?)",
          (double) chain.now().minusSeconds(3600).getEpochSecond());
      assertThat(startBlock(0, ledger)).isEqualTo(last);
    }
  }

  @Test
  void theSearchFindsTheBlockForEveryMoment() {
    Instant begin = chain.now();
    for (int block = 1; block <= 20; block++) {
      chain.setNextTimestamp(begin.plusSeconds(100L * block));
      chain.mine(1);
    }
    long top = chain.latest().number();
    for (int seconds = -50; seconds <= 2100; seconds += 50) {
      Instant moment = begin.plusSeconds(seconds);
      Header found =
          StartBlock.lastBefore(moment, chain.head(), venue.provider(), TestPostgres.minute())
              .orElseThrow();
      assertThat(found.number() == 0 || !found.time().isAfter(moment)).isTrue();
      if (found.number() < top) {
        assertThat(chain.header(found.number() + 1).time()).isAfter(moment);
      }
    }
  }

  private long startBlock(long fromBlock, LedgerStore ledger) throws SQLException {
    return StartBlock.of(
            watched(Optional.empty(), fromBlock), ledger, venue.provider(), TestPostgres.minute())
        .orElseThrow()
        .number();
  }

  private Watched watched(Optional<Long> chainId, long fromBlock) {
    return new Watched(
        chainId,
        new Escrows(
            TestVenue.profile(),
            List.of(new Deployment(venue.registry().address(), fromBlock, Optional.empty()))),
        new SettleOn.Finalized(),
        100);
  }

  private Listener.Parts parts(
      String node, Optional<Endpoint> hints, Database orders, Optional<Long> chainId) {
    return new Listener.Parts(
        watched(chainId, 1),
        orders,
        Providers.of(TestVenue.provider(node), SystemTicker.SYSTEM),
        Gate.OPEN,
        hints,
        new EventLog(directory, said::add, SystemTicker.SYSTEM),
        _ -> {},
        said::add,
        SystemTicker.SYSTEM,
        new SplittableRandom());
  }

  private Running start(Listener.Parts parts, Listener.Pace pace) {
    Listener listener = new Listener(parts, pace);
    listeners.add(listener);
    CompletableFuture<Listener.End> end = new CompletableFuture<>();
    Thread.ofPlatform().daemon().start(() -> end.complete(listener.run()));
    return new Running(end);
  }

  private static Listener.End within(Running running) {
    return running.end().orTimeout(2, TimeUnit.SECONDS).join();
  }

  private boolean saidSomething(String words) {
    return said.stream().anyMatch(line -> line.contains(words));
  }

  private void becomes(BooleanSupplier isSo) {
    if (!ServeProcess.becomes(SOON, isSo)) {
      throw new AssertionError("not within " + SOON + "; it said: " + said);
    }
  }

  private Stream stream() {
    try (LedgerStore ledger = LedgerStore.open(venue.orders(), TestPostgres.minute())) {
      return ledger.stream().orElseThrow();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
