package dev.metaops.reach;

/** A configured thing that turned out wrong when it was used; the message is one sentence. */
public final class Misconfigured extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public Misconfigured(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
