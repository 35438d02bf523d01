package dev.metaops.rpc;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something a node said that cannot be true, with the evidence. Texts are clipped to 64 KB each,
 * and control characters in them are spelled out: no database keeps them all.
 *
 * @param request what it was asked, as it was sent
 * @param answer what it said
 * @param expected what it would have had to say, and how we know
 */
public record Lie(Kind kind, String request, String answer, String expected, Instant at) {
  /** What it lied about. */
  public enum Kind {
    /** Logs that the block's receipts or bloom prove are missing. */
    OMITTED_LOGS,
    /** Receipts that do not hash to the header's root. */
    WRONG_RECEIPTS,
    /** A header whose fields do not hash to its hash. */
    FORGED_HEADER,
    /** Another block at a height that others agree on and that is final. */
    OTHER_FORK,
    WRONG_CHAIN,
    /** A finalized block below one it named before, or that stands still while others go on. */
    STALE_FINALIZED,
    /** Two of its answers contradict each other. */
    CONTRADICTION;

    /** As people read it. */
    public String words() {
      return switch (this) {
        case OMITTED_LOGS -> "left out logs";
        case WRONG_RECEIPTS -> "gave receipts that do not match their block";
        case FORGED_HEADER -> "gave a header that does not match its hash";
        case OTHER_FORK -> "showed another block where the others agree";
        case WRONG_CHAIN -> "answered for another chain";
        case STALE_FINALIZED -> "named an outdated finalized block";
        case CONTRADICTION -> "contradicted itself";
      };
    }
  }

  private static final Pattern UNKEEPABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");

  /** Of each text, in bytes. */
  public static final int MOST_EVIDENCE = 64 << 10;

  public Lie {
    request = clipped(request);
    answer = clipped(answer);
    expected = clipped(expected);
  }

  /** The same without anything of this URL that may be a key. */
  Lie without(Endpoint secret) {
    return new Lie(
        kind, secret.redact(request), secret.redact(answer), secret.redact(expected), at);
  }

  private static String clipped(String foreign) {
    boolean isWhole = foreign.length() <= MOST_EVIDENCE;
    String text = spelled(isWhole ? foreign : foreign.substring(0, MOST_EVIDENCE));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (isWhole && bytes.length <= MOST_EVIDENCE) {
      return text;
    }
    String mark = "… (" + foreign.getBytes(StandardCharsets.UTF_8).length + " bytes in all)";
    int end = MOST_EVIDENCE - mark.getBytes(StandardCharsets.UTF_8).length;
    while ((bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8) + mark;
  }

  private static String spelled(String text) {
    return UNKEEPABLE
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement("\\u%04x".formatted((int) found.group().charAt(0))));
  }
}
