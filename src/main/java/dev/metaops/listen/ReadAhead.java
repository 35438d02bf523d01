package dev.metaops.listen;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import dev.metaops.escrow.Escrows;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Reads the blocks after a batch while the batch is written: the nodes and the database then work
 * at the same time. One reading at a time; what it read is taken before anything else is read, and
 * only where it fits what the ledger came to stand on. Not thread-safe.
 */
final class ReadAhead {
  /**
   * What is to be read.
   *
   * @param base what the first block has to stand on
   * @param to the last block, higher than the base
   * @param finalTo the highest block taken for final
   */
  record Wanted(BlockRef base, long to, long finalTo, Set<Address> contracts) {
    Wanted {
      contracts = Set.copyOf(contracts);
    }
  }

  /** What was read: consecutive headers on the base, at least one. */
  record Read(Wanted wanted, List<Header> headers, BlockReader.BlockLogs logs, Meanings meanings) {
    /**
     * Whether it is what would be read now. A block that became final meanwhile was read with more
     * care than it needs; the other way round it was not.
     */
    boolean holdsFor(Set<Address> contracts, long finalTo) {
      return wanted.finalTo() <= finalTo && wanted.contracts().equals(contracts);
    }
  }

  private final HeaderReader headers;
  private final BlockReader blocks;
  private final Escrows escrows;
  private final Beside beside;
  private @Nullable FutureTask<Optional<Read>> reading;

  ReadAhead(HeaderReader headers, BlockReader blocks, Escrows escrows, Beside beside) {
    this.headers = headers;
    this.blocks = blocks;
    this.escrows = escrows;
    this.beside = beside;
  }

  /** Begins to read. What was begun before has been taken. */
  void begin(Wanted wanted) {
    FutureTask<Optional<Read>> task =
        new FutureTask<>(() -> read(wanted, beside.deadlines().get()));
    reading = task;
    beside.executor().execute(task);
  }

  private Optional<Read> read(Wanted wanted, Deadline deadline) {
    return switch (headers.above(wanted.base(), wanted.to(), deadline)) {
      case HeaderReader.Above.Linked(List<Header> linked) ->
          blocks
              .of(linked, wanted.finalTo(), wanted.contracts(), deadline)
              .map(logs -> new Read(wanted, linked, logs, Meanings.of(logs.logs(), escrows)));
      case HeaderReader.Above.OtherFork(), HeaderReader.Above.Moved() -> Optional.empty();
    };
  }

  /**
   * What was read above this block, once: waits for a reading that goes on. Empty when nothing was,
   * or when the answers did not fit together.
   *
   * @throws RpcUnavailable as the reading ended
   */
  Optional<Read> takeAbove(BlockRef base) {
    FutureTask<Optional<Read>> task = reading;
    if (task == null) {
      return Optional.empty();
    }
    reading = null;
    try {
      return task.get().filter(read -> read.wanted().base().equals(base));
    } catch (InterruptedException stopped) {
      // Whoever is told to stop goes on with nothing; the reading ends by its deadline.
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case RpcUnavailable unavailable -> throw unavailable;
        case RuntimeException defect -> throw defect;
        case null, default -> throw new IllegalStateException(failed);
      }
    }
  }
}
