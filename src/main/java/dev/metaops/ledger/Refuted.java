package dev.metaops.ledger;

import java.util.Optional;

/**
 * Something that counted in the ledger, on a node's word, and is not in the proved receipts of its
 * block, or not so. It is kept, and counts no more.
 *
 * @param index its log's position within the block
 * @param kind the ledger's word, such as RELEASED; empty when it could not be read
 */
public record Refuted(long block, int index, Optional<String> kind, Why why) {
  /** What is wrong with it. */
  public enum Why {
    /** The block has no such log. */
    ABSENT,
    /** The block has another log in its place, which counts instead. */
    DIFFERS
  }

  /** As people read it: {@code RELEASED in block 12, log 3 (altered)}. */
  public String sentence() {
    return kind.orElse("unreadable log")
        + " in block "
        + block
        + ", log "
        + index
        + switch (why) {
          case ABSENT -> "";
          case DIFFERS -> " (altered)";
        };
  }
}
