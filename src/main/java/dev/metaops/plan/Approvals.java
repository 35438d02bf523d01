package dev.metaops.plan;

import dev.metaops.chain.Hash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether enough people stand behind a plan, or another matter, judged from its text, their
 * signatures and the configured keys alone: pure, and the same years later with the instant it was
 * applied.
 */
public final class Approvals {
  /** How far the clocks of the databases that time plans and words may be apart. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  /** How long the only operator waits. SPEC §4. */
  public static final Duration SOLO_DELAY = Duration.ofMinutes(15);

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

  /** On whose word a plan may be applied. */
  public enum Footing {
    /** As many different people as its class takes. */
    PEOPLE("approved"),
    /** The only operator there is, after a delay. */
    SOLO("solo: one operator is configured"),
    /** One person alone, in an emergency; others look at it afterwards. */
    BREAK_GLASS("break-glass: one person alone, to be reviewed");

    private final String words;

    Footing(String words) {
      this.words = words;
    }

    /** Of what was written down when a plan was begun. */
    public static Optional<Footing> named(String name) {
      return Arrays.stream(values()).filter(footing -> footing.name().equals(name)).findFirst();
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

    /**
     * It may be applied.
     *
     * @param counted empty where whoever planned it is enough
     */
    record Enough(Footing footing, List<Approval> counted, List<Discounted> discounted)
        implements Result {
      public Enough {
        counted = List.copyOf(counted);
        discounted = List.copyOf(discounted);
      }
    }

    /** One operator is configured, who is to sleep on it that long. */
    record Early(Instant from, List<Discounted> discounted) implements Result {
      public Early {
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
    return judge(Matter.of(plan), environment, given, people, now);
  }

  /** The same of any matter. */
  public static Result judge(
      Matter matter, String environment, List<Approval> given, People people, Instant now) {
    var discounted = new ArrayList<Discounted>();
    var sound = new ArrayList<Approval>();
    for (Approval approval : given) {
      Optional<Flaw> flaw = flaw(approval, matter, environment, people, now);
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
    if (now.isAfter(matter.until())) {
      return new Result.Expired(matter.until(), discounted);
    }
    return counted(matter, sound, people, discounted, now);
  }

  /**
   * What a person began by signing {@code PROPOSE} over a text that is no plan: theirs, while that
   * word counts and is not older than so long; the oldest first.
   *
   * @param life how long others may join them
   */
  public static List<Matter> begun(
      Hash text,
      String environment,
      List<Approval> given,
      People people,
      Duration life,
      Instant now) {
    return ofKind(given, Decision.PROPOSE).stream()
        .filter(word -> word.digest().equals(text))
        .map(word -> Map.entry(word, beginning(word, life)))
        .filter(begun -> !now.isAfter(begun.getValue().until()))
        .filter(begun -> flaw(begun.getKey(), begun.getValue(), environment, people, now).isEmpty())
        .map(Map.Entry::getValue)
        .sorted(Comparator.comparing(Matter::from))
        .toList();
  }

  /** What that word begins; it takes another person, and nobody breaks glass for it. */
  public static Matter beginning(Approval first, Duration life) {
    return new Matter(
        first.digest(), first.person(), 1, first.at(), first.at().plus(life), Integer.MAX_VALUE);
  }

  private static Result counted(
      Matter matter,
      List<Approval> sound,
      People people,
      List<Discounted> discounted,
      Instant now) {
    var counted = new ArrayList<Approval>();
    var persons = new TreeSet<String>();
    for (Approval approval : ofKind(sound, Decision.APPROVE)) {
      Optional<Flaw> flaw = person(approval, matter, people, persons);
      if (flaw.isPresent()) {
        discounted.add(new Discounted(approval, flaw.get()));
      } else {
        persons.add(approval.person());
        counted.add(approval);
      }
    }
    int others = matter.others();
    if (persons.size() >= others && (others == 0 || isOwned(matter, sound))) {
      return new Result.Enough(Footing.PEOPLE, counted, discounted);
    }
    List<Approval> alone = ofKind(sound, Decision.BREAK_GLASS);
    if (!alone.isEmpty() && matter.orders() <= people.breakGlassMost()) {
      return new Result.Enough(Footing.BREAK_GLASS, alone.subList(0, 1), discounted);
    }
    if (!isOwned(matter, sound)) {
      return new Result.Ownerless(matter.actor(), discounted);
    }
    if (people.operators(now).equals(Set.of(matter.actor()))) {
      Instant from = matter.from().plus(SOLO_DELAY);
      return now.isBefore(from)
          ? new Result.Early(from, discounted)
          : new Result.Enough(Footing.SOLO, ofKind(sound, Decision.PROPOSE), discounted);
    }
    var from = new TreeSet<>(people.approvers());
    from.remove(matter.actor());
    from.removeAll(persons);
    return new Result.Missing(others - persons.size(), from, counted, discounted);
  }

  /** Whether somebody has looked at what one person applied alone. */
  public sealed interface Review {
    /** Nobody broke glass. */
    record NotNeeded() implements Review {}

    record Open(String by) implements Review {}

    record Done(String by, String reviewer) implements Review {}
  }

  /**
   * Of a plan that was begun: by what was written down then. A word counts as of when it was
   * signed, whatever became of its key since.
   *
   * @param turns of its life until now
   */
  public static Review review(
      FrozenPlan plan,
      String environment,
      List<Approval> given,
      People people,
      List<KeptPlan.Turn> turns) {
    Optional<KeptPlan.Turn> broken =
        turns.stream()
            .filter(turn -> turn.event().equals(PlanEvent.BEGIN.name()))
            .filter(turn -> turn.why().equals(Footing.BREAK_GLASS.name()))
            .findFirst();
    if (broken.isEmpty()) {
      return new Review.NotNeeded();
    }
    List<Approval> sound =
        given.stream()
            .filter(word -> flaw(word, Matter.of(plan), environment, people, word.at()).isEmpty())
            .toList();
    String alone =
        ofKind(sound, Decision.BREAK_GLASS).stream()
            .map(Approval::person)
            .findFirst()
            .orElse(broken.get().actor());
    return ofKind(sound, Decision.REVIEW).stream()
        .map(Approval::person)
        .filter(person -> isAnother(person, plan, alone) && wrote(turns, person))
        .findFirst()
        .<Review>map(reviewer -> new Review.Done(alone, reviewer))
        .orElseGet(() -> new Review.Open(alone));
  }

  /** Who may approve was judged when that was written down. */
  private static boolean wrote(List<KeptPlan.Turn> turns, String reviewer) {
    return turns.stream()
        .anyMatch(
            turn -> turn.event().equals(Decision.REVIEW.name()) && turn.actor().equals(reviewer));
  }

  private static boolean isAnother(String person, FrozenPlan plan, String alone) {
    return !person.equals(alone) && !person.equals(plan.actor());
  }

  /**
   * Whether a person may look now at what one person applied alone.
   *
   * @param alone who that was
   */
  public static boolean mayReview(String person, FrozenPlan plan, String alone, People people) {
    return isAnother(person, plan, alone) && people.approvers().contains(person);
  }

  /** What is wrong with the word itself, whatever it says. */
  private static Optional<Flaw> flaw(
      Approval approval, Matter matter, String environment, People people, Instant now) {
    if (!approval.environment().equals(environment)) {
      return Optional.of(Flaw.OTHER_ENVIRONMENT);
    }
    if (!approval.digest().equals(matter.digest())) {
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
    boolean isInTime =
        approval.decision() == Decision.REVIEW || !approval.at().isAfter(matter.until());
    boolean isWithin = isInTime && !approval.at().isBefore(matter.from().minus(SKEW));
    return isWithin ? Optional.empty() : Optional.of(Flaw.OUTSIDE_LIFE);
  }

  /** What is wrong with who approves. */
  private static Optional<Flaw> person(
      Approval approval, Matter matter, People people, Set<String> persons) {
    if (approval.person().equals(matter.actor())) {
      return Optional.of(Flaw.OWN_PLAN);
    }
    if (!people.approvers().contains(approval.person())) {
      return Optional.of(Flaw.NOT_AN_APPROVER);
    }
    return persons.contains(approval.person()) ? Optional.of(Flaw.SAME_PERSON) : Optional.empty();
  }

  /** Whoever planned it signed that; a name alone could be anybody's. */
  private static boolean isOwned(Matter matter, List<Approval> sound) {
    return ofKind(sound, Decision.PROPOSE).stream()
        .anyMatch(word -> word.person().equals(matter.actor()));
  }

  private static List<Approval> ofKind(List<Approval> words, Decision decision) {
    return words.stream().filter(word -> word.decision() == decision).toList();
  }
}
