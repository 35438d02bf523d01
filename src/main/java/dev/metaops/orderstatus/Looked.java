package dev.metaops.orderstatus;

/** What came of looking for an order. */
sealed interface Looked {
  record Found(Present present) implements Looked {}

  /**
   * There is no such order.
   *
   * @param sentence what that means here
   */
  record None(String sentence) implements Looked {}

  /**
   * Nobody can tell.
   *
   * @param sentence why
   */
  record Unknown(String sentence) implements Looked {}
}
