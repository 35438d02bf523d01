package dev.metaops.proof;

import com.esaulpaugh.headlong.rlp.RLPEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A node of a Merkle Patricia trie, built from the leaves up. */
final class TrieNode {
  private static final byte[] NOTHING = {};
  private static final int BRANCHES = 16;
  private static final int HASHED_FROM = 32;

  private final byte[] encoded;
  private final byte[] hash;

  /** What the parent holds: the hash, or all of a node of less than 32 bytes. */
  private final Object reference;

  private final int depth;
  private final List<TrieNode> children;
  private final byte[] places;

  private TrieNode(List<Object> items, int depth, List<TrieNode> children, byte[] places) {
    encoded = RLPEncoder.list(items);
    hash = Keccaks.of(encoded);
    reference = isHeldWhole() ? items : hash;
    this.depth = depth;
    this.children = children;
    this.places = places;
  }

  /**
   * @param sorted by key, at least one, all of them equal before {@code depth}
   */
  static TrieNode of(List<TrieEntry> sorted, int depth) {
    byte[] first = sorted.getFirst().key;
    if (sorted.size() == 1) {
      byte[] path = Nibbles.packedLeaf(first, depth, first.length);
      return new TrieNode(List.of(path, sorted.getFirst().value), first.length, List.of(), NOTHING);
    }
    int shared = shared(first, sorted.getLast().key, depth);
    if (shared == depth) {
      return branch(sorted, depth);
    }
    TrieNode below = branch(sorted, shared);
    byte[] path = Nibbles.packedExtension(first, depth, shared);
    return new TrieNode(List.of(path, below.reference), shared, List.of(below), NOTHING);
  }

  private static TrieNode branch(List<TrieEntry> sorted, int depth) {
    List<Object> items = new ArrayList<>(Collections.nCopies(BRANCHES + 1, NOTHING));
    List<TrieNode> children = new ArrayList<>();
    byte[] places = new byte[BRANCHES];
    int from = 0;
    while (from < sorted.size()) {
      int nibble = sorted.get(from).key[depth];
      int to = from;
      while (to < sorted.size() && sorted.get(to).key[depth] == nibble) {
        to++;
      }
      TrieNode child = of(sorted.subList(from, to), depth + 1);
      items.set(nibble, child.reference);
      places[nibble] = (byte) children.size();
      children.add(child);
      from = to;
    }
    return new TrieNode(items, depth, children, places);
  }

  private static int shared(byte[] key, byte[] other, int from) {
    int at = from;
    while (at < key.length && at < other.length && key[at] == other[at]) {
      at++;
    }
    return at;
  }

  byte[] hash() {
    return hash;
  }

  /** The nodes from this one down to the leaf of a key that is there, but for those held whole. */
  List<byte[]> downTo(byte[] key) {
    List<byte[]> nodes = new ArrayList<>();
    nodes.add(encoded);
    TrieNode node = this;
    while (!node.children.isEmpty()) {
      node = node.places.length == 0 ? node.children.getFirst() : node.below(key[node.depth]);
      if (!node.isHeldWhole()) {
        nodes.add(node.encoded);
      }
    }
    return nodes;
  }

  private boolean isHeldWhole() {
    return encoded.length < HASHED_FROM;
  }

  private TrieNode below(byte nibble) {
    return children.get(places[nibble]);
  }
}
