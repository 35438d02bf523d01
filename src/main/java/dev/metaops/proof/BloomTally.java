package dev.metaops.proof;

import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import java.util.HashMap;
import java.util.Map;

/** Makes the blooms of one block's receipts; hashes each address and topic once. */
final class BloomTally {
  private final Map<String, BloomBits> known = new HashMap<>();

  Bloom of(Iterable<Log> logs) {
    long[] words = new long[Bloom.BITS / Long.SIZE];
    for (Log log : logs) {
      set(words, log.address().text());
      log.topics().forEach(topic -> set(words, topic.text()));
    }
    return new Bloom(words);
  }

  private void set(long[] words, String item) {
    BloomBits bits = known.computeIfAbsent(item, text -> BloomBits.of(Hex.bytes(text)));
    set(words, bits.first());
    set(words, bits.second());
    set(words, bits.third());
  }

  private static void set(long[] words, int bit) {
    words[bit >>> 6] |= 1L << bit;
  }
}
