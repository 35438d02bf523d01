package dev.metaops.stories;

import dev.metaops.escrow.EscrowKind;
import java.util.List;

/**
 * What the chain does to an order while people are at it.
 *
 * @param name what the order's part of a trace begins with
 * @param before what is final of it when the race begins
 * @param first what a block says that the ledger has and that is not final; one at most
 * @param row what the race finds
 * @param node what the listener's node says instead of, or after, {@code first}: a list for each
 *     block
 * @param later blocks on top of those that the node says once the race is over
 * @param rests which blocks the fix rests on, {@code node} or the fork of {@code first}
 * @param fixed what the fix's blocks say, a list for each
 * @param to where the fix moves the row
 * @param end where the row is to be in the end when the node's fork is the chain
 * @param endOfFix the same when the ledger took the fix's fork first
 */
record RaceStory(
    String name,
    List<EscrowKind> before,
    List<List<EscrowKind>> first,
    Row row,
    List<List<EscrowKind>> node,
    List<List<EscrowKind>> later,
    Fork rests,
    List<List<EscrowKind>> fixed,
    String to,
    String end,
    String endOfFix) {
  /** In the order that seeds know them by: a new one stands at the end and renames the seeds. */
  static final List<RaceStory> ALL =
      List.of(
          agreed(
              "RELEASED",
              says(EscrowKind.CREATED),
              List.of(),
              List.of(says(EscrowKind.RELEASED)),
              "SETTLED"),
          agreed(
              "REFUNDED",
              says(EscrowKind.CREATED),
              List.of(),
              List.of(says(EscrowKind.REFUNDED)),
              "REFUNDED"),
          agreed(
              "CANCELLED",
              says(EscrowKind.CREATED),
              List.of(),
              List.of(says(EscrowKind.CANCELLED)),
              "CANCELLED"),
          agreed("FUNDED", says(), List.of(), List.of(says(EscrowKind.CREATED)), "PENDING"),
          agreed(
              "FUNDED_AND_RELEASED",
              says(),
              List.of(),
              List.of(says(EscrowKind.CREATED), says(EscrowKind.RELEASED)),
              "SETTLED"),
          new RaceStory(
              "THE_FIX_SEES_FURTHER",
              says(),
              List.of(),
              Row.FOLLOWS,
              List.of(says(EscrowKind.CREATED)),
              List.of(says(EscrowKind.RELEASED)),
              Fork.NODES,
              List.of(says(EscrowKind.CREATED), says(EscrowKind.RELEASED)),
              "SETTLED",
              "SETTLED",
              "SETTLED"),
          new RaceStory(
              "TAKEN_BACK",
              says(),
              List.of(says(EscrowKind.CREATED)),
              Row.FOLLOWS,
              List.of(says()),
              List.of(),
              Fork.FIRST,
              List.of(says(EscrowKind.CREATED), says(EscrowKind.RELEASED)),
              "SETTLED",
              "CREATED",
              "SETTLED"),
          new RaceStory(
              "TAKEN_BACK_FROM_A_ROW_THAT_WAITS",
              says(),
              List.of(says(EscrowKind.CREATED)),
              Row.WAITS,
              List.of(says()),
              List.of(),
              Fork.FIRST,
              List.of(says(EscrowKind.CREATED)),
              "PENDING",
              "CREATED",
              "PENDING"),
          new RaceStory(
              "ELSEWHERE",
              says(),
              List.of(says(EscrowKind.CREATED)),
              Row.FOLLOWS,
              List.of(says(EscrowKind.CREATED)),
              List.of(),
              Fork.FIRST,
              List.of(says(EscrowKind.CREATED), says(EscrowKind.RELEASED)),
              "SETTLED",
              "PENDING",
              "SETTLED"),
          agreed(
              "ELSEWHERE_AND_RELEASED",
              says(),
              List.of(says(EscrowKind.CREATED)),
              List.of(says(EscrowKind.CREATED), says(EscrowKind.RELEASED)),
              "SETTLED"),
          agreed(
              "RELEASED_INSTEAD_OF_DISPUTED",
              says(EscrowKind.CREATED),
              List.of(says(EscrowKind.DISPUTED)),
              List.of(says(EscrowKind.RELEASED)),
              "SETTLED"));

  /** Whether the row stands where the ledger folds it when the race begins. */
  enum Row {
    FOLLOWS,
    /** Somebody held it while the ledger moved on. */
    WAITS
  }

  enum Fork {
    NODES,
    FIRST
  }

  /**
   * The row follows, and the fix rests on what the node says and brings the row to the same end.
   */
  private static RaceStory agreed(
      String name,
      List<EscrowKind> before,
      List<List<EscrowKind>> first,
      List<List<EscrowKind>> node,
      String end) {
    return new RaceStory(
        name, before, first, Row.FOLLOWS, node, List.of(), Fork.NODES, node, end, end, end);
  }

  private static List<EscrowKind> says(EscrowKind... kinds) {
    return List.of(kinds);
  }

  /** Whether the ledger knows of an escrow when the race begins. */
  boolean isKnown() {
    return !before.isEmpty() || !first.isEmpty();
  }

  /** Whether the ledger knows of one once it has what the node says. */
  boolean isKnownToTheNode() {
    return !before.isEmpty() || node.stream().anyMatch(block -> !block.isEmpty());
  }
}
