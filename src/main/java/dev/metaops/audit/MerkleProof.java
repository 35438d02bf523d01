package dev.metaops.audit;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Proofs over a {@link MerkleTree}: made as in RFC 6962 §2.1, checked as in RFC 9162 §2.1. Pure.
 */
public final class MerkleProof {
  private MerkleProof() {}

  /** Roots of parts of a log. */
  @FunctionalInterface
  public interface Parts {
    /** The root of the tree over the leaves {@code from} up to {@code to}, which is not in it. */
    Bytes root(long from, long to);
  }

  /** Parts of a log whose leaves are all in memory. */
  public static Parts of(List<Bytes> leaves) {
    return (from, to) -> {
      var tree = new MerkleTree();
      leaves.subList(Math.toIntExact(from), Math.toIntExact(to)).forEach(tree::add);
      return tree.root();
    };
  }

  /**
   * That one leaf is in a log.
   *
   * @param index from 0
   * @param size how many leaves the log has, more than {@code index}
   */
  public static List<Bytes> inclusion(long index, long size, Parts parts) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("index: " + index + " (expected: 0 to " + size + " - 1)");
    }
    var path = new ArrayList<Bytes>();
    long from = 0;
    long to = size;
    while (to - from > 1) {
      long middle = from + split(to - from);
      if (index < middle) {
        path.addFirst(parts.root(middle, to));
        to = middle;
      } else {
        path.addFirst(parts.root(from, middle));
        from = middle;
      }
    }
    return List.copyOf(path);
  }

  /**
   * That a log of {@code size} leaves begins with those it had when it had {@code earlier}.
   *
   * @param earlier 1 to {@code size}
   */
  public static List<Bytes> consistency(long earlier, long size, Parts parts) {
    if (earlier < 1 || earlier > size) {
      throw new IllegalArgumentException("earlier: " + earlier + " (expected: 1 to " + size + ")");
    }
    var path = new ArrayList<Bytes>();
    long from = 0;
    long to = size;
    while (to != earlier) {
      long middle = from + split(to - from);
      if (earlier <= middle) {
        path.addFirst(parts.root(middle, to));
        to = middle;
      } else {
        path.addFirst(parts.root(from, middle));
        from = middle;
      }
    }
    if (from > 0) {
      path.addFirst(parts.root(from, to));
    }
    return List.copyOf(path);
  }

  /** The largest power of two below a size of at least 2. */
  private static long split(long size) {
    return Long.highestOneBit(size - 1);
  }

  /** Whether the proof shows that the log with this root has the leaf at that place. */
  public static boolean includes(Bytes root, long size, long index, Bytes leaf, List<Bytes> proof) {
    if (index < 0 || index >= size) {
      return false;
    }
    long place = index;
    long last = size - 1;
    Bytes computed = leaf;
    for (Bytes sibling : proof) {
      if (last == 0) {
        return false;
      }
      if ((place & 1) == 1 || place == last) {
        computed = MerkleTree.node(sibling, computed);
        while ((place & 1) == 0 && place != 0) {
          place >>>= 1;
          last >>>= 1;
        }
      } else {
        computed = MerkleTree.node(computed, sibling);
      }
      place >>>= 1;
      last >>>= 1;
    }
    return last == 0 && computed.equals(root);
  }

  /** Whether the proof shows that the earlier log is the beginning of the later one. */
  public static boolean isConsistent(
      long earlier, Bytes earlierRoot, long size, Bytes root, List<Bytes> proof) {
    if (earlier < 1 || earlier > size) {
      return false;
    }
    if (earlier == size) {
      return proof.isEmpty() && earlierRoot.equals(root);
    }
    var whole = new ArrayList<Bytes>();
    if (Long.bitCount(earlier) == 1) {
      whole.add(earlierRoot);
    }
    whole.addAll(proof);
    if (whole.isEmpty()) {
      return false;
    }
    long place = earlier - 1;
    long last = size - 1;
    while ((place & 1) == 1) {
      place >>>= 1;
      last >>>= 1;
    }
    Iterator<Bytes> steps = whole.iterator();
    Bytes first = steps.next();
    Bytes second = first;
    while (steps.hasNext()) {
      Bytes sibling = steps.next();
      if (last == 0) {
        return false;
      }
      if ((place & 1) == 1 || place == last) {
        first = MerkleTree.node(sibling, first);
        second = MerkleTree.node(sibling, second);
        while ((place & 1) == 0 && place != 0) {
          place >>>= 1;
          last >>>= 1;
        }
      } else {
        second = MerkleTree.node(second, sibling);
      }
      place >>>= 1;
      last >>>= 1;
    }
    return last == 0 && first.equals(earlierRoot) && second.equals(root);
  }
}
