package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.proof.HeaderSeal;
import dev.metaops.proof.ReceiptsTrie;
import dev.metaops.proof.Rooting;
import dev.metaops.proof.Sealing;
import dev.metaops.rpc.Provider;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds events against the blocks they name, each block read once however many orders share it: the
 * header's hash is recomputed from its fields, and its receipts root from all receipts. What is not
 * under the root did not happen. Filled once, then read by any thread.
 */
final class BlockProofs {
  private static final int HEADERS_AT_ONCE = 100;
  private static final int RECEIPTS_AT_ONCE = 25;

  /** Gas used in blocks whose receipts travel in one answer: about a megabyte of JSON. */
  private static final long GAS_AT_ONCE = 60_000_000;

  private final Provider provider;
  private final Map<BlockRef, Proof> proofs = new ConcurrentHashMap<>();

  BlockProofs(Provider provider) {
    this.provider = provider;
  }

  private sealed interface Proof {
    /**
     * The receipts give the root.
     *
     * @param header without the fields its hash is made of
     * @param logs those of the contracts that were asked about
     */
    record Proved(Header header, Set<Log> logs) implements Proof {}

    record Not(String why) implements Proof {}
  }

  /** A block of the chain, its hash recomputed. */
  private record Sealed(Header header) {
    /** Who does not tell is taken for a full block. */
    long gasUsed() {
      String told = header.fields().getOrDefault("gasUsed", "");
      return told.matches("0x[0-9a-f]{1,12}")
          ? Long.parseLong(told.substring(2), 16)
          : GAS_AT_ONCE / 2;
    }
  }

  /** Reads the blocks of these events. Call once. */
  void read(Collection<EscrowEvent> events, Parts parts) {
    Map<BlockRef, Set<Address>> emitters = new LinkedHashMap<>();
    for (EscrowEvent event : events) {
      emitters
          .computeIfAbsent(event.log().block(), _ -> new HashSet<>())
          .add(event.log().address());
    }
    Map<BlockRef, Sealed> sealed = new ConcurrentHashMap<>();
    parts.ask(
        "headers",
        Parts.of(List.copyOf(emitters.keySet()), HEADERS_AT_ONCE),
        some -> seal(some, sealed, parts.deadline()),
        this::without);
    List<Sealed> open =
        emitters.keySet().stream()
            .flatMap(block -> Optional.ofNullable(sealed.get(block)).stream())
            .toList();
    parts.ask(
        "blocks",
        byGas(open),
        some -> root(some, emitters, parts.deadline()),
        (some, why) -> without(some.stream().map(one -> one.header().ref()).toList(), why));
  }

  private void without(List<BlockRef> blocks, String why) {
    blocks.forEach(block -> proofs.put(block, new Proof.Not(why)));
  }

  private void seal(List<BlockRef> blocks, Map<BlockRef, Sealed> sealed, Deadline deadline) {
    List<Optional<Header>> headers =
        provider.headers(blocks.stream().map(BlockRef::number).toList(), deadline);
    for (int at = 0; at < blocks.size(); at++) {
      BlockRef block = blocks.get(at);
      Optional<Header> header = headers.get(at).filter(found -> found.ref().equals(block));
      if (header.isEmpty()) {
        proofs.put(
            block, new Proof.Not("the chain moved while it was read: block " + block + " is gone"));
        continue;
      }
      switch (HeaderSeal.of(header.get())) {
        case Sealing.Sealed _ -> sealed.put(block, new Sealed(header.get()));
        case Sealing.Unsealed(String why) ->
            proofs.put(block, new Proof.Not(provider.endpoint() + ": " + why));
      }
    }
  }

  private static List<List<Sealed>> byGas(List<Sealed> blocks) {
    List<List<Sealed>> parts = new ArrayList<>();
    List<Sealed> part = new ArrayList<>();
    long gas = 0;
    for (Sealed block : blocks) {
      gas += block.gasUsed();
      if (!part.isEmpty() && (part.size() == RECEIPTS_AT_ONCE || gas > GAS_AT_ONCE)) {
        parts.add(part);
        part = new ArrayList<>();
        gas = block.gasUsed();
      }
      part.add(block);
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  private void root(List<Sealed> blocks, Map<BlockRef, Set<Address>> emitters, Deadline deadline) {
    List<List<FullReceipt>> receipts =
        provider.receipts(blocks.stream().map(block -> block.header().ref()).toList(), deadline);
    for (int at = 0; at < blocks.size(); at++) {
      Header header = blocks.get(at).header();
      Set<Address> wanted = emitters.getOrDefault(header.ref(), Set.of());
      proofs.put(
          header.ref(),
          switch (ReceiptsTrie.of(header.receiptsRoot(), receipts.get(at))) {
            case Rooting.Rooted rooted -> new Proof.Proved(bare(header), of(wanted, rooted));
            case Rooting.Unrooted unrooted ->
                new Proof.Not(
                    provider.endpoint() + ": block " + header.ref() + ": " + unrooted.why());
          });
    }
  }

  /** Thousands of them are kept. */
  private static Header bare(Header header) {
    return new Header(
        header.ref(),
        header.parentHash(),
        header.time(),
        header.logsBloom(),
        header.receiptsRoot(),
        Map.of());
  }

  private static Set<Log> of(Set<Address> wanted, Rooting.Rooted rooted) {
    Set<Log> logs = new HashSet<>();
    for (Log log : rooted.logs()) {
      if (wanted.contains(log.address())) {
        logs.add(log);
      }
    }
    return logs;
  }

  /** Why these events cannot be believed; else their blocks are added. */
  Optional<String> doubt(List<EscrowEvent> events, Map<Long, Header> blocks) {
    for (EscrowEvent event : events) {
      BlockRef block = event.log().block();
      switch (Optional.ofNullable(proofs.get(block))
          .orElseGet(() -> new Proof.Not("block " + block + " was not reached in time"))) {
        case Proof.Not(String why) -> {
          return Optional.of(why);
        }
        case Proof.Proved(Header header, Set<Log> logs) -> {
          if (!logs.contains(event.log())) {
            return Optional.of(
                provider.endpoint()
                    + " shows an event in transaction "
                    + event.log().transaction().brief()
                    + " that is not under the receipts root of block "
                    + block);
          }
          blocks.put(block.number(), header);
        }
      }
    }
    return Optional.empty();
  }
}
