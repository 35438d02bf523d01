package dev.metaops.audit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The tree of RFC 6962 over leaves as they come, in memory for one hash a level. Pure; not
 * thread-safe.
 */
public final class MerkleTree {
  /** Bytes of a leaf, a node and a root. */
  static final int HASH = 32;

  /** The root of no leaves. */
  public static final Bytes EMPTY = Bytes.sha256();

  private static final Bytes NODE = Bytes.of(new byte[] {1});

  /** Roots of the whole subtrees, the largest first: one for each one in the binary size. */
  private final Deque<Bytes> subtrees;

  private long size;

  public MerkleTree() {
    this(new ArrayDeque<>(), 0);
  }

  private MerkleTree(Deque<Bytes> subtrees, long size) {
    this.subtrees = subtrees;
    this.size = size;
  }

  /** Of two nodes of the tree the one above them. */
  public static Bytes node(Bytes left, Bytes right) {
    return Bytes.sha256(NODE, left, right);
  }

  /**
   * The next leaf.
   *
   * @param leaf hashed as {@link AuditChain#leaf} does
   */
  public void add(Bytes leaf) {
    Bytes whole = leaf;
    for (long bits = size; (bits & 1) == 1; bits >>>= 1) {
      whole = node(subtrees.removeLast(), whole);
    }
    subtrees.addLast(whole);
    size++;
  }

  public long size() {
    return size;
  }

  /** Of all leaves so far. */
  public Bytes root() {
    if (size == 0) {
      return EMPTY;
    }
    Iterator<Bytes> upwards = subtrees.descendingIterator();
    Bytes root = upwards.next();
    while (upwards.hasNext()) {
      root = node(upwards.next(), root);
    }
    return root;
  }

  /** Another tree of the same leaves so far. */
  MerkleTree copy() {
    return new MerkleTree(new ArrayDeque<>(subtrees), size);
  }
}
