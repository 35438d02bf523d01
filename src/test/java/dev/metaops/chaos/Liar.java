package dev.metaops.chaos;

import dev.metaops.chain.Address;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.SettableTicker;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A node with faults, and a provider that asks it. */
final class Liar implements AutoCloseable {
  static final Address ESCROW = new Address(HonestChain.ESCROW);

  final SettableTicker ticker = new SettableTicker();
  final List<Injection> injections = new ArrayList<>();
  final HonestChain chain;
  final Chaos chaos;
  final Provider provider;
  private final FakeNode node = new FakeNode();

  private Liar(long head, long seed, List<Fault> faults) {
    chain = new HonestChain(node, head);
    chaos = new Chaos(chain, faults, seed, ticker, injections::add);
    provider =
        new Provider(
            new JsonRpc(
                Endpoint.parse("liar", "http://liar.invalid"),
                new ChaosTransport(chaos),
                Patience.ONCE,
                ticker,
                new SplittableRandom(1)));
  }

  /** With head 20 and seed 7. */
  static Liar with(String... faults) {
    return seeded(7, faults);
  }

  static Liar seeded(long seed, String... faults) {
    return new Liar(20, seed, Stream.of(faults).map(Fault::parse).toList());
  }

  Deadline soon() {
    return Deadline.in(Duration.ofSeconds(5), ticker);
  }

  /** The logs of these blocks, as block:index. */
  List<String> logs(long from, long to) {
    return provider.logs(from, to, LogFilter.of(Set.of(ESCROW)), soon()).stream()
        .map(log -> log.block().number() + ":" + log.index())
        .toList();
  }

  @Override
  public void close() throws IOException {
    node.close();
  }
}
