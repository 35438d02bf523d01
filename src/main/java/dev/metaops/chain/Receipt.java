package dev.metaops.chain;

import java.util.List;

/**
 * What a transaction did, as its block holds it.
 *
 * @param logs in the order of their index; all of {@code block} and {@code transaction}
 */
public record Receipt(BlockRef block, Hash transaction, Execution execution, List<Log> logs) {
  public Receipt {
    logs = List.copyOf(logs);
    for (Log log : logs) {
      if (!log.block().equals(block) || !log.transaction().equals(transaction)) {
        throw new IllegalArgumentException(
            "log "
                + log.index()
                + " of block "
                + log.block()
                + ", transaction "
                + log.transaction().brief()
                + " (expected: block "
                + block
                + ", transaction "
                + transaction.brief()
                + ")");
      }
    }
  }
}
