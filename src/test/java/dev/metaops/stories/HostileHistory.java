package dev.metaops.stories;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.Escrows;
import dev.metaops.ledger.Lease;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Followed;
import dev.metaops.listen.TrialListener;
import dev.metaops.listen.Watched;
import dev.metaops.reconcile.Inspector;
import dev.metaops.reconcile.Registry;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Noticed;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.rpc.Transactions;
import dev.metaops.sim.SimChain;
import dev.metaops.sim.SimMarket;
import dev.metaops.sim.SimNode;
import dev.metaops.sim.SimOrder;
import dev.metaops.testing.HostileJson;
import dev.metaops.testing.MemoryLedger;
import dev.metaops.testing.SettableTicker;
import dev.metaops.time.Deadline;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/**
 * What one seed makes of a market whose only node turns hostile once its chain is known, and comes
 * to its senses: everything that reads goes on reading, nothing but a refusal comes out, and then
 * the ledger is as the simulator's own.
 */
final class HostileHistory {
  private static final Pattern STEERS =
      Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");
  private static final int LONGEST_SENTENCE = 500;
  private static final int MOMENTS = 30;
  private static final int MOST_STEPS = 300;

  private final SplittableRandom random;
  private final SettableTicker ticker = new SettableTicker();
  private final MemoryLedger ledger = new MemoryLedger(ticker);
  private final SimChain chain;
  private final SimMarket market;
  private final HostileNode node;
  private final Provider provider;
  private final Provider honest;
  private final Watched watched;
  private final TrialListener listener;
  private final Inspector inspector;
  private int refusals;

  HostileHistory(long seed) throws SQLException {
    random = new SplittableRandom(seed);
    chain = new SimChain(seed, new SimChain.Depths(2, 5));
    market = new SimMarket(seed, chain, 5);
    SimNode simulated = new SimNode(chain, SimNode.Orphans.KEPT);
    node = new HostileNode(simulated, seed);
    honest = provider(new JsonRpc(endpoint(), simulated, Patience.ONCE, ticker, random.split()));
    provider = provider(new JsonRpc(endpoint(), node, Patience.ONCE, ticker, random.split()));
    Escrows escrows = SimVenue.escrows();
    watched =
        new Watched(
            Optional.of(SimChain.CHAIN_ID),
            escrows,
            new SettleOn.Finalized(),
            1 + random.nextInt(12),
            Assurance.FULL);
    inspector =
        new Inspector(
            provider,
            new Registry(
                Optional.of(SimChain.CHAIN_ID),
                escrows,
                new SettleOn.Finalized(),
                Duration.ofHours(1)));
    ledger.openStream(
        SimChain.CHAIN_ID, honest.header(0, soon()).orElseThrow(), watched.settleOn());
    for (SimOrder order : market.orders()) {
      ledger.insert(SimVenue.terms(order));
    }
    Providers providers =
        Providers.of(
            List.of(provider),
            Optional.of(SimChain.CHAIN_ID),
            Providers.Pace.UNHEDGED,
            this::hear,
            ticker);
    Lease lease =
        ledger
            .takeLease(SimChain.CHAIN_ID, "process 1", Optional.empty(), Duration.ofDays(400))
            .orElseThrow();
    listener =
        new TrialListener(
            watched,
            providers,
            ledger,
            lease,
            new EventLog(Path.of("target", "events", "hostile"), _ -> {}, ticker),
            _ -> {},
            ticker);
  }

  private static Provider provider(JsonRpc rpc) {
    return new Provider(rpc);
  }

  private static Endpoint endpoint() {
    return Endpoint.parse("node", "http://node.invalid/v2/" + HostileJson.KEY);
  }

  /** How each hostile answer was changed. */
  List<String> said() {
    return node.said();
  }

  /** How often a question was refused an answer. */
  int refusals() {
    return refusals;
  }

  /** Lives it; what is otherwise than the simulator's truth at the end. */
  List<String> live() throws SQLException {
    while (ledger.kept() == 0) {
      market.mine();
      followToHead();
    }
    for (int moment = 0; moment < MOMENTS; moment++) {
      market.mine();
      node.isHostile(true);
      step();
      asked(() -> ask(random.nextInt(18)));
      node.isHostile(false);
      ticker.advance(Duration.ofSeconds(random.nextInt(1200)));
      if (random.nextInt(4) == 0) {
        step();
      }
    }
    ticker.advance(Duration.ofDays(1));
    market.settle();
    followToHead();
    return new SimTruth(market, chain, honest).otherwise(ledger, soon());
  }

  private void step() throws SQLException {
    try {
      Followed followed = listener.step(soon());
      if (followed instanceof Followed.PastSettled || followed instanceof Followed.LeaseLost) {
        throw new AssertionError("a changed answer was taken for the chain's: " + followed);
      }
    } catch (RpcUnavailable refused) {
      isFit(refused);
    }
  }

  private void followToHead() throws SQLException {
    for (int more = 0; more < MOST_STEPS; more++) {
      step();
      var stream = ledger.stream().orElseThrow();
      if (stream.cursor().number() == chain.headNumber()
          && stream.settledNumber() == chain.finalizedNumber()) {
        return;
      }
      ticker.advance(Duration.ofSeconds(11));
    }
    throw new AssertionError("it never catches up: " + ledger.stream());
  }

  private void asked(Runnable question) {
    try {
      question.run();
    } catch (RpcUnavailable refused) {
      isFit(refused);
    }
  }

  /** Each question that something in the program asks. */
  private void ask(int which) {
    BlockRef head = honest.head(soon()).latest().ref();
    Address registry = new Address(SimChain.REGISTRY);
    Transactions transactions = new Transactions(provider);
    SimOrder order = market.orders().get(random.nextInt(market.orders().size()));
    Address buyer = new Address(order.buyer());
    List<Hash> some = List.of(new Hash(order.key()), head.hash());
    switch (which) {
      case 0 -> provider.chainId(soon());
      case 1 -> provider.head(soon());
      case 2 -> provider.headers(List.of(1L, 2L, head.number()), soon());
      case 3 -> provider.header(head.hash(), soon());
      case 4 -> provider.logs(head, Set.of(registry), soon());
      case 5 -> provider.logs(0, head.number(), LogFilter.of(Set.of(registry)), soon());
      case 6 -> provider.receipts(List.of(head), soon());
      case 7 -> provider.receipt(head.hash(), soon());
      case 8 -> provider.calls(registry, List.of(new byte[4]), new At.Block(head), soon());
      case 9 -> provider.code(registry, new At.Block(head), soon());
      case 10 -> provider.storage(registry, some, new At.Block(head), soon());
      case 11 -> provider.balance(buyer, At.Tag.LATEST, soon());
      case 12 -> provider.nonce(buyer, At.Tag.LATEST, soon());
      case 13 -> transactions.known(some, soon());
      case 14 -> transactions.receipts(some, soon());
      case 15 -> transactions.feeMarket(soon());
      case 16 -> transactions.sentIn(head.number(), buyer, soon());
      default -> {
        inspector.inspect(SimVenue.terms(order), 0, soon());
        inspector.swept(List.of(SimVenue.terms(order)), soon());
      }
    }
  }

  private void hear(Noticed noticed) {
    isFit(noticed.sentence());
    if (noticed instanceof Noticed.Lied(var _, var lie)) {
      for (String text : List.of(lie.request(), lie.answer(), lie.expected())) {
        if (STEERS.matcher(text).results().anyMatch(found -> found.group().charAt(0) < 0xa0)
            || text.contains(HostileJson.KEY)) {
          throw new AssertionError("evidence that no database keeps: " + text);
        }
      }
    }
  }

  private void isFit(RpcUnavailable refused) {
    refusals++;
    isFit(String.valueOf(refused.getMessage()));
    isFit(refused.failure().sentence());
  }

  /** Short, printable, without the key. */
  private static void isFit(String sentence) {
    if (sentence.length() > LONGEST_SENTENCE
        || STEERS.matcher(sentence).find()
        || sentence.contains(HostileJson.KEY)) {
      throw new AssertionError("not fit for a screen: " + sentence);
    }
  }

  private Deadline soon() {
    return Deadline.in(Duration.ofSeconds(10), ticker);
  }
}
