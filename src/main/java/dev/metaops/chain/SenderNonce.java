package dev.metaops.chain;

/**
 * A transaction's place: one account's transactions are numbered from 0, and each number is used
 * once, by whichever transaction with it is included first.
 */
public record SenderNonce(Address sender, long nonce) {
  public SenderNonce {
    if (nonce < 0) {
      throw new IllegalArgumentException("nonce: " + nonce + " (expected: >= 0)");
    }
  }

  @Override
  public String toString() {
    return "nonce " + nonce + " of " + sender.brief();
  }
}
