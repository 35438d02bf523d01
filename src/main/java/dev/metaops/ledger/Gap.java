package dev.metaops.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * Settled blocks (both ends included) of which it is not known that the ledger has every event.
 *
 * @param since when that was written down; empty for blocks never read
 */
public record Gap(long from, long to, Why why, Optional<Instant> since) {
  /** Why they are none the wiser. */
  public enum Why {
    /** Nobody read them. */
    NOT_READ("not-read", "never read"),
    /** Read, but one node's word is all there is. */
    ONE_NODE_SAID_SO("one-node-said-so", "read, but on one node's word: nothing proved"),
    /** Read, and independent nodes said the same. */
    AGREED_NOT_PROVED("agreed-not-proved", "read, and the nodes agreed: nothing proved"),
    /** Read for other contracts or events than are configured now. */
    OTHER_SCOPE("other-scope", "read for other contracts or events than are configured now");

    private final String word;
    private final String sentence;

    Why(String word, String sentence) {
      this.word = word;
      this.sentence = sentence;
    }

    public String word() {
      return word;
    }

    public String sentence() {
      return sentence;
    }

    static Why parse(String word) {
      for (Why why : values()) {
        if (why.word.equals(word)) {
          return why;
        }
      }
      throw new IllegalArgumentException("gap: " + word + " (expected: a reason of this build)");
    }
  }

  public long blocks() {
    return to - from + 1;
  }
}
