package dev.metaops.proof;

/** The three bits an address or a topic sets in a bloom, of 2048; bit 0 is the last of the text. */
record BloomBits(int first, int second, int third) {
  static BloomBits of(byte[] item) {
    byte[] hash = Keccaks.of(item);
    return new BloomBits(bit(hash, 0), bit(hash, 2), bit(hash, 4));
  }

  private static int bit(byte[] hash, int at) {
    return ((hash[at] << 8) | (hash[at + 1] & 0xff)) & (Bloom.BITS - 1);
  }
}
