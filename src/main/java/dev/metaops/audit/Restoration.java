package dev.metaops.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a boundary says: the database came back from a backup, so that the log ends before what was
 * covered. Signed as part of the checkpoint that begins anew. Pure.
 *
 * @param from how many seals the last checkpoint before it covered
 * @param root of the tree over those
 * @param to how many of them are still there, by the last checkpoint that agrees; at most {@code
 *     from}
 * @param backup of when the backup is, as a person said
 */
public record Restoration(
    long from, Bytes root, long to, Instant backup, String actor, String reason) {
  private static final String BEGIN = "restored ";
  private static final String BY = "restored-by ";
  private static final String WHY = "restored-why ";
  private static final int MOST = 500;
  private static final Pattern NUMBERS =
      Pattern.compile(
          "restored from (0|[1-9][0-9]{0,17}) (\\S{44}) to (0|[1-9][0-9]{0,17}) backup"
              + " (\\S{1,40})");

  public Restoration {
    if (to < 0 || to > from) {
      throw new IllegalArgumentException("to: " + to + " (expected: 0 to " + from + ")");
    }
    actor = line(actor);
    reason = line(reason);
  }

  /** Never ends a line of the note, and is never empty. */
  private static String line(String text) {
    String printable = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ").strip();
    return printable.isEmpty() ? "-" : printable.substring(0, Math.min(MOST, printable.length()));
  }

  /** The lines that are signed. */
  String lines() {
    return BEGIN
        + "from "
        + from
        + " "
        + root.base64()
        + " to "
        + to
        + " backup "
        + backup
        + "\n"
        + BY
        + actor
        + "\n"
        + WHY
        + reason
        + "\n";
  }

  /**
   * Empty where none of the lines begins one.
   *
   * @throws IllegalArgumentException when one does and it is none of ours
   * @throws java.time.DateTimeException as well
   */
  static Optional<Restoration> parse(List<String> lines) {
    Optional<String> begin = after(lines, BEGIN);
    if (begin.isEmpty()) {
      return Optional.empty();
    }
    Matcher numbers = NUMBERS.matcher(BEGIN + begin.get());
    if (!numbers.matches()) {
      throw new IllegalArgumentException("boundary: " + begin.get());
    }
    return Optional.of(
        new Restoration(
            Long.parseLong(numbers.group(1)),
            Bytes.ofBase64(numbers.group(2)),
            Long.parseLong(numbers.group(3)),
            Instant.parse(numbers.group(4)),
            after(lines, BY).orElse(""),
            after(lines, WHY).orElse("")));
  }

  private static Optional<String> after(List<String> lines, String begin) {
    return lines.stream()
        .filter(line -> line.startsWith(begin))
        .findFirst()
        .map(line -> line.substring(begin.length()));
  }
}
