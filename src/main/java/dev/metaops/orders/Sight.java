package dev.metaops.orders;

/** Whether what a door shows is all there is. */
public sealed interface Sight {
  /** Every row is shown. */
  record Whole() implements Sight {}

  /** Rows may be hidden, and an empty answer proves nothing. */
  record Partial(String why) implements Sight {}
}
