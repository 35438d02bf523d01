package dev.metaops.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a log into the tiles of C2SP tlog-tiles as its leaves come, in memory for one tile a level.
 * Pure; not thread-safe.
 */
final class Tiles {
  /** Hashes in a whole tile, and entries in a whole bundle. */
  static final int WIDTH = 256;

  private final Taker taker;
  private final List<Level> levels = new ArrayList<>();

  /** Gets each tile once, as wide as it is in the end. */
  @FunctionalInterface
  interface Taker {
    void take(int level, long index, List<Bytes> hashes) throws IOException;
  }

  private static final class Level {
    private final List<Bytes> hashes = new ArrayList<>(WIDTH);
    private long index;
  }

  Tiles(Taker taker) {
    this.taker = taker;
  }

  void add(Bytes leaf) throws IOException {
    add(0, leaf);
  }

  private void add(int height, Bytes hash) throws IOException {
    if (height == levels.size()) {
      levels.add(new Level());
    }
    Level level = levels.get(height);
    level.hashes.add(hash);
    if (level.hashes.size() == WIDTH) {
      List<Bytes> whole = List.copyOf(level.hashes);
      taker.take(height, level.index, whole);
      level.hashes.clear();
      level.index++;
      var tree = new MerkleTree();
      whole.forEach(tree::add);
      add(height + 1, tree.root());
    }
  }

  /** After the last leaf: the partial tiles. */
  void end() throws IOException {
    for (int height = 0; height < levels.size(); height++) {
      Level level = levels.get(height);
      if (!level.hashes.isEmpty()) {
        taker.take(height, level.index, List.copyOf(level.hashes));
      }
    }
  }

  /** Where a tile is. */
  static String path(int level, long index, int width) {
    return "tile/" + level + "/" + place(index, width);
  }

  /** Where a bundle of entries is. */
  static String entries(long index, int width) {
    return "tile/entries/" + place(index, width);
  }

  /** Where a bundle is that holds an entry longer than the specification's bundles can. */
  static String longEntries(long index, int width) {
    return "tile/long-entries/" + place(index, width);
  }

  private static String place(long index, int width) {
    var digits = new StringBuilder(String.format(Locale.ROOT, "%03d", index % 1000));
    for (long rest = index / 1000; rest > 0; rest /= 1000) {
      digits.insert(0, String.format(Locale.ROOT, "x%03d/", rest % 1000));
    }
    return width == WIDTH ? digits.toString() : digits + ".p/" + width;
  }
}
