package dev.metaops.look;

import dev.metaops.command.Conversation;
import dev.metaops.config.OrdersDoor;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.ledger.Stream;
import dev.metaops.orders.Sight;
import dev.metaops.orders.TableMap;
import dev.metaops.postgrest.Postgrest;
import dev.metaops.postgrest.PostgrestUnavailable;
import dev.metaops.postgrest.Select;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Orders behind Supabase's REST door, looked at once. */
final class RestLook implements OrdersLook {
  private final OrdersDoor.Rest rest;
  private final Conversation conversation;
  private final More more;
  private volatile Optional<Seen> seen = Optional.empty();

  RestLook(OrdersDoor.Rest rest, Conversation conversation, More more) {
    this.rest = rest;
    this.conversation = conversation;
    this.more = more;
  }

  @Override
  public Optional<Seen> seen() {
    return seen;
  }

  @Override
  public Diagnosis ask(Deadline deadline) {
    TableMap map = Reach.tableMap(conversation.settings());
    try {
      Postgrest door = Reach.restDoor(rest, conversation.settings(), conversation.ticker());
      long start = conversation.ticker().nanos();
      boolean isEmpty = door.select(Select.from(map.table()).limit(1), deadline).rows().isEmpty();
      Duration roundTrip = Duration.ofNanos(conversation.ticker().nanos() - start);
      try (Books books = Books.open(conversation, "metaops health", deadline)) {
        return look(door, map, isEmpty ? "no row" : "rows", roundTrip, books);
      }
    } catch (PostgrestUnavailable failed) {
      return Diagnosis.down(String.valueOf(failed.getMessage()), "metaops connections test");
    } catch (SQLException unread) {
      return Diagnosis.down(DatabaseWords.of(unread), "metaops doctor");
    } catch (IllegalArgumentException unusable) {
      return Diagnosis.down(String.valueOf(unusable.getMessage()), "metaops config show");
    }
  }

  private Diagnosis look(
      Postgrest door, TableMap map, String shows, Duration roundTrip, Books books)
      throws SQLException {
    List<Vital> measured = new ArrayList<>();
    measured.add(
        OrdersLook.roundTrip(roundTrip, conversation.settings().health().databaseSlowAfter()));
    measured.add(key(door));
    measured.add(Vital.shown("table", map.name() + " shows " + shows));
    measured.add(sight(books.orders().sight()));
    PoolLook.of(conversation).ifPresent(measured::add);
    Optional<Stream> stream = books.stream();
    more.read(books, stream);
    seen = Optional.of(new Seen(roundTrip, Optional.empty(), Optional.empty(), stream));
    Condition worst =
        measured.stream().map(Vital::condition).reduce(Condition.UP, Condition::worse);
    return new Diagnosis(
        worst,
        door.place() + " answers" + ProviderLook.wrongs(measured),
        measured,
        worst == Condition.UP ? Optional.empty() : Optional.of("metaops doctor"));
  }

  private Vital key(Postgrest door) {
    return door.key()
        .expiredFor(conversation.ticker().now())
        .map(ago ->
            new Vital(
                "key",
                door.key().shown() + ", expired " + Ages.of(ago) + " ago",
                "not expired",
                Condition.DOWN))
        .orElseGet(() -> Vital.shown("key", door.key().shown()));
  }

  private static Vital sight(Sight sight) {
    return switch (sight) {
      case Sight.Whole() -> new Vital("sight", "every row", "every row", Condition.UP);
      case Sight.Partial(String why) ->
          new Vital("sight", why, "every row (the service role's key)", Condition.UNKNOWN);
    };
  }
}
