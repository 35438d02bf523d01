package dev.metaops.chaos;

import java.util.List;

/**
 * One thing that is wrong, and when.
 *
 * @param number what {@link Kind#measure} says, 0 where that is nothing
 */
public record Fault(Kind kind, long number, Occasion when) {
  public Fault {
    if (kind.measure() != Kind.Measure.NOTHING && !kind.measure().allows(number)) {
      throw new IllegalArgumentException(
          kind.word() + ": " + number + " (expected: " + kind.measure().expectation() + ")");
    }
    if (when instanceof Occasion.AtBlock && kind.subject() == Kind.Subject.ANSWER) {
      throw new IllegalArgumentException(
          kind.word() + ": " + when.text() + " (expected: no block, as it is about none)");
    }
  }

  /** Always, or as it usually goes. */
  public static Fault of(Kind kind) {
    return new Fault(kind, 0, kind.usually());
  }

  public static Fault of(Kind kind, long number) {
    return new Fault(kind, number, kind.usually());
  }

  public Fault when(Occasion other) {
    return new Fault(kind, number, other);
  }

  /**
   * Reads {@code NAME}, then after {@code =} its number where it has one and, after a comma, when:
   * {@code hang}, {@code omit-log=0.01}, {@code omit-block=every:3}, {@code lag=3}, {@code
   * latency=200,0.5}.
   *
   * @throws IllegalArgumentException with a sentence for the person who typed it
   */
  public static Fault parse(String text) {
    int equals = text.indexOf('=');
    String word = equals < 0 ? text : text.substring(0, equals);
    Kind kind =
        Kinds.named(word)
            .orElseThrow(() ->
                new IllegalArgumentException("fault " + clip(word) + " (expected: " + words()));
    List<String> rest = equals < 0 ? List.of() : List.of(text.substring(equals + 1).split(",", -1));
    if (kind.measure() == Kind.Measure.NOTHING) {
      return new Fault(kind, 0, occasion(kind, rest));
    }
    if (rest.isEmpty() || !rest.getFirst().matches("-?[0-9]{1,18}")) {
      throw new IllegalArgumentException(
          clip(text) + " (expected: " + word + "=N, " + kind.measure().expectation() + ")");
    }
    return new Fault(
        kind, Long.parseLong(rest.getFirst()), occasion(kind, rest.subList(1, rest.size())));
  }

  private static Occasion occasion(Kind kind, List<String> rest) {
    if (rest.isEmpty()) {
      return kind.usually();
    }
    return Occasion.read(String.join(",", rest))
        .orElseThrow(() ->
            new IllegalArgumentException(
                kind.word()
                    + ": "
                    + clip(String.join(",", rest))
                    + " (expected: a rate like 0.05, a count like 3, every:N, or block:N)"));
  }

  private static String words() {
    return String.join(", ", Kinds.ALL.stream().map(Kind::word).toList()) + ")";
  }

  private static String clip(String foreign) {
    String start = foreign.length() <= 60 ? foreign : foreign.substring(0, 57) + "...";
    return start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
  }

  /** As {@link #parse} takes it. */
  public String text() {
    String amount = kind.measure() == Kind.Measure.NOTHING ? "" : Long.toString(number);
    String occasion = when.equals(kind.usually()) ? "" : when.text();
    String between = amount.isEmpty() || occasion.isEmpty() ? "" : ",";
    String rest = amount + between + occasion;
    return rest.isEmpty() ? kind.word() : kind.word() + "=" + rest;
  }
}
