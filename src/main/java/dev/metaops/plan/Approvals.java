package dev.metaops.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether enough people stand behind a plan, judged from its text, their signatures and the
 * configured keys alone: pure, and the same years later with the instant it was applied.
 */
public final class Approvals {
  /** How far the clocks of the databases that time plans and words may be apart. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  private Approvals() {}

  /** Why a signed word does not count. */
  public enum Flaw {
    OTHER_ENVIRONMENT("signed for another environment"),
    OTHER_TEXT("signed over another text: the plan was edited after, or it is another plan's"),
    UNKNOWN_KEY("its key is configured for nobody"),
    OTHERS_KEY("its key is configured for somebody else"),
    BAD_SIGNATURE("the signature is not its key's"),
    KEY_RETIRED("its key did not count then, or does not count any more"),
    OUTSIDE_LIFE("signed before the plan was made or after it expired"),
    FROM_THE_FUTURE("signed later than now"),
    OWN_PLAN("nobody approves a plan of their own"),
    NOT_AN_APPROVER("may not approve, or not any more"),
    SAME_PERSON("one person counts once, however many keys");

    private final String words;

    Flaw(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /** A word that does not count. */
  public record Discounted(Approval approval, Flaw flaw) {}

  /** What comes of it. */
  public sealed interface Result {
    /** Words that do not count, with the reason; also where there are enough without them. */
    List<Discounted> discounted();

    /** It may be applied. {@code counted} is empty where whoever planned it is enough. */
    record Enough(List<Approval> counted, List<Discounted> discounted) implements Result {
      public Enough {
        counted = List.copyOf(counted);
        discounted = List.copyOf(discounted);
      }
    }

    /**
     * More people are needed.
     *
     * @param more how many, at least 1
     * @param from who of the configured people could
     */
    record Missing(int more, Set<String> from, List<Approval> counted, List<Discounted> discounted)
        implements Result {
      public Missing {
        from = new TreeSet<>(from);
        counted = List.copyOf(counted);
        discounted = List.copyOf(discounted);
      }
    }

    /** Nobody knows whose plan it is, so nobody can be known to be another person. */
    record Ownerless(String actor, List<Discounted> discounted) implements Result {
      public Ownerless {
        discounted = List.copyOf(discounted);
      }
    }

    /** One person said no, and that stands whoever else approves. */
    record Rejected(Approval by, List<Discounted> discounted) implements Result {
      public Rejected {
        discounted = List.copyOf(discounted);
      }
    }

    /** Too late, whoever approves. */
    record Expired(Instant at, List<Discounted> discounted) implements Result {
      public Expired {
        discounted = List.copyOf(discounted);
      }
    }
  }

  /**
   * Judges.
   *
   * @param given in the order they were signed
   * @param now when it would be applied: keys and people have to count then, too
   */
  public static Result judge(
      FrozenPlan plan, String environment, List<Approval> given, People people, Instant now) {
    var discounted = new ArrayList<Discounted>();
    var sound = new ArrayList<Approval>();
    for (Approval approval : given) {
      Optional<Flaw> flaw = flaw(approval, plan, environment, people, now);
      if (flaw.isPresent()) {
        discounted.add(new Discounted(approval, flaw.get()));
      } else {
        sound.add(approval);
      }
    }
    Optional<Approval> rejection = ofKind(sound, Decision.REJECT).stream().findFirst();
    if (rejection.isPresent()) {
      return new Result.Rejected(rejection.get(), discounted);
    }
    if (now.isAfter(plan.expiresAt())) {
      return new Result.Expired(plan.expiresAt(), discounted);
    }
    return counted(plan, sound, people, discounted);
  }

  private static Result counted(
      FrozenPlan plan, List<Approval> sound, People people, List<Discounted> discounted) {
    var counted = new ArrayList<Approval>();
    var persons = new TreeSet<String>();
    for (Approval approval : ofKind(sound, Decision.APPROVE)) {
      Optional<Flaw> flaw = person(approval, plan, people, persons);
      if (flaw.isPresent()) {
        discounted.add(new Discounted(approval, flaw.get()));
      } else {
        persons.add(approval.person());
        counted.add(approval);
      }
    }
    int others = plan.planClass().others();
    if (others > 0 && !isOwned(plan, sound)) {
      return new Result.Ownerless(plan.actor(), discounted);
    }
    if (persons.size() >= others) {
      return new Result.Enough(counted, discounted);
    }
    var from = new TreeSet<>(people.approvers());
    from.remove(plan.actor());
    from.removeAll(persons);
    return new Result.Missing(others - persons.size(), from, counted, discounted);
  }

  /** What is wrong with the word itself, whatever it says. */
  private static Optional<Flaw> flaw(
      Approval approval, FrozenPlan plan, String environment, People people, Instant now) {
    if (!approval.environment().equals(environment)) {
      return Optional.of(Flaw.OTHER_ENVIRONMENT);
    }
    if (!approval.digest().equals(plan.digest())) {
      return Optional.of(Flaw.OTHER_TEXT);
    }
    Optional<People.PersonKey> key = people.key(approval.key());
    if (key.isEmpty()) {
      return Optional.of(Flaw.UNKNOWN_KEY);
    }
    if (!key.get().person().equals(approval.person())) {
      return Optional.of(Flaw.OTHERS_KEY);
    }
    if (!key.get().key().verifies(approval.signedText(), approval.signature())) {
      return Optional.of(Flaw.BAD_SIGNATURE);
    }
    if (!key.get().holdsAt(approval.at()) || !key.get().holdsAt(now)) {
      return Optional.of(Flaw.KEY_RETIRED);
    }
    if (approval.at().isAfter(now.plus(SKEW))) {
      return Optional.of(Flaw.FROM_THE_FUTURE);
    }
    boolean isWithin =
        !approval.at().isBefore(plan.createdAt().minus(SKEW))
            && !approval.at().isAfter(plan.expiresAt());
    return isWithin ? Optional.empty() : Optional.of(Flaw.OUTSIDE_LIFE);
  }

  /** What is wrong with who approves. */
  private static Optional<Flaw> person(
      Approval approval, FrozenPlan plan, People people, Set<String> persons) {
    if (approval.person().equals(plan.actor())) {
      return Optional.of(Flaw.OWN_PLAN);
    }
    if (!people.approvers().contains(approval.person())) {
      return Optional.of(Flaw.NOT_AN_APPROVER);
    }
    return persons.contains(approval.person()) ? Optional.of(Flaw.SAME_PERSON) : Optional.empty();
  }

  /** Whoever planned it signed that; a name alone could be anybody's. */
  private static boolean isOwned(FrozenPlan plan, List<Approval> sound) {
    return ofKind(sound, Decision.PROPOSE).stream()
        .anyMatch(word -> word.person().equals(plan.actor()));
  }

  private static List<Approval> ofKind(List<Approval> words, Decision decision) {
    return words.stream().filter(word -> word.decision() == decision).toList();
  }
}
