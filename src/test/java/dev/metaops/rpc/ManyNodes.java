package dev.metaops.rpc;

import dev.metaops.chain.Address;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeNode.Behaviour;
import dev.metaops.testing.SettableTicker;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/** Three nodes of one chain; each answers the question {@link #WHO} with its own number, from 0. */
final class ManyNodes implements AutoCloseable {
  static final Behaviour BROKEN = new Behaviour.Says(503, Map.of(), "");

  static final Question<Long> WHO =
      (provider, deadline) ->
          provider.nonce(new Address("0x" + "01".repeat(20)), At.Tag.LATEST, deadline);

  /** A hedge that comes at once, and one that never does. */
  static final Providers.Pace AT_ONCE =
      new Providers.Pace(Duration.ofMillis(1), Duration.ofMillis(1), 10);

  static final Providers.Pace NEVER = Providers.Pace.UNHEDGED;

  final SettableTicker ticker = new SettableTicker();
  final List<FakeNode> nodes = new ArrayList<>();
  final List<Noticed> noticed = new CopyOnWriteArrayList<>();

  ManyNodes() {
    for (int number = 0; number < 3; number++) {
      FakeNode node = new FakeNode().on("eth_chainId", "\"0x1\"");
      node.on("eth_getTransactionCount", "\"0x" + number + "\"");
      nodes.add(node);
      shows(number, 100);
    }
  }

  Providers providers(Providers.Pace pace) {
    return providers(pace, Optional.empty());
  }

  Providers providers(Providers.Pace pace, Optional<Long> chainId) {
    List<Provider> all = new ArrayList<>();
    for (int number = 0; number < nodes.size(); number++) {
      all.add(
          new Provider(
              new JsonRpc(
                  Endpoint.parse("node" + number, nodes.get(number).url() + "/v3/SECRETKEY"),
                  Patience.ONCE,
                  ticker,
                  new SplittableRandom(number))));
    }
    return Providers.of(all, chainId, pace, noticed::add, ticker);
  }

  FakeNode node(int number) {
    return nodes.get(number);
  }

  /** From now on its latest block is this. */
  void shows(int number, long block) {
    node(number)
        .on(
            "eth_getBlockByNumber",
            params ->
                params.path(0).stringValue().equals("latest")
                    ? LyingNodeTest.block(block)
                    : LyingNodeTest.block(block - 64));
  }

  /** How often it was asked by this method. */
  long asked(int number, String method) {
    return node(number).asked().stream().filter(body -> body.contains(method)).count();
  }

  Deadline in(int seconds) {
    return Deadline.in(Duration.ofSeconds(seconds), ticker);
  }

  @Override
  public void close() throws IOException {
    for (FakeNode node : nodes) {
      node.close();
    }
  }
}
