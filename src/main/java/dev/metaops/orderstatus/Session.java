package dev.metaops.orderstatus;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One client's time with us: where its order stands, or what it missed, and then each move. Each is
 * told once and in order, because the moves of one order are numbered in the order of their commits
 * and nothing below what was told is told again.
 */
final class Session {
  private static final Duration BEAT = Duration.ofSeconds(15);
  private static final Duration MOST_UNTIL_LOOKED_AT = Duration.ofSeconds(3);

  private final Follower follower;
  private final Orders orders;
  private final Tail tail;
  private final Counts counts;
  private final Ticker ticker;
  private String epoch = "";
  private long told;

  Session(Follower follower, Orders orders, Tail tail, Counts counts, Ticker ticker) {
    this.follower = follower;
    this.orders = orders;
    this.tail = tail;
    this.counts = counts;
    this.ticker = ticker;
  }

  /**
   * Where its order stands, once nothing that comes later can be missed. The follower has joined.
   */
  Looked opened() throws InterruptedException {
    Deadline deadline = Deadline.in(MOST_UNTIL_LOOKED_AT, ticker);
    return tail.awaitLooking(deadline)
        ? orders.look(follower.order())
        : new Looked.Unknown("the orders cannot be read");
  }

  /**
   * Writes until the end, which is the client's, ours, or that it does not keep up.
   *
   * @param present as it was opened
   * @param after what the client has seen; what it missed comes first
   */
  void run(Present present, Optional<Position> after, Wire wire)
      throws IOException, InterruptedException {
    epoch = present.position().epoch();
    try {
      begin(present, after, wire);
    } catch (SQLException failure) {
      follower.cut(Cut.BLIND);
    }
    long lastBeat = ticker.nanos();
    while (true) {
      // Beside moves too: who says nothing itself for a minute, not even to a ping, counts as gone.
      Duration left = BEAT.minusNanos(ticker.nanos() - lastBeat);
      switch (left.isPositive() ? follower.next(left) : new Told.Silence()) {
        case Told.Moved(Move move) -> moved(move, wire);
        case Told.Blind(var since) -> send(Frame.blind(since), wire);
        case Told.Seeing() -> send(Frame.seeing(), wire);
        case Told.Silence() -> {
          lastBeat = ticker.nanos();
          written(wire::beat);
        }
        case Told.Ended(Cut why) -> {
          written(() -> {
            wire.send(Frame.cut(why));
            wire.end(why);
          });
          return;
        }
      }
    }
  }

  private void begin(Present present, Optional<Position> after, Wire wire)
      throws IOException, SQLException {
    told = present.position().id();
    if (after.isEmpty()) {
      send(Frame.state(present), wire);
    } else if (!after.get().epoch().equals(epoch)) {
      send(Frame.reset(present, "the database is of another history now"), wire);
    } else if (!orders.holds(follower.order(), after.get())) {
      send(Frame.reset(present, "that position is none of this order's"), wire);
    } else {
      told = after.get().id();
      written(wire::beat);
      replay(wire);
    }
  }

  private void replay(Wire wire) throws IOException, SQLException {
    List<Move> page;
    do {
      page = orders.after(follower.order(), told);
      for (Move move : page) {
        moved(move, wire);
      }
    } while (!page.isEmpty() && follower.cut().isEmpty());
  }

  private void moved(Move move, Wire wire) throws IOException {
    if (move.id() <= told || follower.cut().isPresent()) {
      return;
    }
    told = move.id();
    send(Frame.move(move, epoch), wire);
    if (move.to().isEmpty()) {
      follower.cut(Cut.GONE);
    }
  }

  private void send(Frame frame, Wire wire) throws IOException {
    written(() -> wire.send(frame));
    counts.sent(follower.transport());
  }

  @FunctionalInterface
  private interface Writing {
    void write() throws IOException;
  }

  private void written(Writing writing) throws IOException {
    follower.writes();
    try {
      writing.write();
    } finally {
      follower.written();
    }
  }
}
