package dev.metaops.listen;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Stream;
import dev.metaops.rpc.Heard;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.rpc.Question;
import dev.metaops.rpc.Told;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Reads headers that stand on one another, each recomputed where its chain can be. */
final class HeaderReader {
  /** Blocks compared at once when looking for the last shared one. */
  private static final int FORK_WINDOW = 64;

  /** A node that hangs holds up the first step by no more than this. */
  private static final Duration MOST_TO_LEARN = Duration.ofSeconds(2);

  private final Providers providers;
  private final Proving proving;
  private final Purpose purpose;
  private boolean hasLearned;

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
    learnFrom(base, deadline);
    List<Header> headers = consecutive(base.number() + 1, to, deadline);
    if (headers.isEmpty()) {
      return new Above.Moved();
    }
    return headers.getFirst().extendsBlock(base)
        ? new Above.Linked(headers)
        : new Above.OtherFork();
  }

  /**
   * Whether the chain's headers can be recomputed shows on the block the ledger stands on, whatever
   * is made up above it: who starts anew does not take a first forged header for the chain's way.
   */
  private void learnFrom(BlockRef base, Deadline deadline) {
    if (hasLearned || proving.sealsHeaders()) {
      return;
    }
    Question<Optional<Header>> question =
        (provider, within) -> provider.header(base.number(), within);
    Told<Optional<Header>> told = providers.ask(purpose, question, deadline);
    learnFrom(base, told.value(), told.by());
    if (proving.sealsHeaders()) {
      return;
    }
    for (Heard<Optional<Header>> heard :
        providers.askAll(purpose, question, deadline.atMost(MOST_TO_LEARN))) {
      if (heard instanceof Heard.Said<Optional<Header>>(Provider by, Optional<Header> header)) {
        learnFrom(base, header, by);
      }
    }
  }

  private void learnFrom(BlockRef base, Optional<Header> header, Provider by) {
    if (header.map(Header::ref).filter(base::equals).isPresent()) {
      proving.sealed(header.get(), by);
      hasLearned = true;
    }
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
