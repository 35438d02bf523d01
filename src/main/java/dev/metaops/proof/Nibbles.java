package dev.metaops.proof;

import com.esaulpaugh.headlong.rlp.RLPEncoder;

/** The keys of a trie: half bytes, and how nodes pack them. */
final class Nibbles {
  private static final int ODD = 1;
  private static final int LEAF = 2;

  private Nibbles() {}

  /** The key of the receipt or transaction at this place: the RLP of the index. */
  static byte[] ofIndex(int index) {
    byte[] rlp = RLPEncoder.string(Scalar.of(index));
    byte[] nibbles = new byte[2 * rlp.length];
    for (int at = 0; at < rlp.length; at++) {
      nibbles[2 * at] = (byte) (rlp[at] >> 4 & 0xf);
      nibbles[2 * at + 1] = (byte) (rlp[at] & 0xf);
    }
    return nibbles;
  }

  static byte[] packedLeaf(byte[] nibbles, int from, int to) {
    return packed(nibbles, from, to, LEAF);
  }

  static byte[] packedExtension(byte[] nibbles, int from, int to) {
    return packed(nibbles, from, to, 0);
  }

  private static byte[] packed(byte[] nibbles, int from, int to, int kind) {
    int odd = (to - from) & 1;
    byte[] packed = new byte[1 + (to - from) / 2];
    packed[0] = (byte) (((kind + odd) << 4) | (odd == ODD ? nibbles[from] : 0));
    int at = 1;
    for (int next = from + odd; next < to; next += 2) {
      packed[at++] = (byte) (nibbles[next] << 4 | nibbles[next + 1]);
    }
    return packed;
  }
}
