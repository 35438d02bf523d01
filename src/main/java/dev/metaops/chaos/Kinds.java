package dev.metaops.chaos;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every kind of fault there is. */
public final class Kinds {
  /** In the order they are listed in. */
  public static final List<Kind> ALL =
      Stream.<Kind[]>of(
              Lie.values(),
              View.values(),
              RangeLimit.values(),
              Limit.values(),
              Breakage.values(),
              Push.values())
          .flatMap(Stream::of)
          .toList();

  private Kinds() {}

  static Optional<Kind> named(String word) {
    return ALL.stream().filter(kind -> kind.word().equals(word)).findFirst();
  }
}
