package dev.metaops.chain;

import java.util.Optional;

/** When an event counts as final for a row: the chain's own tag, or a number of confirmations. */
public sealed interface SettleOn {
  /** The chain's {@code finalized} tag: the default. */
  record Finalized() implements SettleOn {}

  /** The chain's {@code safe} tag. */
  record Safe() implements SettleOn {}

  /** This many blocks on top of the event's own, at least 1. */
  record Confirmations(int blocks) implements SettleOn {
    public Confirmations {
      if (blocks < 1) {
        throw new IllegalArgumentException("confirmations: " + blocks + " (expected: >= 1)");
      }
    }
  }

  /** The highest block number that is settled, empty when this head cannot tell. */
  default Optional<Long> settledNumber(ChainHead head) {
    return switch (this) {
      case Finalized() -> head.finalized().map(BlockRef::number);
      case Safe() -> head.safe().map(BlockRef::number);
      case Confirmations(int blocks) ->
          Optional.of(head.latest().number() - blocks).filter(number -> number >= 0);
    };
  }

  /** Reads {@code finalized}, {@code safe} or a number of confirmations. */
  static SettleOn parse(String text) {
    return switch (text) {
      case "finalized" -> new Finalized();
      case "safe" -> new Safe();
      default -> {
        if (!text.matches("[1-9][0-9]{0,5}")) {
          throw new IllegalArgumentException(
              "settle-on: " + text + " (expected: finalized, safe, or a number of confirmations)");
        }
        yield new Confirmations(Integer.parseInt(text));
      }
    };
  }

  /** The spelling {@link #parse} reads. */
  default String text() {
    return switch (this) {
      case Finalized() -> "finalized";
      case Safe() -> "safe";
      case Confirmations(int blocks) -> Integer.toString(blocks);
    };
  }
}
