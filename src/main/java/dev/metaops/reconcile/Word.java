package dev.metaops.reconcile;

import dev.metaops.chain.BlockRef;

/** What one of the configured nodes said of an order, held against what is believed. */
public sealed interface Word {
  /** The node, as it is shown. */
  String provider();

  /** One sentence, to follow the node's name and a colon. */
  String sentence();

  /**
   * Whether it saw all that the verdict rests on, and saw the same.
   *
   * @return true for one that agrees only
   */
  default boolean vouches() {
    return switch (this) {
      case Agrees _ -> true;
      case Behind _, Differs _, Silent _ -> false;
    };
  }

  /** A reason that begins with the name it follows, without it. */
  static String without(String provider, String why) {
    return why.startsWith(provider + ": ") ? why.substring(provider.length() + 2) : why;
  }

  /**
   * It says the same.
   *
   * @param says where what is final leads, by this node
   * @param settled up to where
   */
  record Agrees(String provider, String says, BlockRef settled, long head) implements Word {
    @Override
    public String sentence() {
      return says + ", final up to block " + settled.number() + ", head " + head;
    }
  }

  /** It says nothing else, and does not see yet what the verdict rests on. */
  record Behind(String provider, String says, BlockRef settled, long head, String what)
      implements Word {
    @Override
    public String sentence() {
      return "behind: " + what + " (final up to block " + settled.number() + ", head " + head + ")";
    }
  }

  /** It says something else of what is final. */
  record Differs(String provider, String says, BlockRef settled, long head) implements Word {
    @Override
    public String sentence() {
      return "says "
          + says
          + ", final up to block "
          + settled.number()
          + " "
          + settled.hash().brief();
    }
  }

  /** It gave no answer, or none that holds together. */
  record Silent(String provider, String why) implements Word {
    @Override
    public String sentence() {
      return without(provider, why);
    }
  }
}
