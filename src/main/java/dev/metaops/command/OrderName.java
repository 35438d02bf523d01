package dev.metaops.command;

/**
 * How a person names an order: its id, its escrow key, a transaction hash, or a unique prefix of
 * one. 1 to 200 printable characters.
 */
public record OrderName(String text) {
  public OrderName {
    if (text.isBlank() || text.length() > 200 || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "ORDER: " + text.length() + " characters (expected: 1 to 200, printable)");
    }
  }

  /** What to say where it names none. */
  public String notFound() {
    return "no order "
        + text
        + " (expected: an order id, an escrow key, a transaction hash, or the beginning of one id)";
  }
}
