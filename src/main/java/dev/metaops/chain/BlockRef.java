package dev.metaops.chain;

/** A block by number and hash: the number says where, only the hash says which. */
public record BlockRef(long number, Hash hash) {
  public BlockRef {
    if (number < 0) {
      throw new IllegalArgumentException("block number: " + number + " (expected: >= 0)");
    }
  }

  @Override
  public String toString() {
    return number + " (" + hash.brief() + ")";
  }
}
