package dev.metaops.database;

import dev.metaops.chain.Hash;
import dev.metaops.command.Conversation;
import dev.metaops.intervention.PersonKeyFile;
import dev.metaops.intervention.PlanScreen;
import dev.metaops.intervention.PlanShelf;
import dev.metaops.plan.Approval;
import dev.metaops.plan.Approvals;
import dev.metaops.plan.Decision;
import dev.metaops.plan.Matter;
import dev.metaops.plan.People;
import dev.metaops.plan.PlanClass;
import dev.metaops.plan.SigningKey;
import dev.metaops.plan.Standing;
import dev.metaops.reach.Reach;
import dev.metaops.restore.MarkStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who stands behind a restoration: the rule is that of a plan that takes two people. Whoever comes
 * first begins it, another approves, within a day.
 */
final class RestoredPeople {
  /** How long a word counts. */
  static final Duration LIFE = Duration.ofDays(1);

  private final Conversation conversation;

  RestoredPeople(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Whether they are enough. */
  sealed interface Behind {
    record Enough(Standing standing) implements Behind {}

    record Waits(String why) implements Behind {}

    record Refused(String why) implements Behind {}
  }

  /** Signs as the person of this machine, unless enough people have signed before. */
  Behind signed(String text) throws SQLException {
    try (Connection ops = Reach.ordersMemory(conversation).open()) {
      var marks = new MarkStore(ops);
      if (!marks.isThere()) {
        return new Behind.Refused("our own store knows no restorations yet: start metaops serve");
      }
      var round =
          new Round(
              marks,
              PlanShelf.environment(conversation.settings(), marks.identity()),
              Hash.sha256(text),
              PlanShelf.people(conversation.settings()),
              marks.now());
      Optional<Behind> before = round.enough();
      Behind behind = before.isPresent() ? before.get() : signed(round);
      PlanShelf.seal(ops);
      return behind;
    }
  }

  private Behind signed(Round round) throws SQLException {
    var file = new PersonKeyFile(conversation.settings().environment().dataDirectory());
    return switch (file.read()) {
      case PersonKeyFile.Held.None() ->
          new Behind.Refused(
              "restarting takes two people, and you have no key here (metaops people key NAME)");
      case PersonKeyFile.Held.Unusable(String why) -> new Behind.Refused(why);
      case PersonKeyFile.Held.Key(SigningKey key) -> round.signedBy(key);
    };
  }

  /** What was signed over one text, judged at one moment. */
  private record Round(MarkStore marks, String environment, Hash text, People people, Instant now) {
    Optional<Behind> enough() throws SQLException {
      List<Approval> words = words();
      for (Matter matter : begun(words)) {
        if (judged(matter, words)
            instanceof
            Approvals.Result.Enough(Approvals.Footing footing, List<Approval> counted, var _)) {
          var standing = new ArrayList<>(first(matter, words));
          counted.stream().filter(word -> !standing.contains(word)).forEach(standing::add);
          return Optional.of(new Behind.Enough(new Standing(footing, matter.actor(), standing)));
        }
      }
      return Optional.empty();
    }

    Behind signedBy(SigningKey key) throws SQLException {
      Approval approval = Approval.signed(environment, text, Decision.APPROVE, key, now);
      List<Approval> before = words();
      if (begun(before).stream().anyMatch(matter -> flaw(matter, before, approval).isEmpty())) {
        keep(approval);
        return enough().orElseThrow();
      }
      Optional<Matter> mine =
          begun(before).stream().filter(matter -> matter.actor().equals(key.person())).findFirst();
      Matter matter = mine.orElseGet(() -> beginning(propose(key)));
      if (mine.isEmpty()) {
        Approval first = propose(key);
        Optional<Approvals.Flaw> flaw = flaw(matter, List.of(), first);
        if (flaw.isPresent()) {
          return new Behind.Refused(
              "the word of "
                  + key.person()
                  + " would not count: "
                  + flaw.get().words()
                  + " (people.keys)");
        }
        keep(first);
      }
      return new Behind.Waits(
          key.person()
              + " vouched for it. "
              + PlanScreen.sentence(PlanClass.MONEY, judged(matter, words())));
    }

    private Approval propose(SigningKey key) {
      return Approval.signed(environment, text, Decision.PROPOSE, key, now);
    }

    private Matter beginning(Approval first) {
      return Approvals.beginning(first, LIFE);
    }

    private List<Matter> begun(List<Approval> words) {
      return Approvals.begun(text, environment, words, people, LIFE, now);
    }

    private Approvals.Result judged(Matter matter, List<Approval> words) {
      return Approvals.judge(matter, environment, words, people, now);
    }

    /** What would be wrong with a word beside those. */
    private Optional<Approvals.Flaw> flaw(Matter matter, List<Approval> words, Approval word) {
      List<Approval> all = new ArrayList<>(words);
      all.add(word);
      return judged(matter, all).discounted().stream()
          .filter(discounted -> discounted.approval().equals(word))
          .map(Approvals.Discounted::flaw)
          .findFirst();
    }

    private static List<Approval> first(Matter matter, List<Approval> words) {
      return words.stream()
          .filter(word -> word.decision() == Decision.PROPOSE)
          .filter(word -> word.person().equals(matter.actor()) && word.at().equals(matter.from()))
          .limit(1)
          .toList();
    }

    /** In the order they were signed. */
    private List<Approval> words() throws SQLException {
      return marks.words(text.text()).reversed().stream()
          .map(each ->
              new Approval(
                  each.environment(),
                  text,
                  Decision.valueOf(each.decision()),
                  each.person(),
                  each.key(),
                  each.at(),
                  each.signature()))
          .toList();
    }

    private void keep(Approval word) throws SQLException {
      marks.sign(
          new MarkStore.Word(
              word.environment(),
              text.text(),
              word.decision().name(),
              word.person(),
              word.key(),
              word.at(),
              word.signature()));
    }
  }
}
