package dev.metaops.stories;

import dev.metaops.escrow.EscrowKind;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Batch;
import dev.metaops.plan.Outcome;
import dev.metaops.plan.Plan;
import dev.metaops.plan.PlanStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One interleaving: the listener, one fix or two of the same plan, one person at psql or two, over
 * one order, each in a transaction of its own. Who takes the next step is drawn; whoever waits for
 * a lock is passed over until it is free. One thread; the actors' waiting is on theirs.
 */
final class RaceBout {
  private static final long MOST_MICROS = 20_000_000;

  /** The SQL states in which the database may end whoever met others. */
  private static final List<String> MEETING = List.of("40001", "40P01");

  /** The same for a person, whom the guard refuses as well. */
  private static final List<String> MEETING_OR_REFUSED = List.of("40001", "40P01", "MO001");

  /** What somebody at psql does to a row, whether they may or not. */
  private enum Stroke {
    NOTE(""),
    CANCEL(", state = 'CANCELLED'"),
    PENDING(", state = 'PENDING'"),
    SETTLE(", state = 'SETTLED'"),
    REFUND(", state = 'REFUNDED'"),
    BACK(", state = 'CREATED'"),
    WORD(", state = 'BANANA'"),
    TERMS(", amount = amount + 1");

    private final String set;

    Stroke(String set) {
      this.set = set;
    }

    private static final List<Stroke> DRAWN =
        List.of(
            NOTE, NOTE, NOTE, NOTE, CANCEL, CANCEL, CANCEL, PENDING, PENDING, PENDING, SETTLE,
            SETTLE, REFUND, BACK, WORD, TERMS);
  }

  /** What an actor does next. */
  private record Step(String name, Work work) {}

  /** On the actor's thread; what it answers is done on the bout's. */
  private interface Work {
    Runnable on(Connection connection) throws SQLException;
  }

  /** Something that stands once its transaction is committed. */
  private record Stroked(Stroke stroke, String token, boolean knewBefore) {}

  private final class Actor {
    final String name;
    final RaceSession session;
    final Deque<Step> left = new ArrayDeque<>();
    private final List<String> mayEndBy;

    Actor(String name, RaceSession session, List<String> mayEndBy) {
      this.name = name;
      this.session = session;
      this.mayEndBy = mayEndBy;
    }

    void next() {
      Step step = left.removeFirst();
      say(name + step.name);
      session.begin(() -> {
        try {
          return step.work.on(session.connection);
        } catch (SQLException broke) {
          return () -> broke(step, broke);
        }
      });
    }

    private void broke(Step step, SQLException broke) {
      String state = String.valueOf(broke.getSQLState());
      say(name + step.name + "!" + state);
      if (!mayEndBy.contains(state)) {
        failures.add(name + step.name + " broke: " + state + " " + broke.getMessage());
      }
      if (state.equals("40P01")) {
        deadlocks++;
      }
      endWithout();
    }

    /** Nothing of it stands. */
    void endWithout() {
      left.clear();
      left.add(
          new Step(
              "-",
              connection -> {
                connection.rollback();
                return () -> {};
              }));
    }
  }

  private final RaceLane lane;
  final long seed;
  final String order;
  final RaceStory story;
  private final SplittableRandom random;
  private final List<Actor> actors = new ArrayList<>();
  private final StringBuilder trace = new StringBuilder();
  private final List<String> failures = new ArrayList<>();
  private final List<Stroked> stands = new ArrayList<>();

  private boolean isKnown;
  private boolean listenerWrote;
  private boolean fixTookItsFork;
  private boolean isFixed;
  private final List<String> againstBetterKnowledge = new ArrayList<>();
  private String readState = "";
  private String readNotes = "";
  private Optional<Plan> plan = Optional.empty();
  private int deadlocks;
  private int waits;

  RaceBout(RaceLane lane, long seed) {
    this.lane = lane;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    this.order = "race_" + seed;
    this.story = RaceStory.ALL.get(random.nextInt(RaceStory.ALL.size()));
    say(story.name());
  }

  private void say(String word) {
    trace.append(word).append(' ');
  }

  // ------------------------------------------------------------------------------- the actors

  private void listener(RaceChain.Block base) {
    RaceChain.Block[] node = blocks(base, "n", story.node());
    lane.chain.says(base, node);
    int notFinal = random.nextInt(story.first().isEmpty() ? 3 : node.length + 1);
    Actor actor = new Actor("L", lane.listener, MEETING);
    actor.left.add(
        new Step(
            "1",
            connection -> {
              Batch batch = lane.chain.batch(notFinal);
              Applied applied = lane.apply(connection, batch);
              return () -> {
                if (applied instanceof Applied.Committed committed) {
                  end(
                      actor,
                      () -> {
                        lane.isWritten(batch, committed);
                        listenerWrote = true;
                        isKnown = story.isKnownToTheNode();
                      });
                } else {
                  say("L1=" + applied.getClass().getSimpleName());
                  if (!(applied instanceof Applied.PastSettled)
                      || story.rests() == RaceStory.Fork.NODES) {
                    failures.add("the listener was answered " + applied);
                  }
                  actor.endWithout();
                }
              };
            }));
    actors.add(actor);
  }

  private void fixes(RaceChain.Block base) {
    RaceChain.Block[] blocks =
        blocks(base, story.rests() == RaceStory.Fork.FIRST ? "f" : "n", story.fixed());
    Actor first = new Actor("F", lane.fix, MEETING);
    first.left.add(
        new Step(
            "0",
            connection -> {
              Optional<Plan> read = plan(connection, blocks);
              return () -> {
                plan = read;
                apply(first);
                if (random.nextInt(4) == 0) {
                  Actor second = new Actor("G", lane.sameFix, MEETING);
                  apply(second);
                  actors.add(second);
                }
              };
            }));
    actors.add(first);
  }

  /** The plan to which a person says yes, of what the row and the chain say now. */
  private Optional<Plan> plan(Connection connection, RaceChain.Block[] blocks) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "SELECT state, notes, xmin::text FROM public.orders WHERE id = ?")) {
      statement.setString(1, order);
      try (var found = statement.executeQuery()) {
        found.next();
        readState = found.getString(1);
        readNotes = found.getString(2);
        String version = found.getString(3);
        connection.commit();
        return Optional.of(
            RaceChain.plan("P-" + seed, order, readState, story.to(), version, List.of(blocks)));
      }
    }
  }

  private void apply(Actor actor) {
    actor.left.add(
        new Step(
            "1",
            connection -> {
              PlanStore.Result result = new PlanStore(connection).apply(plan.orElseThrow());
              return () -> {
                switch (result) {
                  case PlanStore.Result.Judged(List<Outcome> outcomes) -> {
                    Outcome outcome = outcomes.getFirst();
                    say(actor.name + "1=" + outcome.kind());
                    end(
                        actor,
                        () -> {
                          if (outcome.kind() == Outcome.Kind.APPLIED) {
                            isFixed = true;
                            isKnown = true;
                            fixTookItsFork |= !listenerWrote;
                          }
                        });
                  }
                  case PlanStore.Result.Refused(String why) -> {
                    failures.add("the fix was refused: " + why);
                    actor.endWithout();
                  }
                }
              };
            }));
  }

  private void psql(String name, RaceSession session) {
    Actor actor = new Actor(name, session, MEETING_OR_REFUSED);
    int isolation = random.nextInt(10);
    boolean[] knewAtSnapshot = {false};
    if (isolation < 3) {
      actor.left.add(
          new Step(
              isolation == 0 ? "s" : "r",
              connection -> {
                try (var statement = connection.createStatement()) {
                  statement.execute(
                      "SET TRANSACTION ISOLATION LEVEL "
                          + (isolation == 0 ? "SERIALIZABLE" : "REPEATABLE READ"));
                  statement.execute(
                      "SELECT count(*) FROM public.orders WHERE id = '" + order + "'");
                }
                return () -> knewAtSnapshot[0] = isKnown;
              }));
    }
    List<Stroked> mine = new ArrayList<>();
    int strokes = 1 + random.nextInt(2);
    for (int number = 0; number < strokes; number++) {
      Stroke stroke = Stroke.DRAWN.get(random.nextInt(Stroke.DRAWN.size()));
      String token = name + number;
      boolean isLast = number == strokes - 1;
      actor.left.add(
          new Step(
              stroke.name().substring(0, 2),
              connection -> {
                boolean knew = isolation < 3 ? knewAtSnapshot[0] : isKnown;
                try (var statement = connection.createStatement()) {
                  statement.execute(
                      "UPDATE public.orders SET notes = notes || '"
                          + token
                          + " '"
                          + stroke.set
                          + " WHERE id = '"
                          + order
                          + "'");
                }
                return () -> {
                  mine.add(new Stroked(stroke, token, knew));
                  if (isLast) {
                    end(
                        actor,
                        () -> {
                          stands.addAll(mine);
                          if (isKnown) {
                            mine.stream()
                                .filter(Stroked::knewBefore)
                                .forEach(one -> againstBetterKnowledge.add(one.token));
                          }
                        });
                  }
                };
              }));
    }
    actors.add(actor);
  }

  /** It commits and then stands, or dies before it commits. */
  private void end(Actor actor, Runnable stands) {
    if (random.nextInt(8) == 0) {
      actor.endWithout();
      return;
    }
    actor.left.add(
        new Step(
            "+",
            connection -> {
              connection.commit();
              return stands;
            }));
  }

  // ----------------------------------------------------------------------------------- the race

  private RaceChain.Block[] blocks(
      RaceChain.Block base, String fork, List<List<EscrowKind>> contents) {
    List<RaceChain.Block> blocks = new ArrayList<>();
    for (List<EscrowKind> content : contents) {
      blocks.add(
          RaceChain.above(
              blocks.isEmpty() ? base : blocks.getLast(),
              fork,
              content.stream()
                  .map(kind -> new RaceChain.Happens(kind, order))
                  .toArray(RaceChain.Happens[]::new)));
    }
    return blocks.toArray(RaceChain.Block[]::new);
  }

  void run() throws SQLException, InterruptedException {
    RaceChain.Block base = lane.chain.head();
    if (!story.first().isEmpty()) {
      lane.chain.says(base, blocks(base, "f", story.first()));
      switch (story.row()) {
        case FOLLOWS -> lane.follow(1);
        case WAITS -> lane.followWhileHeld(order, 1);
      }
    }
    isKnown = story.isKnown();
    listener(base);
    fixes(base);
    psql("P", lane.application);
    if (random.nextInt(3) == 0) {
      psql("Q", lane.tableOwner);
    }
    interleave();
    afterwards(base);
  }

  private void interleave() throws SQLException, InterruptedException {
    while (true) {
      List<Actor> free =
          actors.stream().filter(one -> !one.session.isBusy() && !one.left.isEmpty()).toList();
      List<Actor> busy = actors.stream().filter(one -> one.session.isBusy()).toList();
      if (free.isEmpty() && busy.isEmpty()) {
        return;
      }
      if (free.isEmpty()) {
        // They wait for each other, and the database ends it.
        if (!busy.getFirst().session.isOverWithin(MOST_MICROS)) {
          throw new IllegalStateException("seed " + seed + " hangs: " + trace);
        }
      } else {
        free.get(random.nextInt(free.size())).next();
      }
      quiet();
    }
  }

  /** Until each actor is done with its step or waits for another. */
  private void quiet() throws SQLException, InterruptedException {
    for (int look = 0; look < 10_000; look++) {
      List<Actor> busy = new ArrayList<>();
      for (Actor actor : List.copyOf(actors)) {
        if (actor.session.isBusy() && !actor.session.isOverWithin(look == 0 ? 1_500 : 300)) {
          busy.add(actor);
        }
      }
      if (busy.isEmpty()) {
        return;
      }
      if (lane.areAllBlocked(busy.stream().map(one -> one.session).toList())) {
        waits += busy.size();
        say("(" + String.join("", busy.stream().map(one -> one.name).toList()) + " waits)");
        return;
      }
    }
    throw new IllegalStateException("seed " + seed + " does not come to rest: " + trace);
  }

  private void afterwards(RaceChain.Block base) {
    boolean isFixesFork = story.rests() == RaceStory.Fork.FIRST && fixTookItsFork;
    if (isFixesFork) {
      if (listenerWrote) {
        failures.add("the ledger took both forks");
      }
      lane.chain.says(base, blocks(base, "f", story.fixed()));
    } else if (!story.later().isEmpty()) {
      lane.chain.says(lane.chain.head(), blocks(lane.chain.head(), "n", story.later()));
    }
    expected = isFixesFork ? story.endOfFix() : story.end();
  }

  private String expected = "";

  // ---------------------------------------------------------------------------------- the judge

  /** What is wrong with it, once the listener has followed the chain to its end. */
  List<String> judge(RaceLane.Row row, List<RaceLane.Written> written) {
    List<String> wrong = new ArrayList<>(failures);
    List<RaceLane.Written> edits = kind(written, "record edit");
    Optional<RaceLane.Written> byHand =
        edits.stream()
            .filter(one -> one.from().equals("CREATED") && one.to().equals("CANCELLED"))
            .findFirst();
    String end = byHand.isPresent() ? "CANCELLED" : expected;
    if (!row.state().equals(end)) {
      wrong.add("a state against the chain: " + row.state() + " (expected: " + end + ")");
    }
    if (row.waits()) {
      wrong.add("the row still waits");
    }
    if (byHand
        .filter(one ->
            againstBetterKnowledge.contains(
                one.notesAfter().substring(one.notesBefore().length()).strip()))
        .isPresent()) {
      wrong.add("cancelled by hand though the ledger knew of an escrow");
    }
    List<String> notes = new ArrayList<>(List.of(row.notes().split(" ")));
    notes.remove("");
    List<String> noted = stands.stream().map(Stroked::token).toList();
    if (!sorted(notes).equals(sorted(noted))) {
      wrong.add("a lost update: notes are " + notes + " (committed: " + noted + ")");
    }
    if (edits.size() != stands.size()) {
      wrong.add(edits.size() + " edits on record (committed: " + stands.size() + ")");
    }
    List<RaceLane.Written> plans = kind(written, "record plan");
    if (plans.size() != (isFixed ? 1 : 0)) {
      wrong.add(plans.size() + " plans on record (committed: " + isFixed + ")");
    }
    for (RaceLane.Written fixed : plans) {
      if (!fixed.from().equals(readState) || !fixed.notesBefore().equals(readNotes)) {
        wrong.add("a fix of a row that was written since it was judged: " + fixed);
      }
    }
    List<String> listened = steps(kind(written, "listener"));
    List<String> answered = lane.moved.getOrDefault(order, List.of());
    if (!sorted(listened).equals(sorted(answered))) {
      // A deposit that nobody announced is two steps of one move; there is none here.
      wrong.add("the listener moved " + answered + ", on record are " + listened);
    }
    if (kind(written, "plan").isEmpty() == isFixed) {
      wrong.add("the fix's change is not on record");
    }
    List<RaceLane.Written> changes = new ArrayList<>(kind(written, "listener"));
    changes.addAll(kind(written, "plan"));
    edits.stream().filter(one -> !one.from().equals(one.to())).forEach(changes::add);
    if (!leads("CREATED", changes, row.state())) {
      wrong.add("a change was overwritten: " + steps(changes) + " do not lead to " + row.state());
    }
    return wrong;
  }

  private static List<RaceLane.Written> kind(List<RaceLane.Written> written, String kind) {
    return written.stream().filter(one -> one.kind().equals(kind)).toList();
  }

  private static List<String> steps(List<RaceLane.Written> changes) {
    return changes.stream().map(one -> one.from() + " to " + one.to()).toList();
  }

  private static List<String> sorted(List<String> words) {
    List<String> sorted = new ArrayList<>(words);
    Collections.sort(sorted);
    return sorted;
  }

  /** Whether all of these, each once, lead from here to there. */
  private static boolean leads(String from, List<RaceLane.Written> changes, String to) {
    if (changes.isEmpty()) {
      return from.equals(to);
    }
    for (RaceLane.Written next : changes) {
      if (next.from().equals(from)) {
        List<RaceLane.Written> rest = new ArrayList<>(changes);
        rest.remove(next);
        if (leads(next.to(), rest, to)) {
          return true;
        }
      }
    }
    return false;
  }

  /** What was wrong before anybody judged. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Who did what, in which order, and what came of it. */
  String trace() {
    return trace.toString().strip();
  }

  /** Whether a fix of it was applied and stands. */
  boolean isFixed() {
    return isFixed;
  }

  int deadlocks() {
    return deadlocks;
  }

  int waits() {
    return waits;
  }
}
