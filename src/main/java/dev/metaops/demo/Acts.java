package dev.metaops.demo;

import dev.metaops.command.AuditCommand;
import dev.metaops.command.Consent;
import dev.metaops.command.EvidenceCommand;
import dev.metaops.command.Nouns;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderName;
import dev.metaops.command.StatusCommand;
import dev.metaops.demo.Market.Standing;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.order.OrderState;
import dev.metaops.order.Witnesses;
import dev.metaops.page.Listing;
import dev.metaops.time.Ages;
import dev.metaops.time.Ticker;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The play: trade, a listener killed while orders settle, the repair, the return. Each act says
 * what is so and then looks whether it is; the first claim that is wrong ends the play.
 */
final class Acts {
  private static final Duration LISTENER_WITHIN = Duration.ofSeconds(30);
  private static final Duration TRADE_WITHIN = Duration.ofSeconds(45);
  private static final Duration FINAL_WITHIN = Duration.ofSeconds(20);
  private static final Duration STUCK_WITHIN = Duration.ofSeconds(25);
  private static final Duration AGREE_WITHIN = Duration.ofSeconds(30);
  private static final Duration FRESH = Duration.ofSeconds(2);
  private static final int LEFT_HELD = 2;
  private static final int NEEDED_HELD = 8;
  private static final int HOURS = 4;
  private static final int OLD_RELEASED = 4;
  private static final int LISTED = 15;

  private final World world;
  private final Market market;
  private final Tape tape;
  private final Pause pause;
  private final Claims claims;
  private final Verbs verbs;
  private Optional<String> repaired = Optional.empty();
  private Optional<String> refused = Optional.empty();
  private Optional<String> moved = Optional.empty();

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
    this.claims = new Claims(tape, ticker, world.listener()::lastWords);
    this.verbs = new Verbs(world, nouns, tape, ticker);
    this.pause = pause;
  }

  /** The order that was moved by hand, once one was. */
  Optional<String> repaired() {
    return repaired;
  }

  /** The order that was not, and whose money stays in escrow. */
  Optional<String> refused() {
    return refused;
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
      pause.before("type the operators' old line");
      typingTheOldLine();
      pause.before("start the listener again");
      returning();
      market.liven();
    } catch (Untrue e) {
      trouble = Optional.of("not true: " + e.getMessage());
    } catch (WorldFailure e) {
      trouble = Optional.of(String.valueOf(e.getMessage()));
    }
    return new Played(
        world.place().run(),
        world.chainId(),
        world.contract().text(),
        claims.acts(),
        claims.facts(),
        market.firstOrder(),
        tape.elapsed(),
        trouble);
  }

  // ------------------------------------------------------------------------------------------ acts

  private void trading() {
    claims.act("Trading", "Orders are placed and settled on chain, and the rows follow.");
    tape.legend();
    claims.await("the listener follows the chain", LISTENER_WITHIN, this::isListening);
    claims.await("orders of every kind have come through", TRADE_WITHIN, this::hasSeenEnough);
    List<Standing> ended =
        awaitStandings("the rows follow", AGREE_WITHIN, all -> all.noneMatch(Standing::isBehind))
            .stream()
            .filter(standing -> isEnded(standing.settled()))
            .toList();
    claims.holds(
        ended.size() + " escrows have ended on the final chain, and their rows say the same",
        endings(ended, standing -> Standing.state(standing.settled())),
        endings(ended, Standing::row));
  }

  /** Returns the orders that ended on chain since the listener died. */
  private List<String> killing() {
    claims.act(
        "The listener dies", "It is killed; orders settle on chain, and nobody moves their rows.");
    claims.await("there is enough to settle", TRADE_WITHIN, this::hasEnoughOpen);
    market.still();
    claims.await("no order is on its way in", TRADE_WITHIN, this::isQuiet);
    long pid = world.listener().pid();
    tape.shell("kill -9 " + pid);
    world.listener().kill();
    claims.holds(
        "the listener, process " + pid + ", is gone: ended by signal 9",
        "exit 137",
        "exit " + world.listener().ending().map(String::valueOf).orElse("not yet"));
    List<Trade> open =
        market.trades(trade -> trade.stage() == Trade.Stage.FUNDED).stream()
            .sorted(Comparator.comparing(Trade::amount))
            .toList();
    List<Trade> ending = open.subList(0, open.size() - LEFT_HELD);
    open.subList(ending.size(), open.size()).forEach(Trade::hold);
    for (int at = 0; at < ending.size(); at++) {
      ending.get(at).end(at == 1 ? Trade.Ending.REFUND : Trade.Ending.RELEASE);
    }
    List<Standing> standings =
        awaitStandings(
            "the endings are final",
            FINAL_WITHIN,
            all ->
                ending.stream().allMatch(trade -> trade.stage() == Trade.Stage.ENDED)
                    && all.noneMatch(Standing::isMoving));
    List<Standing> hanging =
        standings.stream()
            .filter(standing -> isEnded(standing.settled()))
            .filter(standing -> Set.of("PENDING", "DISPUTED").contains(standing.row()))
            .toList();
    Set<String> endedUnseen =
        market.trades(trade -> trade.stage() == Trade.Stage.ENDED).stream()
            .map(Trade::order)
            .filter(order -> !world.venue().row(order).isFinal())
            .collect(Collectors.toCollection(TreeSet::new));
    claims.holds(
        hanging.size()
            + " orders, "
            + Tape.amount(sum(hanging))
            + ", have ended on the final chain; their rows hang",
        endedUnseen.toString(),
        names(hanging).toString());
    return ending.stream().map(Trade::order).toList();
  }

  private void repairing(List<String> ended) {
    claims.act("The repair", "What metaops says, proves, repairs and refuses.");
    claims.await("the first has hung for " + Ages.of(World.STUCK_AFTER), STUCK_WITHIN, this::isOld);
    claims.await(
        "the dead listener's lease runs out", STUCK_WITHIN, () -> !world.store().isLeaseHeld());
    List<Standing> hanging = standings(Standing::isBehind);
    Verbs.Answered status = verbs.ask("status", new StatusCommand.Show());
    claims.holds(
        "the sentence says who is dead, and how many orders and how much hang, exit 2",
        "Listener dead, " + hanging.size() + ", " + Tape.amount(sum(hanging)) + ", exit 2",
        beginning(status.at("sentence"), "Listener dead")
            + ", "
            + status.at("orders", "contradicting")
            + ", "
            + status.at("orders", "contradicting_amount")
            + ", exit "
            + status.exit());

    Verbs.Answered stuck = verbs.ask("order check-stuck", checkStuck());
    claims.holds(
        "check-stuck names these " + hanging.size() + " and no other, exit 2",
        names(hanging) + ", exit 2",
        stuck.contradicting() + ", exit " + stuck.exit());

    String behind = ended.getLast();
    repaired = Optional.of(behind);
    Verbs.Answered verified =
        verbs.ask("order verify " + behind, new OrderCommand.Verify(name(behind)));
    claims.holds(
        behind + " is proved released: events, receipts and the contract's own storage, exit 1",
        "ROW_BEHIND, RELEASED, exit 1",
        verified.at("verdict") + ", " + standing(behind).settled() + ", exit " + verified.exit());

    String reason = "listener was down";
    Verbs.Answered fixed =
        verbs.ask(
            "order fix " + behind + " SETTLED \"" + reason + "\" --execute",
            new OrderCommand.Fix(
                name(behind),
                Optional.of(OrderState.SETTLED),
                Optional.of(reason),
                Consent.EXECUTE));
    claims.holds(
        "the venue reads SETTLED for " + behind + ", moved once, by a plan on record, exit 0",
        "SETTLED, 1 plan, exit 0",
        world.venue().row(behind).state()
            + ", "
            + world.store().changesOf(behind, "plan")
            + " plan, exit "
            + fixed.exit());
    refusing(
        standings(standing -> standing.settled() == EscrowStatus.HELD).stream()
            .max(Comparator.comparing(standing -> standing.trade().amount()))
            .orElseThrow(() -> new WorldFailure("no order is held in escrow any more"))
            .trade());
  }

  private void refusing(Trade held) {
    String order = held.order();
    refused = Optional.of(order);
    VenueStore.Row before = world.venue().row(order);
    tape.blank();
    tape.say(
        order
            + " looks just as stuck, but its "
            + Tape.amount(held.amount())
            + " are still in escrow.");
    tape.say("The old script would have marked it as paid.");
    Verbs.Answered answer =
        verbs.ask(
            "order fix " + order + " SETTLED \"looks stuck\" --execute",
            new OrderCommand.Fix(
                name(order),
                Optional.of(OrderState.SETTLED),
                Optional.of("looks stuck"),
                Consent.EXECUTE));
    VenueStore.Row after = world.venue().row(order);
    claims.holds(
        "refused, exit 4; the row of " + order + " is untouched and the refusal on record",
        "PENDING, same version, 1 refusal, exit 4",
        after.state()
            + (after.version().equals(before.version()) ? ", same" : ", another")
            + " version, "
            + world.store().refusalsOf(order)
            + " refusal, exit "
            + answer.exit());
    tape.shell("psql \"$VENUE_DATABASE_URL\"        # what the old script did");
    tape.printed("UPDATE orders SET state = 'SETTLED' WHERE id = '" + order + "';");
    Optional<String> why = world.venue().settleAsTheScriptsDid(order);
    tape.printed(why.map(text -> "ERROR: " + text).orElse("UPDATE 1"));
    claims.holds(
        "the database itself refuses it, whoever asks",
        "refused, PENDING",
        (why.isPresent() ? "refused, " : "done, ") + world.venue().row(order).state());
  }

  /** Many at once, by the line the operators have typed for years. */
  private void typingTheOldLine() {
    claims.act("The old line", "Many orders at once; the listener is still dead.");
    List<Standing> all = market.standings();
    List<Standing> released = of(all, EscrowStatus.RELEASED).stream().limit(OLD_RELEASED).toList();
    List<Standing> held = of(all, EscrowStatus.HELD).stream().limit(LEFT_HELD).toList();
    List<Standing> refunded = of(all, EscrowStatus.REFUNDED).stream().limit(1).toList();
    List<Standing> old = Stream.of(released, held, refunded).flatMap(List::stream).toList();
    tape.say(
        "The line asks for orders older than 4 hours, and all of this is a minute old: so the demo"
            + " sets the");
    tape.say(
        "clock of "
            + old.size()
            + " rows back by 5 to 9 hours. That is an edit like any other, and on the record.");
    world.store().setBack(names(old));
    Map<String, VenueStore.Row> before = rows(old);
    String typed = Integer.toString(released.size());
    Verbs.Answered bulk =
        verbs.ask(
            "emergency-order-fix bulk-fix 4 SETTLED \"system_restart\"",
            new OrderCommand.BulkFix(
                new OrderCommand.Choice.Stuck(Optional.of(Duration.ofHours(HOURS))),
                Optional.of(OrderState.SETTLED),
                Optional.of("system_restart"),
                Consent.ASK,
                Optional.empty(),
                Witnesses.TWO_OF_SEVERAL),
            typed);
    claims.holds(
        "of "
            + old.size()
            + " orders "
            + typed
            + " were released on chain: those are SETTLED now, by a plan on record, exit 0",
        old.size() + " seen, " + typed + " movable, " + released.size() + " SETTLED, exit 0",
        bulk.at("selected")
            + " seen, "
            + bulk.at("movable")
            + " movable, "
            + rows(released).values().stream().filter(this::isSettledByPlan).count()
            + " SETTLED, exit "
            + bulk.exit());
    List<Standing> left = Stream.of(held, refunded).flatMap(List::stream).toList();
    claims.holds(
        held.size()
            + " that escrow still holds and "
            + refunded.size()
            + " that the chain refunded are untouched",
        versions(left, before),
        versions(left, rows(left)));
    verbs.ask("order check-stuck " + HOURS, checkStuck(Optional.of(Duration.ofHours(HOURS))));
    moved = Optional.of(released.getFirst().trade().order());
  }

  private static List<Standing> of(List<Standing> all, EscrowStatus status) {
    return all.stream()
        .filter(standing -> standing.settled() == status && standing.row().equals("PENDING"))
        .toList();
  }

  private Map<String, VenueStore.Row> rows(List<Standing> standings) {
    Map<String, VenueStore.Row> rows = new TreeMap<>();
    world.venue().rows(List.copyOf(names(standings))).forEach(row -> rows.put(row.id(), row));
    return rows;
  }

  private boolean isSettledByPlan(VenueStore.Row row) {
    return row.state().equals("SETTLED") && world.store().changesOf(row.id(), "plan") == 1;
  }

  private static String versions(List<Standing> standings, Map<String, VenueStore.Row> rows) {
    return names(standings).stream()
        .map(order -> Optional.ofNullable(rows.get(order)))
        .flatMap(Optional::stream)
        .map(row -> row.id() + " " + row.state() + " " + row.version())
        .collect(Collectors.joining(", "));
  }

  private void returning() {
    claims.act("The listener returns", "It catches up by itself, and everything agrees.");
    tape.shell("metaops --demo serve");
    world.listener().start();
    claims.await("the listener follows the chain", LISTENER_WITHIN, this::isListening);
    List<Standing> all =
        awaitStandings(
            "rows and chain agree",
            AGREE_WITHIN,
            standings ->
                standings.noneMatch(standing -> standing.isBehind() || standing.isMoving()));
    claims.await("each move has been shown", AGREE_WITHIN, () -> market.hasShown(all));
    claims.holds(
        "all " + all.size() + " orders: the row says what the contract says",
        endings(all, standing -> Standing.state(standing.settled())),
        endings(all, Standing::row));
    Verbs.Answered stuck = verbs.ask("order check-stuck", checkStuck());
    claims.holds(
        "nothing contradicts the chain: what is still open waits for its buyer, exit 0 or 1",
        "[], exit 0 or 1",
        stuck.contradicting() + ", exit " + (stuck.exit() <= 1 ? "0 or 1" : stuck.exit()));
    Verbs.Answered audited = verbs.ask("audit verify", AuditCommand.Verify.here());
    claims.holds(
        "the repair and the refusal are in a record nobody changed, exit 0",
        "exit 0",
        "exit " + audited.exit());
    moved.ifPresent(this::proving);
  }

  /** What was done to one order, in a file for somebody who has nothing else. */
  private void proving(String order) {
    Path file = world.place().directory().resolve("evidence-" + order + ".zip");
    Verbs.Answered exported =
        verbs.ask(
            "evidence export " + order + " --to " + file,
            new EvidenceCommand.Export(
                new EvidenceCommand.Subject.Order(name(order)), Optional.of(file)));
    Verbs.Answered verified =
        verbs.ask("evidence verify " + file, new EvidenceCommand.Verify(file, List.of()));
    claims.holds(
        "what was done to " + order + " is in one file, and it proves itself, exit 0",
        "exit 0, HOLDS, exit 0",
        "exit " + exported.exit() + ", " + verified.at("verdict") + ", exit " + verified.exit());
  }

  // ---------------------------------------------------------------------------------------- asking

  /** The words looked for when the text begins with them, else the whole text. */
  private static String beginning(String text, String words) {
    return text.startsWith(words) ? words : text;
  }

  private static OrderCommand.CheckStuck checkStuck() {
    return checkStuck(Optional.empty());
  }

  private static OrderCommand.CheckStuck checkStuck(Optional<Duration> age) {
    return new OrderCommand.CheckStuck(
        age, Optional.empty(), new Listing.First(LISTED), OrderCommand.Evidence.CHAIN);
  }

  private static OrderName name(String order) {
    return new OrderName(order);
  }

  // --------------------------------------------------------------------------------------- looking

  private boolean isListening() {
    world
        .listener()
        .ending()
        .ifPresent(exit -> {
          throw new WorldFailure(
              "the listener ended by itself, exit "
                  + exit
                  + world.listener().lastWords().map(words -> ": " + words).orElse(""));
        });
    return world.store().listenerSilence().filter(age -> age.compareTo(FRESH) < 0).isPresent();
  }

  /** Two paid, one paid back, and money left in escrow. */
  private boolean hasSeenEnough() {
    List<Standing> all = market.standings();
    return count(all, "SETTLED") >= 2 && count(all, "REFUNDED") >= 1 && hasEnoughOpen();
  }

  private boolean hasEnoughOpen() {
    return market.trades(trade -> trade.stage() == Trade.Stage.FUNDED).size() >= NEEDED_HELD;
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

  private boolean isOld() {
    return world
        .store()
        .oldestOpen()
        .filter(age -> age.compareTo(World.STUCK_AFTER) > 0)
        .isPresent();
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

  private static BigInteger sum(List<Standing> standings) {
    return standings.stream()
        .map(standing -> standing.trade().amount())
        .reduce(BigInteger.ZERO, BigInteger::add);
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

  /** The first look at all orders that is as wanted: one look, so that nothing moves within it. */
  private List<Standing> awaitStandings(
      String what, Duration most, Predicate<Stream<Standing>> wanted) {
    var seen = new AtomicReference<List<Standing>>(List.of());
    claims.await(
        what,
        most,
        () -> {
          seen.set(market.standings());
          return wanted.test(seen.get().stream());
        });
    return seen.get();
  }
}
