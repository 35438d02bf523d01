package dev.metaops.stories;

import dev.metaops.escrow.EscrowKind;
import java.util.List;

/**
 * What the chain does to an order while people are at it.
 *
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
enum RaceStory {
  RELEASED(
      b(EscrowKind.CREATED),
      n(),
      Row.FOLLOWS,
      n(b(EscrowKind.RELEASED)),
      n(),
      Fork.NODES,
      n(b(EscrowKind.RELEASED)),
      "SETTLED",
      "SETTLED",
      "SETTLED"),
  REFUNDED(
      b(EscrowKind.CREATED),
      n(),
      Row.FOLLOWS,
      n(b(EscrowKind.REFUNDED)),
      n(),
      Fork.NODES,
      n(b(EscrowKind.REFUNDED)),
      "REFUNDED",
      "REFUNDED",
      "REFUNDED"),
  CANCELLED(
      b(EscrowKind.CREATED),
      n(),
      Row.FOLLOWS,
      n(b(EscrowKind.CANCELLED)),
      n(),
      Fork.NODES,
      n(b(EscrowKind.CANCELLED)),
      "CANCELLED",
      "CANCELLED",
      "CANCELLED"),
  FUNDED(
      b(),
      n(),
      Row.FOLLOWS,
      n(b(EscrowKind.CREATED)),
      n(),
      Fork.NODES,
      n(b(EscrowKind.CREATED)),
      "PENDING",
      "PENDING",
      "PENDING"),
  FUNDED_AND_RELEASED(
      b(),
      n(),
      Row.FOLLOWS,
      n(b(EscrowKind.CREATED), b(EscrowKind.RELEASED)),
      n(),
      Fork.NODES,
      n(b(EscrowKind.CREATED), b(EscrowKind.RELEASED)),
      "SETTLED",
      "SETTLED",
      "SETTLED"),
  THE_FIX_SEES_FURTHER(
      b(),
      n(),
      Row.FOLLOWS,
      n(b(EscrowKind.CREATED)),
      n(b(EscrowKind.RELEASED)),
      Fork.NODES,
      n(b(EscrowKind.CREATED), b(EscrowKind.RELEASED)),
      "SETTLED",
      "SETTLED",
      "SETTLED"),
  TAKEN_BACK(
      b(),
      n(b(EscrowKind.CREATED)),
      Row.FOLLOWS,
      n(b()),
      n(),
      Fork.FIRST,
      n(b(EscrowKind.CREATED), b(EscrowKind.RELEASED)),
      "SETTLED",
      "CREATED",
      "SETTLED"),
  TAKEN_BACK_FROM_A_ROW_THAT_WAITS(
      b(),
      n(b(EscrowKind.CREATED)),
      Row.WAITS,
      n(b()),
      n(),
      Fork.FIRST,
      n(b(EscrowKind.CREATED)),
      "PENDING",
      "CREATED",
      "PENDING"),
  ELSEWHERE(
      b(),
      n(b(EscrowKind.CREATED)),
      Row.FOLLOWS,
      n(b(EscrowKind.CREATED)),
      n(),
      Fork.FIRST,
      n(b(EscrowKind.CREATED), b(EscrowKind.RELEASED)),
      "SETTLED",
      "PENDING",
      "SETTLED"),
  ELSEWHERE_AND_RELEASED(
      b(),
      n(b(EscrowKind.CREATED)),
      Row.FOLLOWS,
      n(b(EscrowKind.CREATED), b(EscrowKind.RELEASED)),
      n(),
      Fork.NODES,
      n(b(EscrowKind.CREATED), b(EscrowKind.RELEASED)),
      "SETTLED",
      "SETTLED",
      "SETTLED"),
  RELEASED_INSTEAD_OF_DISPUTED(
      b(EscrowKind.CREATED),
      n(b(EscrowKind.DISPUTED)),
      Row.FOLLOWS,
      n(b(EscrowKind.RELEASED)),
      n(),
      Fork.NODES,
      n(b(EscrowKind.RELEASED)),
      "SETTLED",
      "SETTLED",
      "SETTLED");

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

  final List<EscrowKind> before;
  final List<List<EscrowKind>> first;
  final Row row;
  final List<List<EscrowKind>> node;
  final List<List<EscrowKind>> later;
  final Fork rests;
  final List<List<EscrowKind>> fixed;
  final String to;
  final String end;
  final String endOfFix;

  RaceStory(
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
    this.before = before;
    this.first = first;
    this.row = row;
    this.node = node;
    this.later = later;
    this.rests = rests;
    this.fixed = fixed;
    this.to = to;
    this.end = end;
    this.endOfFix = endOfFix;
  }

  private static List<EscrowKind> b(EscrowKind... kinds) {
    return List.of(kinds);
  }

  @SafeVarargs
  private static List<List<EscrowKind>> n(List<EscrowKind>... blocks) {
    return List.of(blocks);
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
