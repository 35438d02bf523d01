package dev.metaops.stories;

import dev.metaops.chaos.Chaos;
import dev.metaops.chaos.ChaosTransport;
import dev.metaops.chaos.Fault;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Transport;
import dev.metaops.testing.TestChain;
import dev.metaops.time.SystemTicker;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A node of a chain with faults between it and who asks. */
record FacedNode(Chaos chaos, Provider provider) {
  private static final long SEED = 7;
  private static final Patience SHORT =
      new Patience(3, Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(100));

  static FacedNode of(TestChain chain, String name, String... faults) {
    Chaos chaos =
        new Chaos(
            Transport.http(Endpoint.parse("anvil", chain.url())),
            Stream.of(faults).map(Fault::parse).toList(),
            SEED,
            SystemTicker.SYSTEM,
            _ -> {});
    return new FacedNode(
        chaos,
        new Provider(
            new JsonRpc(
                Endpoint.parse(name, "http://" + name + ".invalid"),
                new ChaosTransport(chaos),
                SHORT,
                SystemTicker.SYSTEM,
                new SplittableRandom(1))));
  }

  /** From now on it has these faults and no others. */
  void nowHas(String... faults) {
    chaos.switchTo(Stream.of(faults).map(Fault::parse).toList());
  }

  void tellsTheTruth() {
    nowHas();
  }
}
