package dev.metaops.events;

import dev.metaops.chain.Header;
import dev.metaops.command.Conversation;
import dev.metaops.rpc.Provider;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds blocks by time. */
final class BlockAt {
  /** Headers asked together: 16 parts a round reach any block of any chain in 8 rounds. */
  private static final int PROBES = 15;

  private BlockAt() {}

  /**
   * The first block that is not older than {@code time}, between {@code lowest} and {@code head};
   * the head when all are older.
   *
   * @param patience how long each question may take
   */
  static long notBefore(
      Instant time, long lowest, Header head, Provider provider, Patient patience) {
    long low = Math.min(lowest, head.number());
    long high = head.number();
    while (low < high) {
      List<Long> probes = probes(low, high);
      List<Optional<Header>> headers = provider.headers(probes, patience.deadline());
      for (int at = 0; at < probes.size(); at++) {
        long probe = probes.get(at);
        if (headers.get(at).filter(header -> !header.time().isBefore(time)).isPresent()) {
          high = probe;
          break;
        }
        low = probe + 1;
      }
    }
    return low;
  }

  /** Ascending, from {@code low} on and below {@code high}. */
  private static List<Long> probes(long low, long high) {
    List<Long> probes = new ArrayList<>();
    long width = high - low;
    for (int part = 0; part < PROBES; part++) {
      long probe = low + width * (part + 1) / (PROBES + 1);
      if (probe < high && (probes.isEmpty() || probe > probes.getLast())) {
        probes.add(probe);
      }
    }
    return probes;
  }

  /** A silent node ends the command; a long list of answers does not. */
  record Patient(Conversation conversation) {
    Deadline deadline() {
      Duration patience = conversation.shared().patience();
      return Deadline.in(patience, conversation.ticker());
    }
  }
}
