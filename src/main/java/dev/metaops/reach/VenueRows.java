package dev.metaops.reach;

import dev.metaops.canary.RowSight;
import dev.metaops.canary.Rows;
import dev.metaops.command.Conversation;
import dev.metaops.order.OrderState;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sight;
import dev.metaops.orders.VenueOrders;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The venue's rows through whichever door, each question over a connection of its own. */
public final class VenueRows implements Rows {
  private static final String APPLICATION = "metaops canary";
  private static final Duration LATELY = Duration.ofMinutes(10);
  private static final Duration FAR = Duration.ofDays(7);

  private final Conversation conversation;

  public VenueRows(Conversation conversation) {
    this.conversation = conversation;
  }

  @Override
  public Moved lastMoved(Reach reach, Deadline deadline) {
    if (hasNoDoor()) {
      return new Moved.Unread(Books.NO_ORDERS);
    }
    try (VenueOrders venue = open(deadline)) {
      Instant since = venue.now().minus(span(reach));
      return venue.updatesSince(since, 1).stream()
          .findFirst()
          .<Moved>map(update -> new Moved.Order(update.orderId()))
          .orElse(hidden(venue).<Moved>map(Moved.Unread::new).orElseGet(Moved.None::new));
    } catch (SQLException failure) {
      return new Moved.Unread(DatabaseWords.of(failure));
    }
  }

  private static Duration span(Reach reach) {
    return switch (reach) {
      case LATELY -> LATELY;
      case FAR -> FAR;
    };
  }

  @Override
  public RowSight row(String id, Deadline deadline) {
    if (hasNoDoor()) {
      return new RowSight.Unread(Books.NO_ORDERS);
    }
    try (VenueOrders venue = open(deadline)) {
      Optional<OrderRow> row = venue.byIds(List.of(id)).stream().findFirst();
      if (row.isEmpty()) {
        return hidden(venue).<RowSight>map(RowSight.Unread::new).orElseGet(RowSight.Absent::new);
      }
      Instant since = row.get().stateSince();
      return new RowSight.Row(
          row.get().state(), row.get().known(), since, Duration.between(since, venue.now()));
    } catch (SQLException failure) {
      return new RowSight.Unread(DatabaseWords.of(failure));
    }
  }

  /** Why an empty answer proves nothing; empty when it does. */
  private static Optional<String> hidden(VenueOrders venue) throws SQLException {
    return switch (venue.sight()) {
      case Sight.Whole() -> Optional.empty();
      case Sight.Partial(String why) -> Optional.of("rows may be hidden, " + why);
    };
  }

  private boolean hasNoDoor() {
    return conversation.settings().orders().door().isEmpty();
  }

  private VenueOrders open(Deadline deadline) throws SQLException {
    return dev.metaops.reach.Reach.venue(conversation, APPLICATION, deadline);
  }

  @Override
  public Optional<OrderState> meaning(String word) {
    return Optional.ofNullable(conversation.settings().orders().states().get(word))
        .or(() -> Optional.of(word.toUpperCase(Locale.ROOT)))
        .flatMap(OrderState::parse);
  }
}
