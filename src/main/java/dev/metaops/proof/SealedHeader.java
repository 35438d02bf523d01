package dev.metaops.proof;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;

/** A header whose hash was recomputed from its fields. Made by {@link HeaderSeal} only. */
public final class SealedHeader {
  private final Header header;
  private final byte[] rlp;
  private final String shape;

  SealedHeader(Header header, byte[] rlp, String shape) {
    this.header = header;
    this.rlp = rlp;
    this.shape = shape;
  }

  public Header header() {
    return header;
  }

  public Hash hash() {
    return header.hash();
  }

  /** What was hashed; a fresh array. */
  public byte[] rlp() {
    return rlp.clone();
  }

  /** Which fields the hash is made of, as in {@code 16 fields, up to baseFeePerGas}. */
  public String shape() {
    return shape;
  }

  /** What the hash says of the block's logs. */
  public Bloom bloom() {
    return Bloom.of(header);
  }
}
