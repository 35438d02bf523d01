package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.order.OrderTerms;
import dev.metaops.testing.TrialLedger;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A chain of made-up blocks that a test writes into a ledger as it likes. */
final class Scripted {
  static final long CHAIN = 7;
  static final String SCOPE = "scope";
  static final Address CONTRACT = new Address("0x" + "c0".repeat(20));
  private static final Address SELLER = new Address("0x" + "5e".repeat(20));
  private static final Address BUYER = new Address("0x" + "b0".repeat(20));
  private static final Address TOKEN = new Address("0x" + "70".repeat(20));
  private static final BigInteger AMOUNT = BigInteger.valueOf(1000);

  final TrialLedger ledger;
  Lease lease;
  private final List<Header> canonical = new ArrayList<>();
  private BlockRef cursor;

  Scripted(TrialLedger ledger) throws SQLException {
    this.ledger = ledger;
    Header genesis = header(0, hash("nothing"), "");
    canonical.add(genesis);
    cursor = genesis.ref();
    ledger.openStream(CHAIN, genesis, new SettleOn.Finalized());
    lease = lease();
  }

  Lease lease() throws SQLException {
    return ledger.takeLease(CHAIN, "first", Optional.empty(), Duration.ofMinutes(5)).orElseThrow();
  }

  static Hash hash(String words) {
    try {
      return Hash.of(
          MessageDigest.getInstance("SHA-256").digest(words.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Header header(long number, Hash parent, String fork) {
    return new Header(
        new BlockRef(number, hash("block " + number + fork)),
        parent,
        Instant.parse("2026-11-01T00:00:00Z").plusSeconds(number * 12),
        "0x" + "00".repeat(256),
        hash("root"),
        Map.of());
  }

  static OrderTerms order(int number) {
    String id = "ord_" + number;
    return OrderTerms.whole(
        id, BUYER, SELLER, TOKEN, AMOUNT, CONTRACT, EscrowKey.of(id, BUYER, SELLER, TOKEN, AMOUNT));
  }

  static Log log(Header block, int index) {
    return new Log(
        block.ref(),
        hash("transaction " + index + block.hash()),
        index,
        CONTRACT,
        List.of(hash("topic")),
        "0x");
  }

  static EscrowEvent event(EscrowKind kind, int order, Header block, int index) {
    OrderTerms terms = order(order);
    Hash key = terms.key().orElseThrow();
    Log log = log(block, index);
    return switch (kind) {
      case CREATED ->
          EscrowEvent.created(
              key,
              new EscrowEvent.Terms(
                  terms.orderId(), BUYER, SELLER, TOKEN, AMOUNT, Instant.EPOCH.plusSeconds(1)),
              log);
      case RELEASED -> EscrowEvent.of(kind, key, Optional.of(SELLER), Optional.of(AMOUNT), log);
      case REFUNDED, CANCELLED ->
          EscrowEvent.of(kind, key, Optional.of(BUYER), Optional.of(AMOUNT), log);
      case DISPUTED, DEPOSITED, CONFIRMED, TRADED, PART_RELEASED ->
          EscrowEvent.of(kind, key, Optional.of(BUYER), Optional.empty(), log);
    };
  }

  /** The block of this number on the chain as it is written. */
  Header at(long number) {
    return canonical.get((int) number);
  }

  long head() {
    return canonical.getLast().number();
  }

  BlockRef cursor() {
    return cursor;
  }

  /** As many blocks on top of this one, of a fork of this name; nothing is written yet. */
  List<Header> above(long base, int count, String fork) {
    List<Header> blocks = new ArrayList<>();
    Hash parent = at(base).hash();
    for (int more = 1; more <= count; more++) {
      Header next = header(base + more, parent, fork);
      blocks.add(next);
      parent = next.hash();
    }
    return blocks;
  }

  /** What a batch holds beside its blocks. */
  record Content(
      Completeness completeness,
      List<EscrowEvent> events,
      List<Quarantined> quarantined,
      int anchor) {
    Content(Completeness completeness, List<EscrowEvent> events, List<Quarantined> quarantined) {
      this(completeness, events, quarantined, 2);
    }

    static Content of(EscrowEvent... events) {
      return new Content(Completeness.RECEIPTS, List.of(events), List.of());
    }

    static Content none() {
      return of();
    }
  }

  /** Writes these blocks on top of this one, and this as settled when it is not below 0. */
  Applied write(long base, List<Header> blocks, Content content, long settled) throws SQLException {
    Optional<BlockRef> rewind =
        base < cursor.number() ? Optional.of(at(base).ref()) : Optional.empty();
    List<Header> chain = new ArrayList<>(canonical.subList(0, (int) base + 1));
    chain.addAll(blocks);
    Applied applied =
        ledger.apply(
            lease,
            new Batch(
                cursor,
                rewind,
                blocks.stream().map(one -> new ReadBlock(one, content.completeness())).toList(),
                content.events(),
                content.quarantined(),
                List.of(),
                Set.of(),
                Cursor.at(chain.getLast()),
                settled < 0
                    ? Optional.empty()
                    : Optional.of(new Settled(chain.get((int) settled).ref(), 2)),
                SCOPE,
                new ChainHead(chain.getLast(), Optional.empty(), Optional.empty())));
    if (applied instanceof Applied.Committed) {
      canonical.clear();
      canonical.addAll(chain);
      cursor = chain.getLast().ref();
    }
    return applied;
  }

  Resynced resync(long from, long to, Content content) throws SQLException {
    return ledger.resync(
        new Reread(
            CHAIN,
            canonical.subList((int) from, (int) to + 1).stream()
                .map(one -> new ReadBlock(one, content.completeness()))
                .toList(),
            content.events(),
            content.quarantined(),
            List.of(),
            new Reread.Contracts(Set.of(CONTRACT), Set.of(CONTRACT)),
            List.of(),
            content.anchor(),
            SCOPE));
  }

  Rewound rewind(long to) throws SQLException {
    Rewound rewound = ledger.rewind(CHAIN, at(to).ref(), "dana", "the chain broke its word", "{}");
    if (rewound instanceof Rewound.Done) {
      canonical.subList((int) to + 1, canonical.size()).clear();
      cursor = at(to).ref();
    }
    return rewound;
  }

  List<Gap> gaps(Ledger.Agreement agreement) throws SQLException {
    return ledger.gaps(CHAIN, SCOPE, agreement, 100);
  }

  /** All that can be asked of it, without times and words, one thing a line. */
  List<String> picture() throws SQLException {
    List<String> lines = new ArrayList<>();
    Stream stream = ledger.stream().orElseThrow();
    lines.add(
        "stream "
            + List.of(
                stream.cursor(),
                stream.settledNumber(),
                stream.leaseEpoch(),
                stream.frozen().isPresent(),
                stream.unmatched(),
                stream.unfolded(),
                stream.quarantined(),
                stream.waiting()));
    lines.add("blocks " + ledger.canonicalBlocks(CHAIN, 1_000_000, 1_000));
    lines.add("provable " + ledger.provable(CHAIN));
    lines.add("findings " + ledger.findings());
    lines.add("rows " + ledger.rows());
    lines.add("kept " + ledger.kept() + ", refuted " + ledger.refuted());
    lines.add(
        "held " + ledger.held(CHAIN, 1, 40).stream().map(HeldLog::toString).sorted().toList());
    ledger.events(CHAIN, 0, 1_000_000, 10_000).forEach(event -> lines.add(event.toString()));
    for (Certificate one : ledger.certificates(CHAIN, 1_000)) {
      lines.add(
          "certificate "
              + List.of(
                  one.from(),
                  one.to(),
                  one.previous(),
                  one.end(),
                  one.anchor(),
                  one.completeness(),
                  one.scope()));
    }
    for (Ledger.Agreement agreement : Ledger.Agreement.values()) {
      for (Gap gap : gaps(agreement)) {
        lines.add("gap " + agreement + " " + List.of(gap.from(), gap.to(), gap.why()));
      }
    }
    for (long number = 0; number < 60; number += 3) {
      lines.add("stands on " + number + " " + ledger.standsOn(CHAIN, number));
    }
    return lines;
  }
}
