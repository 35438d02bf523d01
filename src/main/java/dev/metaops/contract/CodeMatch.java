package dev.metaops.contract;

import java.util.List;
import java.util.Optional;

/** How an account's code compares with what a compiler foretold. */
public sealed interface CodeMatch {
  /**
   * Byte for byte, but for the places deployment fills.
   *
   * @param masked how many such places
   */
  record Same(int masked, ForetoldCode.Origin origin) implements CodeMatch {}

  /** The same instructions; the compiler's notes at the end are others. */
  record SameButMetadata(int masked, ForetoldCode.Origin origin) implements CodeMatch {}

  /**
   * Other code.
   *
   * @param where how it differs, for people
   */
  record Other(String where) implements CodeMatch {}

  /** The account has none. */
  record Absent() implements CodeMatch {}

  record CannotCompare(String why) implements CodeMatch {}

  static CodeMatch of(Artifact artifact, Bytecode actual) {
    if (actual.isEmpty()) {
      return new Absent();
    }
    Optional<ForetoldCode> code = artifact.code();
    if (code.isEmpty()) {
      return new CannotCompare("the artifact has no deployed bytecode");
    }
    ForetoldCode foretold = code.get();
    Bytecode expected = foretold.code().masked(foretold.masks());
    Bytecode found = actual.masked(foretold.masks());
    int masked = foretold.masks().size();
    if (expected.equals(found)) {
      return new Same(masked, foretold.origin());
    }
    Bytecode instructions = expected.executable();
    List<Range> within =
        foretold.masks().stream().filter(mask -> mask.end() <= instructions.size()).toList();
    if (instructions.equals(actual.executable().masked(within))) {
      return new SameButMetadata(masked, foretold.origin());
    }
    return new Other(where(expected.bytes(), found.bytes()));
  }

  /** Whether it runs the artifact's instructions. */
  default boolean isSame() {
    return switch (this) {
      case Same _, SameButMetadata _ -> true;
      case Other _, Absent _, CannotCompare _ -> false;
    };
  }

  private static String where(byte[] expected, byte[] found) {
    int shorter = Math.min(expected.length, found.length);
    int first = shorter;
    int differing = Math.max(expected.length, found.length) - shorter;
    for (int at = shorter - 1; at >= 0; at--) {
      if (expected[at] != found[at]) {
        first = at;
        differing++;
      }
    }
    return (expected.length == found.length
            ? found.length + " bytes"
            : found.length + " bytes where " + expected.length + " were expected")
        + ", "
        + differing
        + " of them other, the first at byte "
        + first;
  }
}
