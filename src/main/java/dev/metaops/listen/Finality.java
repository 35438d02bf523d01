package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.ledger.Settled;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How far the ledger's own chain is final: the highest of its blocks that enough nodes' final
 * blocks are, or stand on. A node whose final block is of another fork vouches for nothing. Not
 * thread-safe.
 */
final class Finality {
  /** A node that hangs holds up finality by no more than this. */
  private static final Duration MOST_FOR_ALL = Duration.ofSeconds(2);

  /** One look at a node that just begins again is no reason to be told of. */
  private static final int LOOKS_BEFORE_TOLD = 2;

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final SettleOn settleOn;
  private final Providers providers;
  private final int wanted;
  private final Map<String, Silence> silences = new HashMap<>();
  private int shortInARow;

  /**
   * With several nodes, two have to vouch.
   *
   * @param anchors how many nodes have to vouch; never more than there are
   */
  Finality(SettleOn settleOn, Providers providers, int anchors) {
    this.settleOn = settleOn;
    this.providers = providers;
    this.wanted = Math.min(anchors, providers.all().size());
  }

  /** How many nodes have to vouch. */
  int wanted() {
    return wanted;
  }

  /** Whether all nodes have to be asked, and these blocks are written before. */
  boolean isAskedLater(List<Header> blocks) {
    return wanted > 1 && blocks.size() == 1;
  }

  /** What a look at finality came to. */
  sealed interface Looked {
    /** This block is final, higher than the last one. */
    record Further(Settled settled) implements Looked {}

    /** Nothing more than before, as between any two blocks that become final. */
    record NoFurther() implements Looked {}

    /** Nothing more than before, and nothing will be: too few nodes vouch, look after look. */
    record Waits(String why) implements Looked {}

    /** Nobody was asked this time. */
    record Unasked() implements Looked {}

    /** A node's final block is not on the chain it shows, or not on ours. */
    record Contradicted(String why) implements Looked {}
  }

  /** The ledger's chain as it is with the blocks being written. */
  interface Ours {
    /** The canonical block of this number; empty where none is known. */
    Optional<BlockRef> at(long number) throws SQLException;
  }

  /**
   * From one head alone, where one node is enough: it showed the whole chain up to here.
   *
   * @param tip the highest block of our chain
   * @param before the highest block that was final before
   */
  Looked byOne(ChainHead head, long tip, long before, Ours ours) throws SQLException {
    Optional<Long> number = settleOn.settledNumber(head);
    if (number.isEmpty()) {
      return new Looked.NoFurther();
    }
    Optional<BlockRef> tag = tag(head).filter(block -> block.number() <= tip);
    Optional<BlockRef> vouched = tag.isPresent() ? tag : ours.at(Math.min(number.get(), tip));
    return vouched.isEmpty()
        ? new Looked.NoFurther()
        : furthest(List.of(vouched.get()), before, ours);
  }

  /**
   * Since when a node vouches for nothing.
   *
   * @param kind of failure; while it is the same the words stay those of the first
   */
  private record Silence(String kind, String why, Instant since) {}

  /** Whether the last looks found too few nodes that vouch. */
  boolean isShort() {
    return shortInARow > 0;
  }

  /**
   * Asks every node.
   *
   * @param now on the orders database's clock
   */
  Looked byAll(long tip, long before, Ours ours, Instant now, Deadline deadline)
      throws SQLException {
    List<BlockRef> vouched = new ArrayList<>();
    List<String> without = new ArrayList<>();
    for (Heard<Optional<BlockRef>> heard :
        providers.askAll(
            Purpose.FOLLOW,
            (provider, within) -> vouched(provider, tip, within),
            deadline.atMost(MOST_FOR_ALL))) {
      switch (heard) {
        case Heard.Said<Optional<BlockRef>>(Provider by, Optional<BlockRef> block)
            when block.isPresent() -> {
          vouched.add(block.get());
          silences.remove(by.endpoint().toString());
        }
        case Heard.Said<Optional<BlockRef>>(Provider by, Optional<BlockRef> _) ->
            without.add(silent(by, "none", "names no " + settleOn.text() + " block", now));
        case Heard.Silent<Optional<BlockRef>>(Provider by, RpcFailure failure) ->
            without.add(silent(by, failure.kind(), failure.sentence(), now));
      }
    }
    return told(furthest(vouched, before, ours), vouched.size(), without);
  }

  private String silent(Provider node, String kind, String why, Instant now) {
    String name = node.endpoint().toString();
    Optional<Silence> known = Optional.ofNullable(silences.get(name));
    Silence silence =
        known
            .filter(before -> before.kind().equals(kind))
            .orElseGet(() -> new Silence(kind, why, known.map(Silence::since).orElse(now)));
    silences.put(name, silence);
    return name + " since " + CLOCK.format(silence.since()) + ": " + silence.why();
  }

  private Looked told(Looked looked, int vouched, List<String> without) {
    boolean isShort = looked instanceof Looked.NoFurther && vouched < wanted;
    shortInARow = isShort ? shortInARow + 1 : 0;
    return shortInARow < LOOKS_BEFORE_TOLD
        ? looked
        : new Looked.Waits(
            vouched
                + " of "
                + providers.all().size()
                + " nodes vouched, "
                + wanted
                + " have to ("
                + String.join("; ", without)
                + ")");
  }

  /** The highest block up to our tip that this node holds for final. */
  private Optional<BlockRef> vouched(Provider provider, long tip, Deadline deadline) {
    ChainHead head = provider.head(deadline);
    Optional<Long> number = settleOn.settledNumber(head);
    if (number.isEmpty()) {
      return Optional.empty();
    }
    Optional<BlockRef> tag = tag(head).filter(block -> block.number() <= tip);
    return tag.isPresent()
        ? tag
        : provider.header(Math.min(number.get(), tip), deadline).map(Header::ref);
  }

  private Looked furthest(List<BlockRef> vouched, long before, Ours ours) throws SQLException {
    List<Long> numbers = new ArrayList<>();
    Optional<BlockRef> stranger = Optional.empty();
    for (BlockRef block : vouched) {
      Optional<BlockRef> our = ours.at(block.number());
      if (our.isPresent() && !our.get().equals(block)) {
        stranger = Optional.of(block);
      } else {
        numbers.add(block.number());
      }
    }
    if (numbers.size() < wanted) {
      return stranger
          .<Looked>map(block ->
              new Looked.Contradicted(
                  "the node's "
                      + settleOn.text()
                      + " block is not on the fork it shows (block "
                      + block
                      + ")"))
          .orElseGet(Looked.NoFurther::new);
    }
    numbers.sort(Comparator.reverseOrder());
    long settled = numbers.get(wanted - 1);
    Optional<BlockRef> ourSettled = settled <= before ? Optional.empty() : ours.at(settled);
    int anchor = Math.toIntExact(numbers.stream().filter(number -> number >= settled).count());
    return ourSettled
        .<Looked>map(block -> new Looked.Further(new Settled(block, anchor)))
        .orElseGet(Looked.NoFurther::new);
  }

  private Optional<BlockRef> tag(ChainHead head) {
    return switch (settleOn) {
      case SettleOn.Finalized() -> head.finalized();
      case SettleOn.Safe() -> head.safe();
      case SettleOn.Confirmations _ -> Optional.empty();
    };
  }
}
