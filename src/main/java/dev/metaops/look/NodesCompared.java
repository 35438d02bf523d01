package dev.metaops.look;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.command.Conversation;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Result;
import dev.metaops.health.Vital;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the nodes of one chain say, held against each other: who lags, and who is on a fork. */
final class NodesCompared {
  /** Nodes are not looked at in the same instant: as many blocks and as long are usual. */
  private static final long USUAL_LAG_BLOCKS = 3;

  private static final Duration USUAL_LAG = Duration.ofSeconds(6);

  /**
   * One that answered.
   *
   * @param shared the block it has at the height where all are compared; empty when it did not say
   */
  private record Node(ProviderLook look, ProviderLook.Seen seen, Optional<BlockRef> shared) {}

  private final List<Node> nodes;

  private NodesCompared(List<Node> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  /**
   * Asks nodes that named a later finalized block than another which block they have there.
   *
   * @param looks nodes of one chain that answered
   */
  static NodesCompared of(List<ProviderLook> looks, Conversation conversation, Deadline deadline) {
    Map<ProviderLook, BlockRef> shared = new HashMap<>();
    List<ProviderLook> later = new ArrayList<>();
    Optional<Long> lowest = finalized(looks).map(BlockRef::number).min(Comparator.naturalOrder());
    for (ProviderLook look : looks) {
      Optional<BlockRef> own = look.seen().flatMap(seen -> seen.head().finalized());
      if (own.isPresent() && lowest.equals(own.map(BlockRef::number))) {
        shared.put(look, own.get());
      } else if (own.isPresent()) {
        later.add(look);
      }
    }
    if (!later.isEmpty() && !deadline.hasPassed()) {
      ask(later, lowest.orElseThrow(), conversation, deadline, shared);
    }
    return new NodesCompared(
        looks.stream()
            .flatMap(look -> look.seen().stream().map(seen -> node(look, seen, shared)))
            .toList());
  }

  private static Stream<BlockRef> finalized(List<ProviderLook> looks) {
    return looks.stream()
        .flatMap(look -> look.seen().stream())
        .flatMap(seen -> seen.head().finalized().stream());
  }

  private static Node node(
      ProviderLook look, ProviderLook.Seen seen, Map<ProviderLook, BlockRef> shared) {
    return new Node(look, seen, Optional.ofNullable(shared.get(look)));
  }

  private static void ask(
      List<ProviderLook> looks,
      long height,
      Conversation conversation,
      Deadline deadline,
      Map<ProviderLook, BlockRef> shared) {
    List<Provider> providers =
        looks.stream().limit(Providers.MOST).map(ProviderLook::node).toList();
    List<Heard<Optional<Header>>> heard =
        Providers.of(
                providers,
                Optional.empty(),
                Providers.Pace.UNHEDGED,
                _ -> {},
                conversation.ticker())
            .askAll(
                Purpose.VERDICT, (provider, within) -> provider.header(height, within), deadline);
    for (int at = 0; at < heard.size(); at++) {
      if (heard.get(at) instanceof Heard.Said<Optional<Header>>(_, Optional<Header> header)
          && header.isPresent()) {
        shared.put(looks.get(at), header.get().ref());
      }
    }
  }

  /** The same result, with what the others say beside it; as it is when there are no others. */
  Result judge(ProviderLook look, Result result) {
    Optional<Node> own = nodes.stream().filter(node -> node.look().equals(look)).findFirst();
    if (own.isEmpty() || nodes.size() < 2) {
      return result;
    }
    List<Vital> found = new ArrayList<>();
    found.add(lag(own.get()));
    agreement(own.get()).ifPresent(found::add);
    Diagnosis alone = result.diagnosis();
    List<Vital> vitals = new ArrayList<>(alone.vitals());
    vitals.addAll(found);
    Condition worst =
        found.stream().map(Vital::condition).reduce(alone.condition(), Condition::worse);
    return result.with(
        new Diagnosis(
            worst,
            alone.sentence() + ProviderLook.wrongs(found),
            vitals,
            worst == Condition.UP ? Optional.empty() : Optional.of("metaops doctor")));
  }

  private Vital lag(Node own) {
    Node best =
        nodes.stream()
            .max(Comparator.comparingLong(node -> node.seen().head().latest().number()))
            .orElseThrow();
    long lag = best.seen().head().latest().number() - own.seen().head().latest().number();
    long usual =
        own.seen()
            .pace()
            .filter(Duration::isPositive)
            .map(pace -> Math.max(USUAL_LAG_BLOCKS, USUAL_LAG.dividedBy(pace)))
            .orElse(USUAL_LAG_BLOCKS);
    return new Vital(
            "lag",
            lag == 0
                ? "none, it is the best"
                : lag + (lag == 1 ? " block" : " blocks") + " behind " + best.look().place(),
            "up to " + usual + " blocks",
            lag > usual ? Condition.DEGRADED : Condition.UP)
        .gauged(lag, usual);
  }

  /** Final blocks of one height are one block: whoever is alone with another is on a fork. */
  private Optional<Vital> agreement(Node own) {
    Map<Hash, Long> votes =
        nodes.stream()
            .flatMap(node -> node.shared().stream())
            .collect(Collectors.groupingBy(BlockRef::hash, Collectors.counting()));
    if (own.shared().isEmpty() || votes.values().stream().mapToLong(Long::longValue).sum() < 2) {
      return Optional.empty();
    }
    BlockRef block = own.shared().get();
    String name = "finalized block " + block.number();
    String others =
        nodes.stream()
            .filter(node -> node.shared().filter(theirs -> !theirs.equals(block)).isPresent())
            .map(node ->
                node.look().place()
                    + " has "
                    + node.shared().map(theirs -> theirs.hash().brief()).orElse("none"))
            .collect(Collectors.joining(", "));
    if (others.isEmpty()) {
      return Optional.of(
          new Vital(name, block.hash().brief(), "the same at every provider", Condition.UP));
    }
    long mine = Optional.ofNullable(votes.get(block.hash())).orElse(0L);
    boolean isMajority = mine * 2 > votes.values().stream().mapToLong(Long::longValue).sum();
    return Optional.of(
        new Vital(
            name,
            block.hash().brief(),
            "the same at every provider; " + others,
            isMajority ? Condition.DEGRADED : Condition.DOWN));
  }
}
