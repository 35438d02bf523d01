package dev.metaops.config;

/** A text nobody may see. It prints as a placeholder; only {@link #reveal} gives it away. */
public final class Secret {
  private static final String HIDDEN = "‹hidden›";
  private final String text;

  public Secret(String text) {
    this.text = text;
  }

  /** The secret itself: for the wire, never for a log, a message or a screen. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && text.equals(secret.text);
  }

  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  @Override
  public String toString() {
    return HIDDEN;
  }
}
