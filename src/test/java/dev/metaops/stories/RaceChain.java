package dev.metaops.stories;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.ledger.Batch;
import dev.metaops.ledger.Completeness;
import dev.metaops.ledger.Cursor;
import dev.metaops.ledger.ReadBlock;
import dev.metaops.ledger.Settled;
import dev.metaops.order.ChainView;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderState;
import dev.metaops.plan.Plan;
import dev.metaops.plan.PlanClass;
import dev.metaops.reconcile.Evidence;
import dev.metaops.time.SystemTicker;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A chain of made-up blocks: what the ledger has of it, and what the listener's node says, which
 * may be another fork. Only the end of it is kept. One thread.
 */
final class RaceChain {
  static final long ID = 7;
  static final Address CONTRACT = new Address("0x" + "c0".repeat(20));
  static final Address SELLER = new Address("0x" + "5e".repeat(20));
  static final Address BUYER = new Address("0x" + "b0".repeat(20));
  static final Address TOKEN = new Address("0x" + "70".repeat(20));
  static final BigInteger AMOUNT = BigInteger.valueOf(1000);

  private static final String NO_BLOOM = "0x" + "00".repeat(256);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** A block and the events in it. */
  record Block(Header header, List<EscrowEvent> events) {
    Block {
      events = List.copyOf(events);
    }

    long number() {
      return header.number();
    }
  }

  /** What a block holds of an order. */
  record Happens(EscrowKind kind, String orderId) {
    EscrowEvent in(Header block, int index) {
      Log log =
          new Log(block.ref(), hash("tx", block.number(), index), index, CONTRACT, List.of(), "0x");
      Hash key = key(orderId);
      return switch (kind) {
        case CREATED ->
            EscrowEvent.created(
                key, new EscrowEvent.Terms(orderId, BUYER, SELLER, TOKEN, AMOUNT, START), log);
        case RELEASED -> EscrowEvent.of(kind, key, Optional.of(SELLER), Optional.of(AMOUNT), log);
        case REFUNDED, CANCELLED ->
            EscrowEvent.of(kind, key, Optional.of(BUYER), Optional.of(AMOUNT), log);
        case DISPUTED, DEPOSITED, CONFIRMED, TRADED, PART_RELEASED ->
            EscrowEvent.of(kind, key, Optional.of(BUYER), Optional.empty(), log);
      };
    }
  }

  private List<Block> node = new ArrayList<>();
  private List<Block> written = new ArrayList<>();
  private long settled;

  RaceChain() {
    node.add(new Block(header(0, hash("nothing", 0, 0), ""), List.of()));
    written = new ArrayList<>(node);
  }

  static Hash key(String orderId) {
    return EscrowKey.of(orderId, BUYER, SELLER, TOKEN, AMOUNT);
  }

  private static Hash hash(String word, long number, long more) {
    try {
      return Hash.of(
          MessageDigest.getInstance("SHA-256")
              .digest(
                  ByteBuffer.allocate(16 + word.length())
                      .putLong(number)
                      .putLong(more)
                      .put(word.getBytes(StandardCharsets.US_ASCII))
                      .array()));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Header header(long number, Hash parent, String fork) {
    return new Header(
        new BlockRef(number, hash("block" + fork, number, 0)),
        parent,
        START.plusSeconds(number),
        NO_BLOOM,
        hash("root", 0, 0),
        Map.of());
  }

  /** A block on top of this one; nobody says yet that it is of the chain. */
  static Block above(Block parent, String fork, Happens... happens) {
    Header header = header(parent.number() + 1, parent.header().hash(), fork);
    List<EscrowEvent> events = new ArrayList<>();
    for (Happens one : happens) {
      events.add(one.in(header, events.size()));
    }
    return new Block(header, events);
  }

  /** A fix of one order that rests on the events in these blocks, all of them final. */
  static Plan plan(
      String id, String order, String from, String to, String rowVersion, List<Block> blocks) {
    Header last = blocks.getLast().header();
    return new Plan(
        id,
        "order fix",
        "dana",
        Optional.of("race"),
        ID,
        SystemTicker.SYSTEM.now(),
        List.of(
            new Plan.Target(
                order,
                from,
                OrderState.valueOf(to),
                rowVersion,
                PlanClass.RESYNC,
                new Evidence.Found(
                    new ChainView.Seen(
                        Folded.nothing(), Folded.nothing(), Optional.empty(), Optional.empty(), 0),
                    "race",
                    last.ref(),
                    last.ref(),
                    blocks.stream().flatMap(block -> block.events().stream()).toList(),
                    blocks.stream().map(Block::header).toList(),
                    List.of(),
                    Optional.of(to)))));
  }

  Block head() {
    return node.getLast();
  }

  /** From now on the node says that these stand on that one, and nothing else does. */
  void says(Block base, Block... blocks) {
    node.removeIf(block -> block.number() > base.number());
    node.addAll(List.of(blocks));
  }

  /** Brings the ledger where the node is; the last so many blocks of it are not final. */
  Batch batch(int notFinal) {
    int shared = 0;
    while (shared + 1 < Math.min(node.size(), written.size())
        && node.get(shared + 1).header().ref().equals(written.get(shared + 1).header().ref())) {
      shared++;
    }
    List<Block> blocks = node.subList(shared + 1, node.size());
    Block last = node.getLast();
    Block finalBlock = node.get(Math.max(0, node.size() - 1 - notFinal));
    return new Batch(
        written.getLast().header().ref(),
        shared + 1 < written.size()
            ? Optional.of(node.get(shared).header().ref())
            : Optional.empty(),
        blocks.stream().map(one -> new ReadBlock(one.header(), Completeness.RECEIPTS)).toList(),
        blocks.stream().flatMap(one -> one.events().stream()).toList(),
        List.of(),
        List.of(),
        Set.of(),
        Cursor.at(last.header()),
        finalBlock.number() > settled
            ? Optional.of(new Settled(finalBlock.header().ref(), 2))
            : Optional.empty(),
        "race",
        new ChainHead(last.header(), Optional.empty(), Optional.empty()));
  }

  /** This batch is in the ledger. */
  void isWritten(Batch batch) {
    written = new ArrayList<>(node);
    batch.settled().ifPresent(now -> settled = now.block().number());
    // Nothing final is ever compared again.
    while (node.size() > 1 && node.getFirst().number() < settled) {
      node.removeFirst();
      written.removeFirst();
    }
  }
}
