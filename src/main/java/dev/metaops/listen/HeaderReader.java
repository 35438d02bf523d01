package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Stream;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Reads headers that stand on one another, each recomputed where its chain can be. */
final class HeaderReader {
  /** Blocks compared at once when looking for the last shared one. */
  private static final int FORK_WINDOW = 64;

  private final Providers providers;
  private final Proving proving;
  private final Purpose purpose;

  HeaderReader(Providers providers, Proving proving, Purpose purpose) {
    this.providers = providers;
    this.proving = proving;
    this.purpose = purpose;
  }

  /** What stands on a block. */
  sealed interface Above {
    /** These do, ascending, at least one. */
    record Linked(List<Header> headers) implements Above {}

    /** The chain has another block in its place. */
    record OtherFork() implements Above {}

    /** The answers do not fit together: the chain moved between them. */
    record Moved() implements Above {}
  }

  /** The blocks above {@code base}, up to this number, which is higher. */
  Above above(BlockRef base, long to, Deadline deadline) {
    List<Header> headers = consecutive(base.number() + 1, to, deadline);
    if (headers.isEmpty()) {
      return new Above.Moved();
    }
    return headers.getFirst().extendsBlock(base)
        ? new Above.Linked(headers)
        : new Above.OtherFork();
  }

  /** These blocks, each on the one before it; empty when the answers do not fit together. */
  List<Header> consecutive(long from, long to, Deadline deadline) {
    return providers
        .ask(
            purpose,
            (provider, within) -> {
              var headers = new ArrayList<Header>();
              for (Optional<Header> answer :
                  provider.headers(LongStream.rangeClosed(from, to).boxed().toList(), within)) {
                if (answer.isEmpty()
                    || (!headers.isEmpty()
                        && !answer.get().extendsBlock(headers.getLast().ref()))) {
                  return List.<Header>of();
                }
                headers.add(answer.get());
              }
              requireSeals(headers, provider);
              return List.copyOf(headers);
            },
            deadline)
        .value();
  }

  /** What one of them shows of the chain counts for those before it too. */
  private void requireSeals(List<Header> headers, Provider by) {
    boolean isKnown = proving.sealsHeaders();
    headers.forEach(header -> proving.sealed(header, by));
    if (!isKnown && proving.sealsHeaders()) {
      headers.forEach(header -> proving.sealed(header, by));
    }
  }

  /** The highest canonical block of the ledger that the chain still has; none below settled. */
  Optional<BlockRef> lastShared(Ledger ledger, Stream stream, Deadline deadline)
      throws SQLException {
    long downFrom = stream.cursor().number();
    while (downFrom >= stream.settledNumber()) {
      List<BlockRef> ours = ledger.canonicalBlocks(stream.chainId(), downFrom, FORK_WINDOW);
      if (ours.isEmpty()) {
        return Optional.empty();
      }
      List<Long> numbers = ours.stream().map(BlockRef::number).toList();
      List<Optional<Header>> theirs =
          providers
              .ask(purpose, (provider, within) -> provider.headers(numbers, within), deadline)
              .value();
      for (int at = 0; at < ours.size(); at++) {
        BlockRef block = ours.get(at);
        if (theirs.get(at).map(Header::ref).filter(block::equals).isPresent()) {
          return block.number() >= stream.settledNumber() ? Optional.of(block) : Optional.empty();
        }
      }
      downFrom = ours.getLast().number() - 1;
    }
    return Optional.empty();
  }
}
