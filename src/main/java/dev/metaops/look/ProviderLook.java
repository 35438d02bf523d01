package dev.metaops.look;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import dev.metaops.command.Conversation;
import dev.metaops.config.Endpoint;
import dev.metaops.config.HealthSection;
import dev.metaops.health.Check;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.reach.Nodes;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One provider of the chain, looked at once: does it answer, how fast, which chain, how fresh. */
public final class ProviderLook implements Check.Question {
  /** SPEC §5: degraded at 30 s, down at 2 min. */
  private static final int DEAD_HEAD_FACTOR = 4;

  /** A head this far ahead of our clock says that one of the two is wrong. */
  private static final Duration AHEAD = Duration.ofSeconds(30);

  /** Ethereum needs about 15 minutes. */
  private static final Duration FINALITY_LAG = Duration.ofMinutes(30);

  /** How far back the pace is measured. */
  private static final int PACE_BLOCKS = 100;

  /**
   * What it said.
   *
   * @param pace from one block to the next; empty when it could not be measured
   */
  record Seen(long chainId, Duration latency, ChainHead head, Optional<Duration> pace) {}

  /** What one look asks at most: the chain id, three heads, two older blocks. */
  public static final int QUESTIONS = 6;

  private final Endpoint endpoint;
  private final Conversation conversation;
  private final Nodes nodes;
  private volatile Optional<Seen> seen = Optional.empty();

  ProviderLook(Endpoint endpoint, Conversation conversation, Nodes nodes) {
    this.endpoint = endpoint;
    this.conversation = conversation;
    this.nodes = nodes;
  }

  /** Empty until it answered in full. */
  Optional<Seen> seen() {
    return seen;
  }

  String place() {
    return endpoint.place();
  }

  /**
   * @throws IllegalArgumentException when its URL cannot be used
   */
  Provider node() {
    return nodes.at(endpoint);
  }

  @Override
  public Diagnosis ask(Deadline deadline) {
    Ticker ticker = conversation.ticker();
    Optional<Long> expected = conversation.settings().chain().expectedChainId();
    try {
      Provider provider = node();
      // Waited for later it would be measured as the node's slowness.
      Optional<String> spent = provider.awaitBudget(QUESTIONS, deadline);
      if (spent.isPresent()) {
        return notAsked(spent.get());
      }
      long start = ticker.nanos();
      long chainId = provider.chainId(deadline);
      Duration latency = Duration.ofNanos(ticker.nanos() - start);
      if (expected.isPresent() && chainId != expected.get()) {
        return wrongChain(expected.get(), chainId);
      }
      ChainHead head = provider.head(deadline);
      Seen found = new Seen(chainId, latency, head, pace(provider, head.latest(), deadline));
      seen = Optional.of(found);
      return judge(found);
    } catch (RpcUnavailable unavailable) {
      Optional<String> spent =
          unavailable.failure() instanceof RpcFailure.Quota
              ? node().awaitBudget(1, deadline)
              : Optional.empty();
      return spent
          .map(this::notAsked)
          .orElseGet(() ->
              Diagnosis.down(
                  endpoint.place() + ": " + unavailable.failure().sentence(), "metaops doctor"));
    } catch (IllegalArgumentException unusable) {
      return Diagnosis.down(String.valueOf(unusable.getMessage()), "metaops config check");
    }
  }

  private Diagnosis notAsked(String why) {
    return Diagnosis.unknown(
        endpoint.place() + ": not asked, it would take from following: " + why, "metaops doctor");
  }

  /** The id is another than the one configured or pinned. */
  Diagnosis wrongChain(long expected, long got) {
    return new Diagnosis(
        Condition.DOWN,
        endpoint.place() + ": " + new RpcFailure.WrongChain(expected, got).sentence(),
        List.of(new Vital("chain id", Long.toString(got), Long.toString(expected), Condition.DOWN)),
        Optional.of("metaops config show"));
  }

  public static Optional<Duration> pace(Provider provider, Header latest, Deadline deadline) {
    long back = Math.min(PACE_BLOCKS, latest.number());
    if (back == 0) {
      return Optional.empty();
    }
    try {
      return provider
          .header(latest.number() - back, deadline)
          .map(then -> Duration.between(then.time(), latest.time()).dividedBy(back))
          .filter(pace -> !pace.isNegative());
    } catch (RpcUnavailable late) {
      return Optional.empty(); // what is known without the pace is enough to judge
    }
  }

  /** By what it said alone. */
  Diagnosis judge(Seen found) {
    List<Vital> vitals = new ArrayList<>();
    vitals.add(latency(found));
    vitals.add(chain(found));
    vitals.add(age(found));
    vitals.add(finality(found));
    Condition worst = vitals.stream().map(Vital::condition).reduce(Condition.UP, Condition::worse);
    return new Diagnosis(
        worst,
        endpoint.place() + ": block " + found.head().latest().number() + wrongs(vitals),
        vitals,
        worst == Condition.UP ? Optional.empty() : Optional.of("metaops doctor"));
  }

  static String wrongs(List<Vital> vitals) {
    StringBuilder text = new StringBuilder();
    for (Vital vital : vitals) {
      if (vital.condition() != Condition.UP) {
        text.append(", ").append(vital.name()).append(' ').append(vital.value());
        if (!vital.threshold().isEmpty()) {
          text.append(" (expected: ").append(vital.threshold()).append(')');
        }
      }
    }
    return text.toString();
  }

  private Vital latency(Seen found) {
    Duration slow = conversation.settings().health().rpcSlowAfter();
    return new Vital(
            "latency",
            found.latency().toMillis() + " ms",
            "up to " + slow.toMillis() + " ms",
            found.latency().compareTo(slow) > 0 ? Condition.DEGRADED : Condition.UP)
        .gauged(found.latency().toMillis(), slow.toMillis());
  }

  private Vital chain(Seen found) {
    return conversation
        .settings()
        .chain()
        .expectedChainId()
        .map(expected ->
            new Vital(
                "chain id", Long.toString(found.chainId()), expected.toString(), Condition.UP))
        .orElseGet(() -> Vital.shown("chain id", Long.toString(found.chainId())));
  }

  private Vital age(Seen found) {
    Duration age = Duration.between(found.head().latest().time(), conversation.ticker().now());
    HealthSection limits = conversation.settings().health();
    Duration old =
        longer(
            limits.headOldAfter(),
            found.pace().orElse(Duration.ZERO).multipliedBy(limits.headOldBlocks()));
    Duration dead = old.multipliedBy(DEAD_HEAD_FACTOR);
    if (age.negated().compareTo(AHEAD) > 0) {
      return new Vital(
          "head",
          Ages.of(age.negated()) + " ahead of this machine's clock",
          "at most " + Ages.of(AHEAD) + " ahead",
          Condition.DEGRADED);
    }
    return new Vital(
            "head age",
            Ages.of(age),
            "under " + Ages.of(old) + ", down at " + Ages.of(dead),
            age.compareTo(dead) >= 0
                ? Condition.DOWN
                : age.compareTo(old) >= 0 ? Condition.DEGRADED : Condition.UP)
        .gauged(Math.max(0, age.toSeconds()), old.toSeconds());
  }

  private static Vital finality(Seen found) {
    Optional<BlockRef> last = found.head().finalized();
    if (last.isEmpty()) {
      return Vital.shown("finalized", "this chain names no finalized block");
    }
    long blocks = found.head().latest().number() - last.get().number();
    Duration lag = found.pace().orElse(Duration.ZERO).multipliedBy(blocks);
    return new Vital(
            "finalized",
            blocks + " blocks behind the head, about " + Ages.of(lag),
            "up to " + Ages.of(FINALITY_LAG),
            lag.compareTo(FINALITY_LAG) > 0 ? Condition.DEGRADED : Condition.UP)
        .gauged(lag.toSeconds(), FINALITY_LAG.toSeconds());
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
