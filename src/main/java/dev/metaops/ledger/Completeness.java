package dev.metaops.ledger;

import java.util.Locale;

/** How it is known that the ledger has every event of a block. */
public enum Completeness {
  /** All receipts of the block were hashed to the receipts root of its verified header. */
  RECEIPTS,
  /** The bloom of its verified header can hold none of ours. */
  BLOOM,
  /** Independent nodes said the same; nothing is proved. */
  AGREED,
  /** One node said so. */
  NONE;

  /** Whether it needs no node's word but for the block's hash. */
  public boolean isProved() {
    return switch (this) {
      case RECEIPTS, BLOOM -> true;
      case AGREED, NONE -> false;
    };
  }

  /** Whether it is more than that: receipts, then bloom, agreed, none. */
  public boolean isMoreThan(Completeness other) {
    return compareTo(other) < 0;
  }

  /** As the ledger spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads {@link #word}. */
  public static Completeness parse(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
