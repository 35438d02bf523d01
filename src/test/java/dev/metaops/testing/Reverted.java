package dev.metaops.testing;

/**
 * A call that the contract refused. The message is the refusal: {@code WrongStatus(0x5f…, HELD)}.
 */
public final class Reverted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String data;

  Reverted(String refusal, String data) {
    super(refusal);
    this.data = data;
  }

  /** What the contract returned, as hex. */
  public String data() {
    return data;
  }
}
