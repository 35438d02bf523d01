package dev.metaops.proof;

import java.util.Arrays;
import java.util.Comparator;

/** A key in half bytes and its value. No key of one trie is the beginning of another. */
final class TrieEntry {
  static final Comparator<TrieEntry> BY_KEY =
      Comparator.comparing((TrieEntry entry) -> entry.key, Arrays::compare);

  final byte[] key;
  final byte[] value;

  TrieEntry(byte[] key, byte[] value) {
    this.key = key;
    this.value = value;
  }
}
