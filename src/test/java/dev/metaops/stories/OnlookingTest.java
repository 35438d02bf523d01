package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.Escrows;
import dev.metaops.listen.Onlooker;
import dev.metaops.listen.Sighting;
import dev.metaops.listen.Watched;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestChain.Replacement;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestVenue;
import dev.metaops.testing.Tunnel;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody watches the chain live, without a database: each event once a fork, none left out. */
@Timeout(90)
class OnlookingTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);

  @AutoClose
  private final TestChain chain = TestChain.start(options -> options.withSlotsInAnEpoch(16));

  private final TestRegistry registry = chain.deployRegistry();
  private final List<Sighting> seen = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();

  @Test
  void anEventArrivesBecomesFinalAndIsToldOnce() {
    Hash before = registry.create("before").key();
    try (Watching watching = watching(chain.url(), Optional.empty())) {
      await("the events before", () -> arrived().size() == 2); // the deployment's own, and this
      Hash live = registry.create("live").key();
      await("the live one", () -> arrived().size() == 3);
      chain.finalizeBlock(chain.latest().ref());
      await("finality", () -> became().containsAll(Set.of(before, live)));
      assertThat(watching.end()).isInstanceOf(Onlooker.End.Done.class);
    }
    assertThat(new HashSet<>(became())).hasSameSizeAs(became());
    assertThat(taken()).isEmpty();
  }

  @Test
  void aReorgTakesBackWhatWasSeenAndShowsWhatCameInstead() {
    var old = registry.terms("old");
    var next = registry.terms("new");
    try (Watching _ = watching(chain.url(), Optional.of(chain.webSocketUrl()))) {
      await("hints", () -> said.stream().anyMatch(line -> line.startsWith("hears of new blocks")));
      registry.create(old);
      chain.mine(2);
      await("the old fork", () -> arrived().contains(RegistryContract.key(old)));
      chain.reorg(3, new Replacement(registry.createCall(next), 1));
      await("the new fork", () -> arrived().contains(RegistryContract.key(next)));
      assertThat(taken()).containsExactly(RegistryContract.key(old));
      agreesWithTheNode();
    }
  }

  @Test
  void manyReorgsLeaveNothingOutAndNothingTwice() {
    SplittableRandom random = new SplittableRandom(20261124);
    try (Watching _ = watching(chain.url(), Optional.empty())) {
      for (int round = 0; round < 12; round++) {
        int depth = 1 + random.nextInt(5);
        chain.mine(depth);
        registry.create("r" + round);
        if (random.nextBoolean()) {
          agreesWithTheNode();
        }
        chain.reorg(
            1 + random.nextInt(depth),
            new Replacement(registry.createCall(registry.terms("n" + round)), 0));
      }
      agreesWithTheNode();
    }
  }

  @Test
  void aNodeThatIsGoneForAWhileIsReadOnWithoutLossOrRepetition() throws IOException {
    Tunnel http = new Tunnel(URI.create(chain.url()).getPort());
    try (Watching _ =
        watching("http://127.0.0.1:" + http.port(), Optional.of("ws://127.0.0.1:" + http.port()))) {
      registry.create("first");
      await("the first", () -> arrived().size() >= 2);
      http.close();
      await("that it says so", () -> said.stream().anyMatch(line -> line.contains("cannot read")));
      registry.create("meanwhile");
      chain.mine(3);
      chain.reorg(1);
      try (Tunnel again = new Tunnel(URI.create(chain.url()).getPort(), http.port())) {
        await(
            "that it is back",
            () -> said.stream().anyMatch(line -> line.contains("re-reads the gap after block")));
        registry.create("after");
        agreesWithTheNode();
        assertThat(again.port()).isEqualTo(http.port());
      }
    }
  }

  @Test
  void aConnectionThatIsSwallowedIsAGapToo() throws IOException {
    try (Tunnel tunnel = new Tunnel(URI.create(chain.url()).getPort());
        Watching _ =
            watching(
                "http://127.0.0.1:" + tunnel.port(),
                Optional.of("ws://127.0.0.1:" + tunnel.port()))) {
      registry.create("first");
      await("the first", () -> arrived().size() >= 2);
      tunnel.swallow();
      registry.create("swallowed");
      await("that it says so", () -> said.stream().anyMatch(line -> line.contains("cannot read")));
      tunnel.lead();
      agreesWithTheNode();
    }
  }

  @Test
  void aNodeOfAnotherChainIsRefused() {
    Onlooker onlooker = onlooker(chain.url(), Optional.empty(), Optional.of(137L));
    assertThat(onlooker.run(Optional.of(PATIENT)))
        .isInstanceOfSatisfying(
            Onlooker.End.Refused.class,
            refused -> assertThat(refused.why()).contains("expected: 137"));
    assertThat(seen).isEmpty();
  }

  @Test
  void whoSawNothingSaysSoAtTheEnd() {
    Onlooker onlooker =
        onlooker("http://127.0.0.1:" + FakeServer.closedPort(), Optional.empty(), Optional.empty());
    assertThat(onlooker.run(Optional.of(Duration.ofMillis(300))))
        .isInstanceOf(Onlooker.End.Blind.class);
  }

  // -------------------------------------------------------------------------------------- the
  // truth

  /** What is told and not taken back is exactly what the node has, each log once. */
  private void agreesWithTheNode() {
    await("what the node has", () -> standing().equals(onChain()));
    List<String> all = logs(Sighting.Arrived.class);
    assertThat(all).doesNotHaveDuplicates();
    assertThat(all).containsAll(logs(Sighting.Orphaned.class));
  }

  private Set<String> standing() {
    Set<String> standing = new HashSet<>(logs(Sighting.Arrived.class));
    standing.removeAll(logs(Sighting.Orphaned.class));
    return standing;
  }

  private Set<String> onChain() {
    Set<String> logs = new HashSet<>();
    StreamSupport.stream(
            chain
                .ask(
                    "eth_getLogs",
                    Map.of(
                        "fromBlock",
                        "0x0",
                        "toBlock",
                        "latest",
                        "address",
                        registry.address().text()))
                .spliterator(),
            false)
        .forEach(log ->
            logs.add(
                log.path("blockHash").stringValue()
                    + "|"
                    + Integer.parseInt(log.path("logIndex").stringValue().substring(2), 16)));
    return logs;
  }

  private List<String> logs(Class<? extends Sighting> kind) {
    List<String> logs = new ArrayList<>();
    for (Sighting sighting : seen) {
      if (kind.isInstance(sighting)) {
        event(sighting)
            .map(event -> event.log().block().hash().text() + "|" + event.log().index())
            .ifPresent(logs::add);
      }
    }
    return logs;
  }

  private static Optional<Sighting.Spotted> event(Sighting sighting) {
    return switch (sighting) {
      case Sighting.Arrived(var event, _) -> Optional.of(event);
      case Sighting.BecameFinal(var event) -> Optional.of(event);
      case Sighting.Orphaned(var event, _) -> Optional.of(event);
      case Sighting.BeganAgain _ -> Optional.empty();
    };
  }

  private List<Hash> arrived() {
    return keys(Sighting.Arrived.class);
  }

  private List<Hash> became() {
    return keys(Sighting.BecameFinal.class);
  }

  private List<Hash> taken() {
    return keys(Sighting.Orphaned.class);
  }

  /** An unmapped event, as the deployment's own, counts under its transaction. */
  private List<Hash> keys(Class<? extends Sighting> kind) {
    return seen.stream()
        .filter(kind::isInstance)
        .flatMap(sighting -> event(sighting).stream())
        .map(event ->
            event.decoded() instanceof Decoded.Event(var known)
                ? known.key()
                : event.log().transaction())
        .toList();
  }

  // ----------------------------------------------------------------------------------------- parts

  /** An onlooker on a thread of its own. */
  private record Watching(Onlooker onlooker, FutureTask<Onlooker.End> task)
      implements AutoCloseable {
    Onlooker.End end() {
      onlooker.stop();
      try {
        return task.get();
      } catch (InterruptedException | ExecutionException failed) {
        throw new IllegalStateException(failed);
      }
    }

    @Override
    public void close() {
      end();
    }
  }

  private Watching watching(String url, Optional<String> webSocket) {
    Onlooker onlooker = onlooker(url, webSocket, Optional.empty());
    FutureTask<Onlooker.End> task = new FutureTask<>(() -> onlooker.run(Optional.empty()));
    Thread.ofPlatform().daemon().start(task);
    return new Watching(onlooker, task);
  }

  private Onlooker onlooker(String url, Optional<String> webSocket, Optional<Long> expected) {
    Provider provider =
        new Provider(
            new JsonRpc(
                Endpoint.parse("anvil", url),
                Patience.ONCE,
                SystemTicker.SYSTEM,
                new SplittableRandom()));
    return new Onlooker(
        new Onlooker.Parts(
            new Watched(
                expected,
                Escrows.of(TestVenue.profile(), registry.address()),
                new SettleOn.Finalized(),
                100),
            provider,
            webSocket.map(socket -> Endpoint.parse("socket", socket)),
            seen::add,
            said::add,
            SystemTicker.SYSTEM,
            new SplittableRandom()),
        new Onlooker.Pace(
            32, Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofMillis(200)));
  }

  private void await(String what, BooleanSupplier isSo) {
    assertThat(ServeProcess.becomes(PATIENT, isSo))
        .as("%s; said: %s; seen: %s", what, said, seen)
        .isTrue();
  }
}
