package dev.metaops.order;

/** How many of the configured providers have to say what moves a row. SPEC §4. */
public enum Witnesses {
  /** Two, where more than one is configured. */
  TWO_OF_SEVERAL,
  /** One: somebody takes its word, and the record says so. */
  ONE_IS_ENOUGH
}
