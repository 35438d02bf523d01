package dev.metaops.events;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.events.Compared.Code;
import dev.metaops.ledger.Recorded;
import dev.metaops.ledger.Rested;
import dev.metaops.ledger.Stream;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import dev.metaops.order.Transition;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sight;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The chain's events against the rows they should have moved. Pure. */
final class Comparison {
  /**
   * What the orders database says of the same blocks.
   *
   * @param sight whether a row that is not found is not there
   * @param events what the ledger holds of them
   * @param changes last changes of orders that rest on an event in them
   * @param canonical the chain's own hashes of the blocks those name
   */
  record Book(
      Sight sight,
      Optional<Stream> stream,
      Map<Hash, OrderRow> rows,
      Map<String, OrderRow> rowsById,
      List<Recorded> events,
      List<Rested> changes,
      Map<Long, Hash> canonical) {}

  private static final Comparator<Compared> PLACE =
      Comparator.<Compared>comparingLong(line -> line.block().number())
          .thenComparingInt(Compared::index);

  private final long settled;

  /** Compares as of a chain that is final up to {@code settled}; -1 when nothing is. */
  Comparison(long settled) {
    this.settled = settled;
  }

  /** In chain order. Without a book the events are only listed. */
  List<Compared> of(List<Log> logs, List<Decoded> decoded, Optional<Book> book) {
    Set<Log> lasts = lasts(decoded);
    List<Compared> lines = new ArrayList<>();
    Set<Place> shown = new HashSet<>();
    for (int at = 0; at < logs.size(); at++) {
      Log log = logs.get(at);
      shown.add(new Place(log.block().number(), log.block().hash(), log.index()));
      lines.add(line(log, decoded.get(at), lasts, book));
    }
    book.ifPresent(found -> lines.addAll(unshown(found, shown)));
    lines.sort(PLACE);
    return lines;
  }

  private record Place(long number, Hash hash, int index) {}

  private Compared line(Log log, Decoded decoded, Set<Log> lasts, Optional<Book> book) {
    return switch (decoded) {
      case Decoded.Event(EscrowEvent event) ->
          book.map(found -> compared(event, lasts, found)).orElseGet(() -> listed(event));
      case Decoded.Undecodable(Hash _, Optional<Hash> key, String why) ->
          new Compared(
              log.block(),
              log.index(),
              Optional.empty(),
              "unreadable",
              Optional.of(log.transaction()),
              key.map(Hash::brief).orElse("–"),
              finality(log),
              Optional.empty(),
              Code.UNREADABLE,
              why);
      case Decoded.Unmapped(Optional<Hash> topic0) ->
          new Compared(
              log.block(),
              log.index(),
              Optional.empty(),
              topic0.map(topic -> "unmapped " + topic.brief()).orElse("anonymous"),
              Optional.of(log.transaction()),
              "–",
              finality(log),
              Optional.empty(),
              Code.UNMAPPED,
              "");
    };
  }

  private Compared listed(EscrowEvent event) {
    return line(event, Optional.empty(), Code.LISTED, "");
  }

  private Compared compared(EscrowEvent event, Set<Log> lasts, Book book) {
    Optional<OrderRow> row = Optional.ofNullable(book.rows().get(event.key()));
    if (row.isEmpty()) {
      return switch (book.sight()) {
        case Sight.Whole() -> line(event, row, Code.NO_ROW, "no order has this escrow key");
        case Sight.Partial(String why) ->
            line(event, row, Code.UNKNOWN, "its order may be there and hidden: " + why);
      };
    }
    if (row.get().terms().with(event) == OrderTerms.Agreement.DISAGREES) {
      return line(
          event, row, Code.CONFLICT, "its contract, token, amount or party is not the row's");
    }
    if (isMissed(event, book)) {
      return line(
          event, row, Code.MISSED, "the ledger has read past this block and does not hold it");
    }
    return standing(event, row.get(), lasts, book);
  }

  private static boolean isMissed(EscrowEvent event, Book book) {
    Log log = event.log();
    boolean hasPassed =
        book.stream()
            .filter(stream -> stream.cursor().number() >= log.block().number())
            .isPresent();
    return hasPassed
        && book.events().stream()
            .noneMatch(held -> held.block().equals(log.block()) && held.index() == log.index());
  }

  private Compared standing(EscrowEvent event, OrderRow row, Set<Log> lasts, Book book) {
    OrderState target = target(event.kind());
    Optional<OrderState> state = row.known();
    if (state.isEmpty() || !row.doubts().isEmpty()) {
      String why =
          state.isEmpty()
              ? "UNMAPPED: no state metaops knows"
              : "its row cannot be read: " + String.join("; ", row.doubts());
      return line(event, Optional.of(row), Code.UNKNOWN, why);
    }
    if (state.get().isFinal() && isHoldingStill(event, lasts)) {
      return line(
          event,
          Optional.of(row),
          Code.ROW_FALSE,
          "the row says " + state.get() + ", and no event ended its escrow");
    }
    if (beyond(target).contains(state.get())) {
      return line(event, Optional.of(row), Code.MATCHED, "");
    }
    if (state.get().isFinal()) {
      return line(
          event,
          Optional.of(row),
          Code.CONFLICT,
          "the chain says " + target + ", the row " + state.get());
    }
    boolean isFinal = event.log().block().number() <= settled;
    if (event.kind().endsEscrow() && !isFinal) {
      return line(event, Optional.of(row), Code.NOT_FINAL, "the row waits until it is final");
    }
    if (!lasts.contains(event.log())) {
      return line(event, Optional.of(row), Code.ROW_BEHIND, "as is what followed");
    }
    return line(event, Optional.of(row), Code.ROW_BEHIND, behind(event, book));
  }

  /** Of a contract that is read itself, not only announced by a factory, and not ended since. */
  private static boolean isHoldingStill(EscrowEvent event, Set<Log> lasts) {
    return event.contract().equals(event.log().address())
        && !event.kind().endsEscrow()
        && lasts.contains(event.log());
  }

  /** The last of each escrow: nothing later in the list explains its row. */
  private static Set<Log> lasts(List<Decoded> all) {
    Set<Log> lasts = new HashSet<>();
    Set<Hash> seen = new HashSet<>();
    for (Decoded decoded : all.reversed()) {
      switch (decoded) {
        case Decoded.Event(EscrowEvent event) -> {
          if (seen.add(event.key())) {
            lasts.add(event.log());
          }
        }
        case Decoded.Undecodable(Hash _, Optional<Hash> key, String _) -> {
          if (key.isEmpty()) {
            return lasts; // it may be of any escrow
          }
          seen.add(key.get());
        }
        case Decoded.Unmapped _ -> {}
      }
    }
    return lasts;
  }

  private static String behind(EscrowEvent event, Book book) {
    if (book.stream().isEmpty()) {
      return "nothing follows the chain into this database";
    }
    long ahead = event.log().block().number() - book.stream().get().cursor().number();
    return ahead > 0
        ? "the listener is " + ahead + " blocks short of it"
        : "the ledger holds it, the row was not moved";
  }

  /** What the ledger or a row rests on and the node does not show. */
  private List<Compared> unshown(Book book, Set<Place> shown) {
    List<Compared> lines = new ArrayList<>();
    Set<Place> reported = new HashSet<>();
    for (Recorded held : book.events()) {
      var place = new Place(held.block().number(), held.block().hash(), held.index());
      if (shown.contains(place)) {
        continue;
      }
      reported.add(place);
      Optional<OrderRow> row = Optional.ofNullable(book.rows().get(held.key()));
      lines.add(
          new Compared(
              held.block(),
              held.index(),
              Optional.empty(),
              EscrowKind.title(held.kind()),
              Optional.of(held.transaction()),
              row.map(OrderRow::id).orElse(held.key().brief()),
              "–",
              row.map(OrderRow::state),
              isOnChain(place, book) ? Code.NOT_SHOWN : Code.PHANTOM,
              isOnChain(place, book)
                  ? "the ledger holds it, the node leaves it out"
                  : "the ledger counts it, its block is not on the chain"));
    }
    for (Rested change : book.changes()) {
      var place = new Place(change.block().number(), change.block().hash(), change.index());
      Optional<OrderRow> row = Optional.ofNullable(book.rowsById().get(change.orderId()));
      boolean isResting = row.filter(found -> found.state().equals(change.toState())).isPresent();
      if (isResting && !reported.contains(place) && !isOnChain(place, book)) {
        lines.add(
            new Compared(
                change.block(),
                change.index(),
                Optional.empty(),
                "change to " + change.toState(),
                Optional.empty(),
                change.orderId(),
                "–",
                row.map(OrderRow::state),
                Code.PHANTOM,
                "the row rests on a block that is not on the chain"));
      }
    }
    return lines;
  }

  private static boolean isOnChain(Place place, Book book) {
    return place.hash().equals(book.canonical().get(place.number()));
  }

  private Compared line(EscrowEvent event, Optional<OrderRow> row, Code code, String why) {
    return new Compared(
        event.log().block(),
        event.log().index(),
        Optional.empty(),
        event.kind().title(),
        Optional.of(event.log().transaction()),
        row.map(OrderRow::id).or(event.parts()::orderId).orElse(event.key().brief()),
        finality(event.log()),
        row.map(OrderRow::state),
        code,
        why);
  }

  private String finality(Log log) {
    long above = log.block().number() - settled;
    return above <= 0 ? "final" : above + " blocks from final";
  }

  private static OrderState target(EscrowKind kind) {
    return switch (kind) {
      // A part moves no row unless it is the last, which this list cannot tell.
      case CREATED, PART_RELEASED -> OrderState.PENDING;
      case DEPOSITED -> OrderState.DEPOSITED;
      case CONFIRMED -> OrderState.CONFIRMED;
      case TRADED -> OrderState.TRADED;
      case RELEASED -> OrderState.SETTLED;
      case REFUNDED -> OrderState.REFUNDED;
      case CANCELLED -> OrderState.CANCELLED;
      case DISPUTED -> OrderState.DISPUTED;
    };
  }

  private static final Map<OrderState, Set<OrderState>> BEYOND = beyondEach();

  /** The state itself and all that can follow it. */
  private static Set<OrderState> beyond(OrderState state) {
    return BEYOND.getOrDefault(state, Set.of());
  }

  private static Map<OrderState, Set<OrderState>> beyondEach() {
    Map<OrderState, Set<OrderState>> all = new HashMap<>();
    for (OrderState start : OrderState.values()) {
      Set<OrderState> reached = EnumSet.of(start);
      Deque<OrderState> open = new ArrayDeque<>(reached);
      while (!open.isEmpty()) {
        for (OrderState next : Transition.next(open.remove())) {
          if (reached.add(next)) {
            open.add(next);
          }
        }
      }
      all.put(start, reached);
    }
    return all;
  }
}
