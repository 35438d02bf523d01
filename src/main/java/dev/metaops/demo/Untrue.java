package dev.metaops.demo;

/** A claim of the demo was checked and is wrong: the play ends here. */
final class Untrue extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Untrue(Fact fact) {
    super(fact.claim());
  }
}
