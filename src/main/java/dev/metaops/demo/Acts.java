package dev.metaops.demo;

import dev.metaops.command.Answer;
import dev.metaops.command.Command;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.Listing;
import dev.metaops.command.Nouns;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderName;
import dev.metaops.command.Person;
import dev.metaops.command.Shared;
import dev.metaops.demo.Market.Standing;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.order.OrderState;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The play: trade, a listener killed while orders settle, the repair, the return. Each act says
 * what is so and then looks whether it is; the first claim that is wrong ends the play.
 */
final class Acts {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);
  private static final Duration LISTENER_WITHIN = Duration.ofSeconds(30);
  private static final Duration TRADE_WITHIN = Duration.ofSeconds(45);
  private static final Duration FINAL_WITHIN = Duration.ofSeconds(20);
  private static final Duration STUCK_WITHIN = Duration.ofSeconds(25);
  private static final Duration AGREE_WITHIN = Duration.ofSeconds(30);
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final int LEFT_HELD = 2;
  private static final int NEEDED_HELD = 7;
  private static final int LISTED = 15;

  private final World world;
  private final Market market;
  private final Tape tape;
  private final Ticker ticker;
  private final Nouns nouns;
  private final Pause pause;
  private final List<String> begun = new ArrayList<>();
  private final List<Fact> facts = new ArrayList<>();

  /** What happens between two acts. */
  @FunctionalInterface
  interface Pause {
    /** Waits until the person wants the next thing to happen, or not at all. */
    void before(String what);
  }

  Acts(World world, Market market, Tape tape, Ticker ticker, Nouns nouns, Pause pause) {
    this.world = world;
    this.market = market;
    this.tape = tape;
    this.ticker = ticker;
    this.nouns = nouns;
    this.pause = pause;
  }

  /** Plays to the end, or to the first claim that is wrong. */
  Played play() {
    Optional<String> trouble = Optional.empty();
    try {
      trading();
      pause.before("kill the listener");
      List<String> ended = killing();
      pause.before("ask metaops");
      repairing(ended);
      pause.before("start the listener again");
      returning();
    } catch (Untrue e) {
      trouble = Optional.of("not true: " + e.getMessage());
    } catch (WorldFailure e) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
    }
    return new Played(
        world.place().run(),
        world.chainId(),
        world.contract().text(),
        begun,
        facts,
        market.firstOrder(),
        tape.elapsed(),
        trouble);
  }

  // ------------------------------------------------------------------------------------------ acts

  private void trading() {
    act("Act 1: orders are placed and settled on chain, and the rows follow");
    await("the listener follows the chain", LISTENER_WITHIN, this::isListening);
    await("orders of every kind have come through", TRADE_WITHIN, this::hasSeenEnough);
    await("the rows follow", AGREE_WITHIN, () -> behind().isEmpty());
    List<Standing> ended = standings(standing -> isEnded(standing.settled()));
    holds(
        ended.size() + " escrows have ended on the final chain, and each row says the same",
        endings(ended, standing -> Standing.state(standing.settled())),
        endings(ended, Standing::row));
  }

  private List<String> killing() {
    act("Act 2: the listener is killed, and orders settle on chain without it");
    market.still();
    await("no order is on its way in", TRADE_WITHIN, this::isQuiet);
    long pid = world.listener().pid();
    tape.shell("kill -9 " + pid);
    world.listener().kill();
    holds(
        "the listener, process " + pid + ", is gone: ended by signal 9",
        "137",
        world.listener().ending().map(String::valueOf).orElse("still running"));
    List<Trade> held =
        market.trades(trade -> trade.stage() == Trade.Stage.FUNDED).stream()
            .sorted(Comparator.comparing(Trade::amount))
            .toList();
    List<Trade> ending = held.subList(0, held.size() - LEFT_HELD);
    for (int at = 0; at < ending.size(); at++) {
      ending.get(at).end(at == 1 ? Trade.Ending.REFUND : Trade.Ending.RELEASE);
    }
    await(
        "the endings are final",
        FINAL_WITHIN,
        () ->
            ending.stream().allMatch(trade -> trade.stage() == Trade.Stage.ENDED)
                && market.standings().stream().noneMatch(Standing::isMoving));
    List<Standing> hanging = standings(Standing::isBehind);
    List<Standing> contradicted =
        standings(standing -> isEnded(standing.latest())).stream()
            .filter(standing -> !standing.row().equals(Standing.state(standing.latest())))
            .toList();
    holds(
        hanging.size() + " orders ended on chain, final; their rows hang",
        orders(contradicted),
        orders(hanging));
    holds(
        "the " + ending.size() + " ended since the listener died are among them",
        "true",
        String.valueOf(names(hanging).containsAll(ending.stream().map(Trade::order).toList())));
    return ending.stream().map(Trade::order).toList();
  }

  private void repairing(List<String> ended) {
    act("Act 3: what metaops says, proves, repairs and refuses");
    await("the first has hung for " + Ages.of(World.STUCK_AFTER), STUCK_WITHIN, this::isOld);
    Set<String> truth = names(standings(Standing::isBehind));
    Answer stuck =
        ask(
            "order check-stuck",
            new OrderCommand.CheckStuck(
                Optional.empty(),
                Optional.empty(),
                new Listing.First(LISTED),
                OrderCommand.Evidence.CHAIN));
    exits("check-stuck", 2, stuck);
    holds(
        "it names the " + truth.size() + " orders that contradict the chain, and no other",
        truth.toString(),
        contradicting(stuck).toString());

    String behind = ended.getLast();
    Answer verified = ask("order verify " + behind, new OrderCommand.Verify(name(behind)));
    exits("verify: the row is behind", 1, verified);
    holds(
        behind + " was released: the contract's own storage says so at the finalized block",
        "ROW_BEHIND, " + EscrowStatus.RELEASED,
        json(verified).path("verdict").asString("") + ", " + standing(behind).settled());

    Answer fixed =
        ask(
            "order fix " + behind + " SETTLED \"listener was down\" --execute",
            new OrderCommand.Fix(
                name(behind),
                Optional.of(OrderState.SETTLED),
                Optional.of("listener was down"),
                Consent.EXECUTE));
    exits("fix", 0, fixed);
    holds(
        behind + " is moved, once, by a plan on record; the venue reads SETTLED",
        "SETTLED, 1",
        world.venue().row(behind).state() + ", " + world.store().changesOf(behind, "plan"));

    Standing held =
        standings(standing -> standing.settled() == EscrowStatus.HELD).stream()
            .max(Comparator.comparing(standing -> standing.trade().amount()))
            .orElseThrow(() -> new WorldFailure("no order is held in escrow any more"));
    refusing(held.trade());
  }

  private void refusing(Trade held) {
    String order = held.order();
    String version = world.venue().row(order).version();
    tape.blank();
    tape.say(
        order
            + " hangs too, but its "
            + Tape.amount(held.amount())
            + " are still in escrow. The old script would have marked it as paid:");
    Answer refused =
        ask(
            "order fix " + order + " SETTLED \"hangs\" --execute",
            new OrderCommand.Fix(
                name(order),
                Optional.of(OrderState.SETTLED),
                Optional.of("hangs"),
                Consent.EXECUTE));
    exits("refused", 4, refused);
    holds(
        "the row of " + order + " is untouched, and the refusal is on record",
        "PENDING, same version, 1",
        world.venue().row(order).state()
            + (world.venue().row(order).version().equals(version) ? ", same" : ", another")
            + " version, "
            + world.store().refusalsOf(order));
    tape.blank();
    tape.say("And the old script's own statement, as the venue:");
    tape.printed("UPDATE orders SET state = 'SETTLED' WHERE id = '" + order + "'");
    Optional<String> why = world.venue().settleAsTheScriptsDid(order);
    tape.printed(why.map(text -> "ERROR: " + text).orElse("UPDATE 1"));
    holds(
        "the database refuses it to everybody",
        "refused, PENDING",
        (why.isPresent() ? "refused, " : "done, ") + world.venue().row(order).state());
  }

  private void returning() {
    act("Act 4: the listener returns, and everything agrees");
    world.listener().start();
    await("the listener follows the chain", LISTENER_WITHIN, this::isListening);
    await("rows and chain agree", AGREE_WITHIN, () -> behind().isEmpty() && noneMoves());
    List<Standing> all = standings(_ -> true);
    holds(
        "all " + all.size() + " orders: the row says what the contract says",
        endings(all, standing -> Standing.state(standing.latest())),
        endings(all, Standing::row));
    Answer stuck =
        ask(
            "order check-stuck",
            new OrderCommand.CheckStuck(
                Optional.empty(),
                Optional.empty(),
                new Listing.First(LISTED),
                OrderCommand.Evidence.CHAIN));
    holds(
        "check-stuck: nothing contradicts the chain",
        "[], exit below 2",
        contradicting(stuck)
            + (stuck.exit().status() < 2 ? ", exit below 2" : ", exit " + stuck.exit().status()));
    market.liven();
  }

  // ---------------------------------------------------------------------------------------- asking

  /** Runs the verb as the command line would with {@code --demo}, and prints what it prints. */
  private Answer ask(String words, Command command) {
    tape.command(words);
    var conversation =
        new Conversation(world.configuration(), Shared.STANDARD, new Onlooker(), ticker);
    Answer answer = command.askOf(nouns, conversation);
    tape.printed(answer.picture());
    answer.notes().forEach(tape::printed);
    return answer;
  }

  /** Nobody to ask; what is shown goes on the tape. */
  private final class Onlooker implements Person {
    @Override
    public void tell(String sentence) {
      tape.printed(sentence);
    }

    @Override
    public void show(String line) {
      tape.printed(line);
    }

    @Override
    public Optional<String> ask(String question) {
      return Optional.empty();
    }
  }

  private static ObjectNode json(Answer answer) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    answer.picture().drawJson(node);
    return node;
  }

  /** Which orders a check-stuck says the chain contradicts. */
  private static Set<String> contradicting(Answer stuck) {
    var found = new TreeSet<String>();
    for (JsonNode order : json(stuck).path("orders")) {
      String verdict = order.path("verdict").asString("");
      if (!Set.of("WAITING", "NOT_FINAL", "CONSISTENT").contains(verdict)) {
        found.add(order.path("order").asString(""));
      }
    }
    return found;
  }

  private static OrderName name(String order) {
    return new OrderName(order);
  }

  // --------------------------------------------------------------------------------------- looking

  private boolean isListening() {
    return world.listener().isRunning()
        && world.store().listenerSilence().filter(age -> age.compareTo(FRESH) < 0).isPresent();
  }

  /** Enough to play with: two paid, one paid back, one disputed, and money left in escrow. */
  private boolean hasSeenEnough() {
    List<Standing> all = market.standings();
    return count(all, "SETTLED") >= 2
        && count(all, "REFUNDED") >= 1
        && all.stream()
                .filter(standing -> standing.row().equals("PENDING"))
                .filter(standing -> standing.trade().stage() == Trade.Stage.FUNDED)
                .count()
            >= NEEDED_HELD;
  }

  private static long count(List<Standing> all, String state) {
    return all.stream().filter(standing -> standing.row().equals(state)).count();
  }

  /** No trade is between two stages, and every row knows of its escrow. */
  private boolean isQuiet() {
    return market.trades().stream()
            .allMatch(
                trade -> trade.stage() == Trade.Stage.FUNDED || trade.stage() == Trade.Stage.ENDED)
        && count(market.standings(), "CREATED") == 0;
  }

  private boolean noneMoves() {
    return market.standings().stream().noneMatch(Standing::isMoving);
  }

  private boolean isOld() {
    return world
        .store()
        .oldestOpen()
        .filter(age -> age.compareTo(World.STUCK_AFTER) > 0)
        .isPresent();
  }

  private Set<String> behind() {
    return names(standings(Standing::isBehind));
  }

  private List<Standing> standings(Predicate<Standing> which) {
    return market.standings().stream().filter(which).toList();
  }

  private Standing standing(String order) {
    return standings(standing -> standing.trade().order().equals(order)).getFirst();
  }

  private static boolean isEnded(EscrowStatus status) {
    return switch (status) {
      case NONE, HELD, DISPUTED -> false;
      case RELEASED, REFUNDED, CANCELLED -> true;
    };
  }

  private static String orders(List<Standing> standings) {
    return names(standings).toString();
  }

  private static Set<String> names(List<Standing> standings) {
    return standings.stream()
        .map(standing -> standing.trade().order())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String endings(List<Standing> standings, Function<Standing, String> state) {
    return standings.stream()
        .map(standing -> standing.trade().order() + " " + state.apply(standing))
        .collect(Collectors.joining(", "));
  }

  // -------------------------------------------------------------------------------------- claiming

  private void act(String title) {
    begun.add(title);
    tape.title(title);
  }

  private void exits(String what, int expected, Answer answer) {
    holds(
        what + ", exit " + expected,
        String.valueOf(expected),
        String.valueOf(answer.exit().status()));
  }

  private void holds(String claim, String expected, String seen) {
    Fact fact = new Fact(begun.size(), claim, expected, seen);
    facts.add(fact);
    if (!fact.holds()) {
      tape.isFalse(claim + " (expected: " + expected + "; seen: " + seen + ")");
      throw new Untrue(fact);
    }
    tape.isTrue(claim);
  }

  private void await(String what, Duration most, BooleanSupplier condition) {
    Deadline deadline = Deadline.in(most, ticker);
    while (!condition.getAsBoolean()) {
      if (deadline.hasPassed()) {
        throw new WorldFailure(
            "waited " + Ages.of(most) + " in vain until " + what + listenersWords());
      }
      try {
        ticker.rest(BETWEEN_LOOKS);
      } catch (InterruptedException e) {
        throw WorldFailure.interrupted(e);
      }
    }
  }

  private String listenersWords() {
    return world
        .listener()
        .lastWords()
        .map(words -> "; the listener's last words: " + words)
        .orElse("");
  }
}
