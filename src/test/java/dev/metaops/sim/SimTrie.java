package dev.metaops.sim;

import java.util.ArrayList;
import java.util.List;

/** The root of a Merkle Patricia trie whose keys are the places of a list. */
final class SimTrie {
  @SuppressWarnings("ArrayRecordComponent")
  private record Leaf(String nibbles, byte[] value) {}

  private SimTrie() {}

  static String root(List<byte[]> values) {
    List<Leaf> leaves = new ArrayList<>();
    for (int index = 0; index < values.size(); index++) {
      String key = SimBytes.hex(SimBytes.item(index)).substring(2);
      leaves.add(new Leaf(key, values.get(index)));
    }
    byte[] top = leaves.isEmpty() ? SimBytes.item(new byte[0]) : node(leaves, 0);
    return SimBytes.hex(SimBytes.keccak(top));
  }

  private static byte[] node(List<Leaf> leaves, int depth) {
    if (leaves.size() == 1) {
      Leaf only = leaves.getFirst();
      return SimBytes.list(
          List.of(
              SimBytes.item(path(only.nibbles().substring(depth), 2)),
              SimBytes.item(only.value())));
    }
    int shared = shared(leaves, depth);
    if (shared > depth) {
      String way = leaves.getFirst().nibbles().substring(depth, shared);
      return SimBytes.list(List.of(SimBytes.item(path(way, 0)), reference(leaves, shared)));
    }
    List<byte[]> branch = new ArrayList<>();
    for (char nibble : "0123456789abcdef".toCharArray()) {
      List<Leaf> below =
          leaves.stream().filter(leaf -> leaf.nibbles().charAt(depth) == nibble).toList();
      branch.add(below.isEmpty() ? SimBytes.item(new byte[0]) : reference(below, depth + 1));
    }
    branch.add(SimBytes.item(new byte[0]));
    return SimBytes.list(branch);
  }

  /** Up to where all go the same way; no key is the beginning of another. */
  private static int shared(List<Leaf> leaves, int depth) {
    String first = leaves.getFirst().nibbles();
    int shared = depth;
    while (true) {
      int at = shared;
      if (!leaves.stream().allMatch(leaf -> leaf.nibbles().charAt(at) == first.charAt(at))) {
        return shared;
      }
      shared++;
    }
  }

  private static byte[] reference(List<Leaf> leaves, int depth) {
    byte[] node = node(leaves, depth);
    return node.length < 32 ? node : SimBytes.item(SimBytes.keccak(node));
  }

  /** Hex-prefix: the kind, whether the way is odd, and the way. */
  private static byte[] path(String nibbles, int kind) {
    String start = nibbles.length() % 2 == 0 ? kind + "0" : Integer.toString(kind + 1);
    return SimBytes.bytes("0x" + start + nibbles);
  }
}
