package dev.metaops.reconcile;

import dev.metaops.chain.Hash;
import dev.metaops.chain.SenderNonce;
import dev.metaops.chain.Transaction;
import dev.metaops.rpc.Reply;
import dev.metaops.rpc.Transactions;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the transaction that used a nonce: the block after which its sender's count had passed it,
 * then that block. Looks back from the head in doubling steps first, so that what happened lately
 * is found on nodes without an archive. Thread-safe.
 */
final class NonceSearch {
  /** Blocks asked about together: 16 parts a round. */
  private static final int PROBES = 15;

  private final Transactions transactions;

  NonceSearch(Transactions transactions) {
    this.transactions = transactions;
  }

  /**
   * Blocks between which the count passed the nonce.
   *
   * @param before after this block it had not
   * @param after after this block it had
   */
  private record Span(long before, long after) {
    List<Long> probes() {
      List<Long> probes = new ArrayList<>();
      long width = after - before;
      for (int part = 1; part <= PROBES; part++) {
        long probe = before + width * part / (PROBES + 1);
        if (probe > before && (probes.isEmpty() || probe > probes.getLast())) {
          probes.add(probe);
        }
      }
      return probes;
    }
  }

  /** Empty when the nonce was not used, or the node does not keep what it takes to find it. */
  Optional<Hash> find(SenderNonce place, long head, Deadline deadline) {
    Optional<Span> span = lately(place, head, deadline);
    while (span.isPresent() && span.get().after() - span.get().before() > 1) {
      span = narrower(place, span.get(), deadline);
    }
    return span.flatMap(found ->
        transactions.sentIn(found.after(), place.sender(), deadline).stream()
            .filter(sent -> sent.place().equals(place))
            .map(Transaction::hash)
            .findFirst());
  }

  private Optional<Span> lately(SenderNonce place, long head, Deadline deadline) {
    List<Long> probes = new ArrayList<>(List.of(head));
    for (long back = 1; back < head; back *= 2) {
      probes.add(head - back);
    }
    if (head > 0) {
      probes.add(0L);
    }
    List<Reply<Long>> counts = transactions.noncesAfter(place.sender(), probes, deadline);
    for (int at = 0; at < probes.size(); at++) {
      Optional<Long> count = counts.get(at).value();
      if (count.isEmpty() || (at == 0 && count.get() <= place.nonce())) {
        return Optional.empty();
      }
      if (count.get() <= place.nonce()) {
        return Optional.of(new Span(probes.get(at), probes.get(at - 1)));
      }
    }
    return Optional.empty();
  }

  private Optional<Span> narrower(SenderNonce place, Span span, Deadline deadline) {
    List<Long> probes = span.probes();
    List<Reply<Long>> counts = transactions.noncesAfter(place.sender(), probes, deadline);
    long before = span.before();
    for (int at = 0; at < probes.size(); at++) {
      Optional<Long> count = counts.get(at).value();
      if (count.isEmpty()) {
        return Optional.empty();
      }
      if (count.get() > place.nonce()) {
        return Optional.of(new Span(before, probes.get(at)));
      }
      before = probes.get(at);
    }
    return Optional.of(new Span(before, span.after()));
  }
}
