package dev.metaops.reconcile;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.order.ChainView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Several nodes' answers about one order, held against each other: pure. The one that is final
 * furthest is believed, unless another says something else of what both hold for final: then nobody
 * is. What only the head shows may differ for a moment, and is no disagreement.
 *
 * @param evidence what is believed
 * @param words each node's, in their order
 */
public record Testimony(Evidence evidence, List<Word> words) {
  public Testimony {
    words = List.copyOf(words);
  }

  /** What one node answered. */
  record Answered(String provider, Evidence evidence) {}

  /** Where an event is; two nodes that show the same one name the same. */
  private record Place(BlockRef block, Hash transaction, int index, EscrowKind kind) {
    static Place of(EscrowEvent event) {
      return new Place(
          event.log().block(), event.log().transaction(), event.log().index(), event.kind());
    }
  }

  /** With one answer that is all there is to it. */
  static Testimony of(List<Answered> answers) {
    Optional<Evidence.Found> furthest =
        answers.stream()
            .map(Answered::evidence)
            .filter(Evidence.Found.class::isInstance)
            .map(Evidence.Found.class::cast)
            .max(Comparator.comparingLong(found -> found.settled().number()));
    List<Word> words = new ArrayList<>();
    for (Answered answer : answers) {
      words.add(
          switch (answer.evidence()) {
            case Evidence.None(ChainView.NotSeen(String why)) ->
                new Word.Silent(answer.provider(), why);
            case Evidence.Found found -> word(furthest.orElseThrow(), found);
          });
    }
    boolean isDisputed = words.stream().anyMatch(Word.Differs.class::isInstance);
    return new Testimony(
        believed(furthest, words),
        isDisputed ? words.stream().map(Testimony::unbelieved).toList() : words);
  }

  /** Of two that contradict each other neither vouches for anything. */
  private static Word unbelieved(Word word) {
    return switch (word) {
      case Word.Agrees(String provider, String says, BlockRef settled, long head) ->
          new Word.Differs(provider, says, settled, head);
      case Word.Behind(String provider, String says, BlockRef settled, long head, String _) ->
          new Word.Differs(provider, says, settled, head);
      case Word.Differs _, Word.Silent _ -> word;
    };
  }

  private static Evidence believed(Optional<Evidence.Found> furthest, List<Word> words) {
    if (furthest.isEmpty()) {
      return new Evidence.None(
          new ChainView.NotSeen(
              words.stream()
                  .map(word -> word instanceof Word.Silent(String _, String why) ? why : "")
                  .distinct()
                  .collect(Collectors.joining("; "))));
    }
    boolean isDisputed = words.stream().anyMatch(Word.Differs.class::isInstance);
    return isDisputed
        ? new Evidence.None(
            new ChainView.NotSeen(
                "the providers disagree about what is final: "
                    + words.stream()
                        .map(Testimony::unbelieved)
                        .filter(word -> !(word instanceof Word.Silent))
                        .map(word -> word.provider() + ": " + word.sentence())
                        .collect(Collectors.joining("; "))))
        : furthest.get();
  }

  private static Word word(Evidence.Found believed, Evidence.Found other) {
    String says = other.view().settled().text();
    long both = Math.min(believed.settled().number(), other.settled().number());
    boolean isOtherFork =
        believed.settled().number() == other.settled().number()
            && !believed.settled().equals(other.settled());
    if (isOtherFork || !upTo(both, believed).equals(upTo(both, other))) {
      return new Word.Differs(other.provider(), says, other.settled(), other.head().number());
    }
    return missing(believed, other)
        .<Word>map(what ->
            new Word.Behind(other.provider(), says, other.settled(), other.head().number(), what))
        .orElseGet(
            () -> new Word.Agrees(other.provider(), says, other.settled(), other.head().number()));
  }

  private static Set<Place> upTo(long number, Evidence.Found found) {
    return found.finalEvents().stream()
        .map(Place::of)
        .filter(place -> place.block().number() <= number)
        .collect(Collectors.toSet());
  }

  /** What the believed one rests on and this one does not see, or not as final, yet. */
  private static Optional<String> missing(Evidence.Found believed, Evidence.Found other) {
    Optional<EscrowEvent> notFinal =
        believed.finalEvents().stream()
            .filter(event -> event.log().block().number() > other.settled().number())
            .findFirst();
    if (notFinal.isPresent()) {
      return Optional.of(
          "block " + notFinal.get().log().block().number() + " is not final there yet");
    }
    Set<Place> shown = new HashSet<>();
    other.finalEvents().forEach(event -> shown.add(Place.of(event)));
    other.laterEvents().forEach(event -> shown.add(Place.of(event)));
    return believed.laterEvents().stream()
        .filter(event -> !shown.contains(Place.of(event)))
        .findFirst()
        .map(event ->
            "it does not show "
                + event.kind().title()
                + " in block "
                + event.log().block().number()
                + " yet");
  }

  /** How many nodes saw all of it, and the same. */
  public long vouchers() {
    return words.stream().filter(Word::vouches).count();
  }

  /** {@code 1 of 2 (node-b: unreachable)}; empty where every node vouches. */
  public Optional<String> shortfall() {
    return vouchers() == words.size()
        ? Optional.empty()
        : Optional.of(
            vouchers()
                + " of "
                + words.size()
                + " ("
                + words.stream()
                    .filter(word -> !word.vouches())
                    .map(word -> word.provider() + ": " + word.sentence())
                    .collect(Collectors.joining("; "))
                + ")");
  }
}
