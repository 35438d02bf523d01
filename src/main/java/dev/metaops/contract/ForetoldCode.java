package dev.metaops.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * Deployed code as the compiler foretells it, with the places only deployment fills.
 *
 * @param code zeros in those places
 * @param masks immutables and linked libraries
 * @param origin where the masks come from
 */
public record ForetoldCode(Bytecode code, List<Range> masks, Origin origin) {
  private static final int PUSH1 = 0x60;
  private static final int PUSH32 = 0x7f;

  /** Who says where the immutables stand. */
  public enum Origin {
    NAMED,
    /** The artifact has no list of them: every PUSH32 of zeros, which compilers write for them. */
    INFERRED
  }

  public ForetoldCode {
    masks = List.copyOf(masks);
    for (Range mask : masks) {
      if (mask.end() > code.size()) {
        throw new IllegalArgumentException(
            "immutable at bytes "
                + mask.start()
                + "-"
                + (mask.end() - 1)
                + " (expected: within the code's "
                + code.size()
                + ")");
      }
    }
  }

  /** The operands of every PUSH32 that pushes zero. */
  static List<Range> pushedZeros(byte[] code) {
    List<Range> found = new ArrayList<>();
    int at = 0;
    while (at < code.length) {
      int instruction = code[at] & 0xff;
      int operand = instruction >= PUSH1 && instruction <= PUSH32 ? instruction - PUSH1 + 1 : 0;
      if (operand == 32 && at + 32 < code.length && isZero(code, at + 1)) {
        found.add(new Range(at + 1, 32));
      }
      at += 1 + operand;
    }
    return found;
  }

  private static boolean isZero(byte[] code, int from) {
    for (int at = from; at < from + 32; at++) {
      if (code[at] != 0) {
        return false;
      }
    }
    return true;
  }
}
