package dev.metaops.stories;

import dev.metaops.chaos.Chaos;
import dev.metaops.chaos.ChaosTransport;
import dev.metaops.chaos.Fault;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.sim.SimLiar;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** A node of a simulated chain that is wrong in ways its seed chooses. */
final class SeededNode {
  private static final Patience PATIENCE =
      new Patience(3, Duration.ofSeconds(20), Duration.ofMillis(200), Duration.ofSeconds(2));

  /** Wrong in ways a check of hashes, or an error, shows. */
  private static final List<String> SEEN =
      List.of(
          "omit-receipt-log=0.3",
          "omit-receipt-log=2",
          "head-empty",
          "forge-header=0.3",
          "forge-header=1",
          "lag=3",
          "lag=1",
          "fork=-2",
          "fork=-1",
          "finalized-back=4",
          "finalized-stalled",
          "no-finalized",
          "wrong-chain=5",
          "max-batch=3",
          "max-rate=30",
          "quota=5,0.2",
          "no-block-receipts",
          "hang=0.1",
          "reset=0.2",
          "http-error=500,0.2",
          "http-error=429,0.2",
          "latency=300,0.5",
          "cut=0.2",
          "truncate=0.2",
          "flip=0.2",
          "html=0.1",
          "empty=0.1",
          "wrong-id=0.2",
          "bomb=0.02",
          "huge-number=0.05");

  /** Logs are left out, or refused. */
  private static final List<String> OMITTING =
      List.of(
          "omit-block=0.5",
          "omit-log=0.5",
          "cut-results=2",
          "max-results=2",
          "reorder-logs",
          "duplicate-log=0.3",
          "max-range=3",
          "max-range-alchemy=4",
          "max-range-infura=2",
          "max-range-quicknode=5",
          "max-range-llama=3",
          "max-range-chainstack=2",
          "max-range-drpc=4",
          "max-range-avalanche=3",
          "max-range-publicnode=2");

  /** Logs are there that are not so. */
  private static final List<String> INVENTING =
      List.of("removed-log=0.3", "alter-log=0.3", "invent-log=0.5");

  private final SimLiar liar;
  private final SplittableRandom tongue;
  private final Chaos chaos;
  private final Endpoint endpoint;
  private final Ticker ticker;
  private final SplittableRandom random;

  SeededNode(SimLiar liar, int number, long seed, Ticker ticker) {
    this.liar = liar;
    this.tongue = new SplittableRandom(~seed);
    this.chaos = new Chaos(liar, List.of(), seed, ticker, _ -> {});
    this.endpoint = Endpoint.parse("node" + number, "http://node" + number + ".invalid");
    this.ticker = ticker;
    this.random = new SplittableRandom(seed);
  }

  /** As a process that has just started knows it. */
  Provider provider() {
    return new Provider(
        new JsonRpc(endpoint, new ChaosTransport(chaos), PATIENCE, ticker, random.split()));
  }

  /** From now on it is wrong in one to three ways. */
  void errs() {
    List<String> all = new ArrayList<>(SEEN);
    all.addAll(OMITTING);
    all.addAll(INVENTING);
    List<Fault> faults = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    while (faults.size() < count) {
      faults.add(Fault.parse(all.get(random.nextInt(all.size()))));
    }
    chaos.switchTo(faults);
    if (tongue.nextInt(3) == 0) {
      liar.liesNow();
    } else {
      liar.isHonestNow();
    }
  }

  /** It says that what is newest is final. */
  void isRash() {
    liar.isHonestNow();
    chaos.switchTo(List.of(Fault.parse("finalized-ahead")));
  }

  void isHonest() {
    liar.isHonestNow();
    chaos.switchTo(List.of());
  }

  /** Keys of the escrows it ever said to be released that were not. */
  Set<String> madeUp() {
    return liar.madeUp();
  }

  String faults() {
    return chaos.faults().stream().map(Fault::text).toList().toString();
  }

  Map<Fault, Long> injected() {
    return chaos.injected();
  }
}
