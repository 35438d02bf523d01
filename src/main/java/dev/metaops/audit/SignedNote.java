package dev.metaops.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text and who signed it, as C2SP signed-note writes it down. Pure.
 *
 * @param text ends with a line feed
 */
public record SignedNote(String text, List<Line> signatures) {
  /** Larger ones are not read. */
  static final int MOST_TEXT = 64 * 1024;

  private static final int MOST_SIGNATURES = 64;
  private static final int ID_LENGTH = 4;
  private static final Pattern LINE = Pattern.compile("— (\\S+) (\\S+)");
  private static final Pattern CONTROLS = Pattern.compile("[\\x00-\\x09\\x0b-\\x1f]");

  public SignedNote {
    signatures = List.copyOf(signatures);
  }

  /**
   * One signature.
   *
   * @param keyId four bytes
   */
  public record Line(String name, Bytes keyId, Bytes signature) {}

  /** What the signatures are worth to somebody who knows some keys. */
  public sealed interface Check {
    /** Signed by these, all of them known. */
    record Signed(List<VerifierKey> by) implements Check {
      public Signed {
        by = List.copyOf(by);
      }
    }

    /** No signature is of a key that is known. */
    record Unknown() implements Check {}

    /** It bears the name and id of a known key, which did not sign this text. */
    record Forged(VerifierKey key) implements Check {}
  }

  /** Signs a text that ends with a line feed. */
  static SignedNote sign(String text, SigningKey... keys) {
    var lines = new ArrayList<Line>();
    for (SigningKey key : keys) {
      lines.add(new Line(key.verifier().name(), key.verifier().id(), key.sign(text)));
    }
    return new SignedNote(text, lines);
  }

  /** Empty when it is no signed note. */
  public static Optional<SignedNote> parse(String note) {
    int blank = note.lastIndexOf("\n\n");
    if (note.length() > MOST_TEXT
        || blank < 0
        || !note.endsWith("\n")
        || CONTROLS.matcher(note).find()) {
      return Optional.empty();
    }
    var lines = new ArrayList<Line>();
    for (String line : note.substring(blank + 2).lines().toList()) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches() || lines.size() == MOST_SIGNATURES) {
        return Optional.empty();
      }
      try {
        Bytes bytes = Bytes.ofBase64(parts.group(2));
        if (bytes.length() <= ID_LENGTH) {
          return Optional.empty();
        }
        lines.add(
            new Line(
                parts.group(1), bytes.slice(0, ID_LENGTH), bytes.slice(ID_LENGTH, bytes.length())));
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
    }
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(new SignedNote(note.substring(0, blank + 1), lines));
  }

  /** As {@link #parse} reads it. */
  public String encoded() {
    var encoded = new StringBuilder(text).append('\n');
    for (Line line : signatures) {
      encoded
          .append("— ")
          .append(line.name())
          .append(' ')
          .append(
              Bytes.of(VerifierKey.concat(line.keyId().toArray(), line.signature().toArray()))
                  .base64())
          .append('\n');
    }
    return encoded.toString();
  }

  /** Signatures of keys that are not known count for nothing, neither for nor against. */
  public Check check(Collection<VerifierKey> known) {
    var by = new ArrayList<VerifierKey>();
    for (Line line : signatures) {
      for (VerifierKey key : known) {
        if (!key.name().equals(line.name()) || !key.id().equals(line.keyId())) {
          continue;
        }
        if (!key.hasSigned(text, line.signature())) {
          return new Check.Forged(key);
        }
        by.add(key);
      }
    }
    return by.isEmpty() ? new Check.Unknown() : new Check.Signed(by);
  }
}
