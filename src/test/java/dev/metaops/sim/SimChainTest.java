package dev.metaops.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.chaos.Chaos;
import dev.metaops.chaos.ChaosProxy;
import dev.metaops.chaos.ChaosTransport;
import dev.metaops.chaos.Fault;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.escrow.EscrowView;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderState;
import dev.metaops.proof.Bloom;
import dev.metaops.proof.HeaderSeal;
import dev.metaops.proof.ReceiptsTrie;
import dev.metaops.proof.Rooting;
import dev.metaops.proof.Sealing;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated chain beside everything that was written without it. */
class SimChainTest {
  private static final SimChain.Depths DEPTHS = new SimChain.Depths(4, 8);
  private static final Address REGISTRY = new Address(SimChain.REGISTRY);

  /** A chain with a market that lived on it, reorgs included. */
  private record World(SimChain chain, SimMarket market) {
    static World lived(long seed, int steps) {
      SimChain chain = new SimChain(seed, DEPTHS);
      SimMarket market = new SimMarket(seed, chain, 30);
      SplittableRandom random = new SplittableRandom(seed);
      for (int step = 0; step < steps; step++) {
        if (random.nextInt(8) == 0) {
          market.reorg(1 + random.nextInt(6));
        } else {
          market.mine();
        }
      }
      return new World(chain, market);
    }

    Provider node(String... faults) {
      Chaos chaos =
          new Chaos(
              new SimNode(chain, SimNode.Orphans.FORGOTTEN),
              Stream.of(faults).map(Fault::parse).toList(),
              7,
              SystemTicker.SYSTEM,
              _ -> {});
      return provider("http://sim.invalid", new ChaosTransport(chaos));
    }
  }

  private static Provider provider(String url, Transport transport) {
    return new Provider(
        new JsonRpc(
            Endpoint.parse("sim", url),
            transport,
            Patience.ONCE,
            SystemTicker.SYSTEM,
            new SplittableRandom(1)));
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30), SystemTicker.SYSTEM);
  }

  private static List<Header> headers(Provider node, long to) {
    return node.headers(LongStream.rangeClosed(0, to).boxed().toList(), soon()).stream()
        .map(Optional::orElseThrow)
        .toList();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyHashFollowsFromItsFieldsAndEveryRootAndBloomFromTheReceipts(long seed) {
    World world = World.lived(seed, 60);
    Provider node = world.node();
    List<Header> headers = headers(node, world.chain().headNumber());
    for (int at = 0; at < headers.size(); at++) {
      Header header = headers.get(at);
      assertThat(HeaderSeal.of(header)).isInstanceOf(Sealing.Sealed.class);
      assertThat(at == 0 || header.extendsBlock(headers.get(at - 1).ref())).isTrue();
      Rooting rooting =
          ReceiptsTrie.of(
              header.receiptsRoot(), node.receipts(List.of(header.ref()), soon()).getFirst());
      assertThat(rooting)
          .isInstanceOfSatisfying(
              Rooting.Rooted.class,
              rooted -> assertThat(rooted.bloom()).isEqualTo(Bloom.of(header)));
    }
  }

  @Test
  void aBlockOfManyTransactionsHasASoundRootToo() {
    SimChain chain = new SimChain(1, DEPTHS);
    SimOrder order = SimOrder.of("ord_1", java.math.BigInteger.TEN, SimChain.REGISTRY);
    for (int size : List.of(1, 2, 16, 17, 127, 128, 129, 300)) {
      chain.mine(
          LongStream.range(0, size)
              .mapToObj(number -> new Deed(number, Deed.What.NOISE, order))
              .toList());
    }
    Provider node = new World(chain, new SimMarket(1, chain, 1)).node();
    for (Header header : headers(node, chain.headNumber())) {
      assertThat(
              ReceiptsTrie.of(
                  header.receiptsRoot(), node.receipts(List.of(header.ref()), soon()).getFirst()))
          .isInstanceOf(Rooting.Rooted.class);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatTheEventsFoldToIsWhatItSaysOfTheRows(long seed) throws IOException {
    World world = World.lived(seed, 40);
    world.market().settle();
    Provider node = world.node();
    EscrowProfile profile = EscrowProfile.registry(EscrowAbi.parse(artifact()));
    Map<String, Folded> folded = new HashMap<>();
    List<Log> logs =
        node.logs(0, world.chain().headNumber(), LogFilter.of(Set.of(REGISTRY)), soon());
    for (Log log : logs) {
      if (profile.decode(log) instanceof Decoded.Event(var event)) {
        folded.merge(
            event.key().text(),
            Folded.nothing().after(event.kind()),
            (before, _) -> before.after(event.kind()));
      }
    }
    world
        .market()
        .orders()
        .forEach(order -> {
          String row = world.market().rows().getOrDefault(order.id(), "");
          assertThat(folded.getOrDefault(order.key(), Folded.nothing()))
              .as("%s of seed %d", order, seed)
              .isEqualTo(new Folded.Stands(OrderState.valueOf(row)));
          assertThat(storage(node, order).map(Enum::name).orElse("NONE")).isEqualTo(standing(row));
        });
    assertThat(world.market().events())
        .isSubsetOf(
            logs.stream()
                .filter(log -> log.topics().size() > 1)
                .map(log ->
                    log.block().hash().text()
                        + ":"
                        + log.index()
                        + " "
                        + log.topics().get(0).text()
                        + " "
                        + log.topics().get(1).text())
                .toList());
    assertThat(world.market().rows().values()).contains("SETTLED", "CREATED", "PENDING");
  }

  private static Optional<EscrowStatus> storage(Provider node, SimOrder order) {
    byte[] answer =
        node.call(REGISTRY, EscrowView.escrowOf(new Hash(order.key())), At.Tag.LATEST, soon());
    return EscrowView.readEscrowOf(answer).map(EscrowView.Holding::status);
  }

  private static String standing(String row) {
    return switch (row) {
      case "CREATED" -> "NONE";
      case "PENDING" -> "HELD";
      case "SETTLED" -> "RELEASED";
      default -> row;
    };
  }

  private static String artifact() throws IOException {
    try (InputStream in =
        SimChainTest.class.getResourceAsStream("/contracts/RegistryEscrow.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theSameSeedLivesTheSameLife() {
    World one = World.lived(9, 80);
    World same = World.lived(9, 80);
    World other = World.lived(10, 80);
    assertThat(same.chain().head()).isEqualTo(one.chain().head());
    assertThat(same.market().rows()).isEqualTo(one.market().rows());
    assertThat(other.chain().head()).isNotEqualTo(one.chain().head());
  }

  @Test
  void aReorgReplacesBlocksFromAnyDepthAndFinalityFollowsStallsOrGoesBack() {
    World world = World.lived(1, 0);
    for (int block = 0; block < 40; block++) {
      world.market().mine();
    }
    Provider node = world.node();
    Provider keeping =
        provider("http://sim.invalid", new SimNode(world.chain(), SimNode.Orphans.KEPT));
    ChainHead before = node.head(soon());
    assertThat(before.finalized().orElseThrow().number()).isEqualTo(32);
    assertThat(before.safe().orElseThrow().number()).isEqualTo(36);
    BlockRef fork = headers(node, 40).get(10).ref();

    world.market().reorg(30);
    List<Header> after = headers(node, 41);
    assertThat(after.get(10).ref()).isEqualTo(fork);
    assertThat(after.get(11).extendsBlock(fork)).isTrue();
    assertThat(after.get(40).ref()).isNotEqualTo(before.latest().ref());
    assertThat(node.header(before.latest().hash(), soon())).isEmpty();
    assertThat(keeping.header(before.latest().hash(), soon())).contains(before.latest());
    assertThat(node.head(soon()).finalized().orElseThrow().number()).isEqualTo(33);

    world.chain().stallFinality();
    world.market().mine();
    assertThat(world.chain().finalizedNumber()).isEqualTo(33);
    world.chain().regressFinality(5);
    assertThat(node.head(soon()).finalized().orElseThrow().number()).isEqualTo(28);
  }

  @Test
  void liesAboutItAreSeenByWhoeverProves() {
    World world = World.lived(3, 60);
    long block =
        LongStream.rangeClosed(1, world.chain().headNumber())
            .filter(number ->
                world.chain().at(number).orElseThrow().included().stream()
                    .anyMatch(one -> !one.effect().logs().isEmpty()))
            .findFirst()
            .orElseThrow();
    Provider liar =
        world.node("omit-receipt-log=block:" + block, "forge-header=block:" + (block + 1));
    Header sound = liar.header(block, soon()).orElseThrow();
    assertThat(HeaderSeal.of(sound)).isInstanceOf(Sealing.Sealed.class);
    assertThat(
            ReceiptsTrie.of(
                sound.receiptsRoot(), liar.receipts(List.of(sound.ref()), soon()).getFirst()))
        .isInstanceOf(Rooting.Unrooted.class);
    assertThat(HeaderSeal.of(liar.header(block + 1, soon()).orElseThrow()))
        .isInstanceOf(Sealing.Unsealed.class);
    Header forked = world.node("fork=0").header(block, soon()).orElseThrow();
    assertThat(HeaderSeal.of(forked)).isInstanceOf(Sealing.Unsealed.class);
  }

  @Test
  void topicsAndContractsAreFilteredAsANodeDoes() {
    World world = World.lived(2, 60);
    Provider node = world.node();
    Hash created =
        new Hash(
            SimBytes.hash("EscrowCreated(bytes32,address,address,string,address,uint256,uint64)"));
    List<Log> all =
        node.logs(0, world.chain().headNumber(), LogFilter.of(Set.of(REGISTRY)), soon());
    LogFilter filter = new LogFilter(Set.of(REGISTRY), List.of(Set.of(created)));
    assertThat(node.logs(0, world.chain().headNumber(), filter, soon()))
        .isNotEmpty()
        .isEqualTo(all.stream().filter(filter::accepts).toList());
  }

  @Test
  void itStandsBehindARealSocketToo() throws IOException {
    World world = World.lived(4, 30);
    Chaos chaos =
        new Chaos(
            new SimNode(world.chain(), SimNode.Orphans.FORGOTTEN),
            List.of(Fault.parse("reset=1")),
            7,
            SystemTicker.SYSTEM,
            _ -> {});
    try (ChaosProxy proxy = ChaosProxy.open(chaos, Optional.empty(), 0, SystemTicker.SYSTEM)) {
      Endpoint place = Endpoint.parse("sim", "http://127.0.0.1:" + proxy.port());
      Provider node = provider(place.shown(), Transport.http(place));
      assertThat(
              Optional.ofNullable(
                      catchThrowableOfType(RpcUnavailable.class, () -> node.chainId(soon())))
                  .orElseThrow()
                  .failure())
          .isInstanceOf(RpcFailure.Unreachable.class);
      node.requireChain(SimChain.CHAIN_ID, soon());
      assertThat(node.head(soon()).latest().number()).isEqualTo(world.chain().headNumber());
    }
  }
}
