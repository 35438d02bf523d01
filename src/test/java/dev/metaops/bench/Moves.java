package dev.metaops.bench;

import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Moves orders at a rate from several connections, half as somebody at psql and half as our
 * functions write; one in fifty holds its transaction open for up to two seconds. Its log is the
 * truth.
 */
final class Moves {
  private static final int LANES = 4;
  private static final int HELD_ONE_IN = 50;
  private static final long LONGEST_HELD_NANOS = 2_000_000_000L;

  /**
   * One that was committed.
   *
   * @param id as the database numbers it
   * @param nanos right before it was committed, by {@link System#nanoTime}
   */
  record Made(long id, long nanos) {}

  private final Database database;
  private final SplittableRandom random;
  private final List<List<Made>> made = new ArrayList<>();

  Moves(Database database, int orders, SplittableRandom random) {
    this.database = database;
    this.random = random;
    for (int order = 0; order < orders; order++) {
      made.add(Collections.synchronizedList(new ArrayList<>()));
    }
  }

  List<Made> of(int order) {
    return List.copyOf(made.get(order));
  }

  int count() {
    return made.stream().mapToInt(List::size).sum();
  }

  void run(int rate, Duration time) throws InterruptedException, SQLException {
    List<Thread> lanes = new ArrayList<>();
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    for (int lane = 0; lane < LANES; lane++) {
      int own = lane;
      SplittableRandom dice = random.split();
      lanes.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  lane(own, dice, rate, time);
                } catch (SQLException | InterruptedException failed) {
                  failures.add(failed.toString());
                }
              }));
    }
    for (Thread lane : lanes) {
      lane.join();
    }
    if (!failures.isEmpty()) {
      throw new SQLException("the mover failed: " + failures);
    }
  }

  private void lane(int own, SplittableRandom dice, int rate, Duration time)
      throws SQLException, InterruptedException {
    long between = 1_000_000_000L * LANES / rate;
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    long due = begin;
    try (Connection now = connection();
        Connection later = connection()) {
      int held = -1;
      long heldId = 0;
      long heldUntil = 0;
      while (due < end) {
        LockSupport.parkNanos(due - System.nanoTime());
        due += between;
        int order = own + LANES * dice.nextInt((made.size() - own + LANES - 1) / LANES);
        if (held >= 0 && System.nanoTime() > heldUntil) {
          commit(later, held, heldId);
          held = -1;
        }
        if (order == held) {
          continue;
        }
        if (held < 0 && dice.nextInt(HELD_ONE_IN) == 0) {
          heldId = move(later, order, dice);
          held = order;
          heldUntil = System.nanoTime() + dice.nextLong(LONGEST_HELD_NANOS);
        } else {
          commit(now, order, move(now, order, dice));
        }
      }
      if (held >= 0) {
        commit(later, held, heldId);
      }
    }
  }

  private void commit(Connection connection, int order, long id) throws SQLException {
    long before = System.nanoTime();
    connection.commit();
    made.get(order).add(new Made(id, before));
  }

  private static long move(Connection connection, int order, SplittableRandom dice)
      throws SQLException {
    String id = "'o-" + order + "'";
    String next =
        "CASE state WHEN 'PENDING' THEN 'DISPUTED' WHEN 'DISPUTED' THEN 'CREATED' ELSE 'PENDING'"
            + " END";
    try (var statement = connection.createStatement()) {
      if (dice.nextBoolean()) {
        statement.execute("UPDATE public.orders SET state = " + next + " WHERE id = " + id);
      } else {
        statement.execute("SET LOCAL ROLE metaops_owner");
        statement.execute(
            "UPDATE metaops.order_status s SET version = version + 1, folded_state = (SELECT "
                + next
                + " FROM public.orders o WHERE o.id = s.order_id FOR UPDATE) WHERE order_id = "
                + id);
        statement.execute(
            "WITH moved AS (UPDATE public.orders o SET state = s.folded_state, state_since = now()"
                + " FROM metaops.order_status s, public.orders was WHERE o.id = "
                + id
                + " AND s.order_id = o.id AND was.id = o.id RETURNING o.id, was.state AS"
                + " from_state, o.state) INSERT INTO metaops.order_change (order_id, from_state,"
                + " to_state, cause, cause_ref) SELECT id, from_state, state, 'listener', 'bench'"
                + " FROM moved");
      }
      try (var number = statement.executeQuery("SELECT currval('metaops.order_change_id_seq')")) {
        number.next();
        return number.getLong(1);
      }
    }
  }

  private Connection connection() throws SQLException {
    Connection connection =
        database.connect(Deadline.in(Duration.ofMinutes(10), SystemTicker.SYSTEM));
    connection.setAutoCommit(false);
    return connection;
  }
}
