package dev.metaops.demo;

/**
 * One thing the demo said and then checked against chain, rows and exit codes.
 *
 * @param expected what makes the claim true
 * @param seen what was found
 */
record Fact(int act, String claim, String expected, String seen) {
  boolean holds() {
    return expected.equals(seen);
  }
}
