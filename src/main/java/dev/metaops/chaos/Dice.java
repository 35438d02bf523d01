package dev.metaops.chaos;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Decides what happens when. A rate over blocks or logs is decided by the seed and what the block
 * or log is, so that it falls on the same ones in whatever order and however often they are asked
 * for; everything else by how many there were before. Thread-safe.
 */
final class Dice {
  /** How many blocks and logs are remembered; the oldest are forgotten and may count again. */
  private static final int MEMORY = 1 << 16;

  private final long seed;
  private final Map<Fault, Long> counts = new HashMap<>();
  private final Map<String, Boolean> decided =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MEMORY;
        }
      };

  Dice(long seed) {
    this.seed = seed;
  }

  /** Whether it falls on the next answer. */
  synchronized boolean falls(Fault fault) {
    long before = counts.merge(fault, 1L, Long::sum) - 1;
    return switch (fault.when()) {
      case Occasion.Always() -> true;
      case Occasion.Share(double rate) -> part(fault.kind().word() + '#' + before) < rate;
      case Occasion.First(long count) -> before < count;
      case Occasion.Every(long nth) -> before % nth == nth - 1;
      case Occasion.AtBlock _ -> false;
    };
  }

  /**
   * Whether it falls on this block or log.
   *
   * @param salt faults of the same salt fall on the same ones
   */
  synchronized boolean falls(Fault fault, String salt, String identity, long block) {
    return switch (fault.when()) {
      case Occasion.Always() -> true;
      case Occasion.Share(double rate) -> part(salt + identity) < rate;
      case Occasion.AtBlock(long number) -> number == block;
      case Occasion.First _, Occasion.Every _ -> {
        Boolean known = decided.get(fault.text() + identity);
        boolean falls = known == null ? falls(fault) : known;
        decided.put(fault.text() + identity, falls);
        yield falls;
      }
    };
  }

  /** Whether this was not asked before. */
  synchronized boolean isFirst(String identity) {
    return decided.put("first " + identity, true) == null;
  }

  /** A number from 0 to below {@code bound}, the same for the same words. */
  long pick(String about, long bound) {
    return random(about).nextLong(bound);
  }

  /** Thirty-two bytes that belong to this seed. */
  byte[] mask() {
    byte[] mask = new byte[32];
    random("mask").nextBytes(mask);
    mask[0] |= 1;
    return mask;
  }

  private double part(String about) {
    return random(about).nextDouble();
  }

  /** FNV-1a of the words, so that the same seed means the same on every machine. */
  private SplittableRandom random(String about) {
    long hash = 0xcbf29ce484222325L ^ seed;
    for (byte one : about.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (one & 0xff)) * 0x100000001b3L;
    }
    return new SplittableRandom(hash);
  }
}
