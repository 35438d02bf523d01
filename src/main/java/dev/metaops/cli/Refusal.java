package dev.metaops.cli;

/** A word that cannot be what it stands for. Never leaves this package. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Refusal(String sentence) {
    super(sentence, null, false, false);
  }

  /** {@code name: value (expected: …)}, the value clipped and made printable. */
  static Refusal of(String name, String value, String expectation) {
    String printable = value.replaceAll("\\p{Cc}", "?");
    String shown = printable.length() <= 80 ? printable : printable.substring(0, 77) + "...";
    return new Refusal(name + ": " + shown + " (expected: " + expectation + ")");
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
