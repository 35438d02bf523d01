package dev.metaops.orderstatus;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Up to where somebody knows of one order: its latest move then.
 *
 * @param epoch which history of which database it is of, 8 hexadecimal digits
 * @param transaction the move's transaction, as the database numbers them; 0 before the first move
 * @param id the move; those of one order grow with its commits; 0 before the first
 */
record Position(String epoch, long transaction, long id) {
  private static final Pattern TEXT = Pattern.compile("([0-9a-f]{8})-([0-9]{1,18})-([0-9]{1,18})");

  static Optional<Position> parse(String text) {
    Matcher found = TEXT.matcher(text);
    return found.matches()
        ? Optional.of(
            new Position(
                found.group(1), Long.parseLong(found.group(2)), Long.parseLong(found.group(3))))
        : Optional.empty();
  }

  /** What {@link #parse} reads; safe in a header, a URL and a line of an event stream. */
  String text() {
    return epoch + "-" + transaction + "-" + id;
  }
}
