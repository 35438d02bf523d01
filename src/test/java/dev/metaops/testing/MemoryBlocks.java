package dev.metaops.testing;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.ledger.Certificate;
import dev.metaops.ledger.Completeness;
import dev.metaops.ledger.Gap;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.ReadBlock;
import dev.metaops.ledger.Reread;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Blocks and certificates of {@link MemoryLedger}. */
final class MemoryBlocks {
  private static final long LONGEST_CERTIFICATE = 10_000;
  private static final long KEPT_BELOW_SETTLED = 256;

  /** A block of the ledger. */
  private static final class Kept {
    final BlockRef ref;
    final Hash parent;
    final Instant time;
    boolean isFinal;
    boolean hasEvents;
    Completeness completeness = Completeness.NONE;

    Kept(Header header) {
      this.ref = header.ref();
      this.parent = header.parentHash();
      this.time = header.time();
    }
  }

  private final Map<BlockRef, Kept> all = new HashMap<>();
  private final NavigableMap<Long, Kept> canonical = new TreeMap<>();
  private final NavigableMap<Long, Certificate> certificates = new TreeMap<>();

  void start(Header header) {
    canonical.put(header.number(), all.computeIfAbsent(header.ref(), _ -> new Kept(header)));
  }

  /** A fork that does not count. */
  void keep(Header header) {
    all.putIfAbsent(header.ref(), new Kept(header));
  }

  /** Whether another block stands where this one would, once all above {@code rewind} are gone. */
  boolean isTaken(BlockRef block, long rewind) {
    @Nullable Kept there = canonical.get(block.number());
    return there != null && !there.ref.equals(block) && (there.isFinal || block.number() <= rewind);
  }

  void write(ReadBlock block, boolean isFinal, Set<BlockRef> withEvents) {
    Kept kept = kept(block.header(), isFinal, withEvents);
    kept.completeness = block.completeness();
  }

  private Kept kept(Header header, boolean isFinal, Set<BlockRef> withEvents) {
    Kept kept = all.computeIfAbsent(header.ref(), _ -> new Kept(header));
    kept.isFinal |= isFinal;
    kept.hasEvents |= withEvents.contains(header.ref());
    canonical.put(header.number(), kept);
    return kept;
  }

  /** Takes back blocks that are not final. */
  void orphanAbove(long number) {
    canonical.tailMap(number, false).values().removeIf(block -> !block.isFinal);
  }

  void settle(long above, long to) {
    canonical.subMap(above, false, to, true).values().forEach(block -> block.isFinal = true);
  }

  void prune(long settled) {
    all.values()
        .removeIf(block -> !block.hasEvents && block.ref.number() < settled - KEPT_BELOW_SETTLED);
    canonical
        .headMap(settled - KEPT_BELOW_SETTLED, false)
        .values()
        .removeIf(block -> !block.hasEvents);
  }

  Optional<Instant> timeOf(BlockRef block) {
    return Optional.ofNullable(canonical.get(block.number()))
        .filter(kept -> kept.ref.equals(block))
        .map(kept -> kept.time);
  }

  List<BlockRef> down(long from, int limit) {
    return canonical.headMap(from, true).descendingMap().values().stream()
        .limit(limit)
        .map(block -> block.ref)
        .toList();
  }

  Optional<BlockRef> standsOn(long from, long settled) {
    Optional<BlockRef> block =
        Optional.ofNullable(canonical.ceilingEntry(from))
            .map(entry -> entry.getValue().ref)
            .filter(ref -> ref.number() <= settled);
    Optional<BlockRef> end =
        certificates.values().stream()
            .filter(one -> one.to() >= from)
            .findFirst()
            .map(one -> new BlockRef(one.to(), one.end()));
    return java.util.stream.Stream.of(block, end)
        .flatMap(Optional::stream)
        .min(Comparator.comparingLong(BlockRef::number));
  }

  Ledger.Provable provable(long settled) {
    Set<Completeness> kinds =
        java.util.stream.Stream.concat(
                certificates.values().stream().map(Certificate::completeness),
                canonical.tailMap(settled, false).values().stream().map(kept -> kept.completeness))
            .collect(Collectors.toSet());
    if (kinds.contains(Completeness.BLOOM)) {
      return Ledger.Provable.RECEIPTS;
    }
    return kinds.contains(Completeness.RECEIPTS)
        ? Ledger.Provable.HEADERS
        : Ledger.Provable.NOTHING_YET;
  }

  List<Certificate> certificates(int limit) {
    return certificates.descendingMap().values().stream().limit(limit).toList();
  }

  void certify(long from, long to, int anchor, String scope, Instant at) {
    if (to < from) {
      return;
    }
    List<Kept> run = new ArrayList<>();
    for (Kept block : canonical.subMap(from, true, to, true).values()) {
      if (!run.isEmpty()
          && (run.getLast().ref.number() + 1 != block.ref.number()
              || kind(run.getLast().completeness) != kind(block.completeness))) {
        certify(run, anchor, scope, at);
        run.clear();
      }
      run.add(block);
    }
    if (!run.isEmpty()) {
      certify(run, anchor, scope, at);
    }
  }

  private static Completeness kind(Completeness completeness) {
    return completeness == Completeness.BLOOM ? Completeness.RECEIPTS : completeness;
  }

  private void certify(List<Kept> run, int anchor, String scope, Instant at) {
    Kept first = run.getFirst();
    Kept last = run.getLast();
    Completeness whole =
        run.stream().allMatch(block -> block.completeness == Completeness.BLOOM)
            ? Completeness.BLOOM
            : kind(first.completeness);
    Optional<Certificate> grown =
        certificates.values().stream()
            .filter(one -> one.to() == first.ref.number() - 1)
            .filter(one -> one.end().equals(first.parent))
            .filter(one -> one.anchor() == anchor && one.scope().equals(scope))
            .filter(one -> kind(one.completeness()) == kind(whole))
            .filter(one -> last.ref.number() - one.from() < LONGEST_CERTIFICATE)
            .findFirst();
    Certificate written =
        grown.isPresent()
            ? ending(
                grown.get(),
                last.ref,
                grown.get().completeness() == whole ? whole : Completeness.RECEIPTS)
            : new Certificate(
                first.ref.number(),
                last.ref.number(),
                first.parent,
                last.ref.hash(),
                anchor,
                whole,
                scope,
                at);
    certificates.put(written.from(), written);
  }

  private static Certificate ending(Certificate one, BlockRef end, Completeness completeness) {
    return new Certificate(
        one.from(),
        end.number(),
        one.previous(),
        end.hash(),
        one.anchor(),
        completeness,
        one.scope(),
        one.at());
  }

  List<Gap> gaps(long start, long settled, String scope, boolean isAgreedEnough, int limit) {
    List<Gap> gaps = new ArrayList<>();
    NavigableMap<Long, Long> known = new TreeMap<>();
    known.put(start, start);
    for (Certificate one : certificates.values()) {
      known.put(one.from(), one.to());
      why(one, scope, isAgreedEnough)
          .ifPresent(why -> gaps.add(new Gap(one.from(), one.to(), why, Optional.of(one.at()))));
    }
    for (var one : known.entrySet()) {
      @Nullable Long next = known.higherKey(one.getKey());
      long to = (next == null ? settled + 1 : next) - 1;
      if (to > one.getValue()) {
        gaps.add(new Gap(one.getValue() + 1, to, Gap.Why.NOT_READ, Optional.empty()));
      }
    }
    gaps.sort(Comparator.comparingLong(Gap::from));
    return gaps.stream().limit(limit).toList();
  }

  private static Optional<Gap.Why> why(Certificate one, String scope, boolean isAgreedEnough) {
    if (!one.scope().equals(scope)) {
      return Optional.of(Gap.Why.OTHER_SCOPE);
    }
    return switch (one.completeness()) {
      case NONE -> Optional.of(Gap.Why.ONE_NODE_SAID_SO);
      case AGREED -> isAgreedEnough ? Optional.empty() : Optional.of(Gap.Why.AGREED_NOT_PROVED);
      case RECEIPTS, BLOOM -> Optional.empty();
    };
  }

  boolean differs(Reread reread) {
    return reread.blocks().stream()
        .map(block -> block.header().ref())
        .anyMatch(ref ->
            Optional.ofNullable(canonical.get(ref.number()))
                .filter(kept -> !kept.ref.equals(ref))
                .isPresent());
  }

  /** What is certified of a block, when that is more than this reading knows. */
  private Optional<Certificate> more(ReadBlock block) {
    return certified(block).filter(one -> one.completeness().isMoreThan(block.completeness()));
  }

  private Optional<Certificate> certified(ReadBlock block) {
    return Optional.ofNullable(certificates.floorEntry(block.header().number()))
        .map(Map.Entry::getValue)
        .filter(one -> one.to() >= block.header().number());
  }

  /** Blocks of which more is known, for the same scope, than is read of them now. */
  Set<Long> staysAsKnown(Reread reread) {
    return reread.blocks().stream()
        .filter(block -> more(block).filter(one -> one.scope().equals(reread.scope())).isPresent())
        .map(block -> block.header().number())
        .collect(Collectors.toSet());
  }

  /** Blocks certified for something else than is read of them now. */
  Set<Long> otherScope(Reread reread) {
    return reread.blocks().stream()
        .filter(block ->
            certified(block).filter(one -> !one.scope().equals(reread.scope())).isPresent())
        .map(block -> block.header().number())
        .collect(Collectors.toSet());
  }

  /** How a run of blocks is certified. */
  private record As(int anchor, String scope) {}

  void write(Reread reread, Set<BlockRef> withEvents, Instant at) {
    NavigableMap<Long, As> as = new TreeMap<>();
    for (ReadBlock block : reread.blocks()) {
      int before = certified(block).map(Certificate::anchor).orElse(0);
      as.put(
          block.header().number(),
          new As(
              Math.max(before, reread.anchor()),
              more(block).map(Certificate::scope).orElse(reread.scope())));
      Completeness now = more(block).map(Certificate::completeness).orElse(block.completeness());
      Kept kept = kept(block.header(), true, withEvents);
      if (now.isMoreThan(kept.completeness)) {
        kept.completeness = now;
      }
    }
    cut(reread.blocks().getFirst().header(), reread.blocks().getLast().header());
    long from = as.firstKey();
    for (var entry : as.entrySet()) {
      if (!entry.getValue().equals(as.get(from))) {
        certify(from, entry.getKey() - 1, as.get(from), at);
        from = entry.getKey();
      }
    }
    certify(from, as.lastKey(), as.get(from), at);
  }

  private void certify(long from, long to, @Nullable As as, Instant at) {
    As known = Objects.requireNonNull(as);
    certify(from, to, known.anchor(), known.scope(), at);
  }

  private void cut(Header first, Header last) {
    for (Certificate one : List.copyOf(certificates.values())) {
      if (one.to() < first.number() || one.from() > last.number()) {
        continue;
      }
      certificates.remove(one.from());
      if (one.from() < first.number()) {
        BlockRef below = new BlockRef(first.number() - 1, first.parentHash());
        certificates.put(one.from(), ending(one, below, one.completeness()));
      }
      if (one.to() > last.number()) {
        certificates.put(
            last.number() + 1,
            new Certificate(
                last.number() + 1,
                one.to(),
                last.hash(),
                one.end(),
                one.anchor(),
                one.completeness(),
                one.scope(),
                one.at()));
      }
    }
  }

  void rewind(BlockRef to) {
    canonical.tailMap(to.number(), false).values().forEach(block -> block.isFinal = false);
    canonical.tailMap(to.number(), false).clear();
    certificates.tailMap(to.number(), false).clear();
    certificates.replaceAll(
        (_, one) -> one.to() > to.number() ? ending(one, to, one.completeness()) : one);
  }
}
