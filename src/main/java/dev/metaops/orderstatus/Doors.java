package dev.metaops.orderstatus;

import dev.metaops.time.Ticker;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** What every way in shares: the orders once they can be read, who follows, and who may ask. */
record Doors(
    AtomicReference<Optional<Sight>> sight,
    Followers followers,
    Counts counts,
    List<String> origins,
    Consumer<String> said,
    Ticker ticker) {

  /** A database whose orders can be looked at. */
  record Sight(Orders orders, Tail tail) {}

  static final String NOT_YET = "the orders database is not ready yet; come again";
  static final String NO_ROOM = "too many follow already; come again";

  private static final int LONGEST_ID = 200;

  /** An id as the orders table may hold it. */
  static boolean isId(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_ID
        && text.codePoints().allMatch(Doors::isPrintable);
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
