package dev.metaops.orderdesk;

import dev.metaops.command.Conversation;
import dev.metaops.command.OrderCommand;
import dev.metaops.order.OrderState;
import dev.metaops.order.Transition;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.OrdersStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which orders {@code order bulk-fix} looks at. */
sealed interface BulkSelection {
  /** Orders of one command at most. */
  int MOST = 10_000;

  /** An id is a short text; a file of the most of them is no longer than this. */
  int MOST_BYTES = 4 << 20;

  /**
   * These rows, the longest in their state first.
   *
   * @param age how long they have had their state at least; empty where their ids were given
   * @param unknown ids that no order has
   */
  record Chosen(List<OrderRow> rows, Optional<Duration> age, List<String> unknown)
      implements BulkSelection {
    public Chosen {
      rows = List.copyOf(rows);
      unknown = List.copyOf(unknown);
    }
  }

  /** Too many: nothing was looked at. */
  record TooMany(String why) implements BulkSelection {}

  /** The ids could not be read. */
  record Unreadable(String why) implements BulkSelection {}

  static BulkSelection of(
      OrderCommand.BulkFix command, OrdersStore orders, Conversation conversation)
      throws SQLException {
    return switch (command.choice()) {
      case OrderCommand.Choice.Stuck(Optional<Duration> age) ->
          stuck(age.orElse(conversation.settings().orders().stuckAfter()), command.only(), orders);
      case OrderCommand.Choice.Listed(var file) -> {
        try (InputStream in = Files.newInputStream(file)) {
          yield listed(in, file.toString(), orders);
        } catch (IOException unreadable) {
          yield new Unreadable("--ids " + file + " cannot be read (" + unreadable + ")");
        }
      }
      case OrderCommand.Choice.Piped() -> {
        try {
          yield listed(conversation.person().input(), "-", orders);
        } catch (IOException unreadable) {
          yield new Unreadable("--ids - cannot be read (" + unreadable + ")");
        }
      }
    };
  }

  private static BulkSelection stuck(Duration age, Optional<OrderState> only, OrdersStore orders)
      throws SQLException {
    Instant cutoff = orders.now().minus(age);
    List<OrderRow> rows = orders.stuck(cutoff, Optional.empty(), MOST + 1);
    return rows.size() > MOST
        ? new TooMany(
            "more than "
                + MOST
                + " orders are open for that long, and one command looks at no more (give more"
                + " HOURS, or some of them with --ids)")
        : new Chosen(
            rows.stream().filter(row -> mayBecome(row, only)).toList(),
            Optional.of(age),
            List.of());
  }

  /** A row that can never get there is none of those asked for; an unknown word is looked at. */
  private static boolean mayBecome(OrderRow row, Optional<OrderState> only) {
    return only.isEmpty()
        || row.known().isEmpty()
        || reachable(row.known().get()).contains(only.get());
  }

  private static Set<OrderState> reachable(OrderState from) {
    Set<OrderState> reached = EnumSet.noneOf(OrderState.class);
    List<OrderState> open = new ArrayList<>(List.of(from));
    while (!open.isEmpty()) {
      for (OrderState next : Transition.next(open.removeLast())) {
        if (reached.add(next)) {
          open.add(next);
        }
      }
    }
    return reached;
  }

  private static BulkSelection listed(InputStream in, String name, OrdersStore orders)
      throws IOException, SQLException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      return new TooMany(
          "--ids " + name + " has more than " + MOST_BYTES + " bytes (expected: one id a line)");
    }
    Set<String> ids = new LinkedHashSet<>();
    new String(bytes, StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(ids::add);
    if (ids.isEmpty()) {
      return new Unreadable("--ids " + name + " has no id in it (expected: one a line)");
    }
    if (ids.size() > MOST) {
      return new TooMany(
          "--ids " + name + " has " + ids.size() + " ids (expected: at most " + MOST + ")");
    }
    List<OrderRow> rows = new ArrayList<>(orders.byIds(ids));
    rows.sort(Comparator.comparing(OrderRow::stateSince).thenComparing(OrderRow::id));
    Set<String> unknown = new LinkedHashSet<>(ids);
    rows.forEach(row -> unknown.remove(row.id()));
    return new Chosen(rows, Optional.empty(), List.copyOf(unknown));
  }
}
