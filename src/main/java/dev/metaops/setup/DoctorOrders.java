package dev.metaops.setup;

import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Settings;
import dev.metaops.orders.Column;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sight;
import dev.metaops.orders.TableMap;
import dev.metaops.orders.TableSurvey;
import dev.metaops.orders.TableSurveyor;
import dev.metaops.postgrest.Postgrest;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Looks at the orders table as a stranger's: how it is reached, what it says, what it leaves out.
 */
record DoctorOrders(Conversation conversation, Deadline deadline) {
  private static final int SHOWN = 8;

  /** Empty without a door. */
  List<DoctorLook> looks() {
    Settings settings = conversation.settings();
    Optional<OrdersDoor> door = settings.orders().door();
    if (door.isEmpty()) {
      return List.of();
    }
    List<DoctorLook> looks = new ArrayList<>();
    try {
      TableMap map = Reach.tableMap(settings);
      switch (door.get()) {
        case OrdersDoor.Sql(DatabaseUrl url) -> {
          looks.add(
              DoctorLook.fine("door", door.get().place() + " (SQL, login " + url.user() + ")"));
          try (Connection connection =
              new Database(url, "metaops doctor", conversation.ticker()).connect(deadline)) {
            looks.addAll(of(look(TableSurveyor.over(connection), map)));
          }
        }
        case OrdersDoor.Rest rest -> {
          Postgrest postgrest = Reach.restDoor(rest, settings, conversation.ticker());
          looks.add(
              DoctorLook.fine("door", door.get().place() + ", key: " + postgrest.key().shown()));
          looks.addAll(of(look(TableSurveyor.over(postgrest, deadline), map)));
        }
      }
    } catch (SQLException unread) {
      looks.add(unread(DatabaseWords.of(unread)));
    } catch (IllegalArgumentException unusable) {
      looks.add(unread(String.valueOf(unusable.getMessage())));
    }
    return looks;
  }

  private static TableSurvey look(TableSurveyor surveyor, TableMap map) throws SQLException {
    return surveyor.look(map, TableSurveyor.Words.OF_THE_NEWEST);
  }

  private static DoctorLook unread(String why) {
    return new DoctorLook(
        "table", ExitCode.COULD_NOT, "could not look: " + why, "metaops connections test");
  }

  /** What a survey means to who reads with metaops. Pure. */
  static List<DoctorLook> of(TableSurvey survey) {
    List<DoctorLook> looks = new ArrayList<>();
    looks.add(columns(survey));
    costs(survey).ifPresent(looks::add);
    looks.add(states(survey));
    looks.add(rows(survey));
    if (survey.sight() instanceof Sight.Partial(String why)) {
      looks.add(
          new DoctorLook(
              "visibility",
              ExitCode.COULD_NOT,
              "rows may be hidden: " + why,
              "set the service role's key, or a login that sees every row"));
    } else {
      looks.add(DoctorLook.fine("visibility", "every row is shown"));
    }
    return looks;
  }

  private static DoctorLook columns(TableSurvey survey) {
    String found =
        Arrays.stream(Column.values())
            .filter(survey.said()::containsKey)
            .map(column -> shown(column, survey.said().getOrDefault(column, "")))
            .collect(Collectors.joining(", "));
    return survey
        .unfit()
        .map(why -> new DoctorLook("columns", ExitCode.CRITICAL, why, "metaops config init"))
        .orElseGet(() ->
            DoctorLook.fine(
                "columns",
                survey.map().name()
                    + ": "
                    + (found.isEmpty() ? "not shown by an empty table" : found)));
  }

  private static String shown(Column column, String name) {
    return column.key().replace('-', '_').equals(name) ? name : column.key() + " = " + name;
  }

  private static Optional<DoctorLook> costs(TableSurvey survey) {
    List<String> costs =
        survey.said().isEmpty()
            ? List.of()
            : Arrays.stream(Column.values())
                .filter(column -> !survey.said().containsKey(column))
                .map(column -> "no " + column.key() + " column: " + ColumnCost.of(column))
                .distinct()
                .toList();
    return costs.isEmpty()
        ? Optional.empty()
        : Optional.of(DoctorLook.fine("left out", String.join("; ", costs)));
  }

  private static DoctorLook states(TableSurvey survey) {
    List<String> unmapped = List.copyOf(survey.unmapped().keySet());
    return unmapped.isEmpty()
        ? DoctorLook.fine(
            "states",
            survey.words().isEmpty()
                ? "no row shows one"
                : "every word has a meaning: " + brief(survey.words()))
        : new DoctorLook(
            "states",
            ExitCode.WARNING,
            "UNMAPPED, orders in them are UNKNOWN: " + brief(unmapped),
            "say what they mean: orders.states (metaops config init --dry-run guesses)");
  }

  private static DoctorLook rows(TableSurvey survey) {
    List<OrderRow> unread = survey.rows().stream().filter(row -> !row.doubts().isEmpty()).toList();
    String of = "the newest " + survey.newest().size() + " rows";
    if (survey.newest().isEmpty()) {
      return new DoctorLook("rows", ExitCode.WARNING, "the table shows no row", "");
    }
    return unread.isEmpty()
        ? DoctorLook.fine("rows", of + " can be read")
        : new DoctorLook(
            "rows",
            ExitCode.WARNING,
            unread.size()
                + " of "
                + of
                + " cannot be read; the first is "
                + unread.getFirst().id()
                + ": "
                + String.join("; ", unread.getFirst().doubts()),
            "metaops order show " + unread.getFirst().id());
  }

  private static String brief(List<String> words) {
    return String.join(", ", words.subList(0, Math.min(SHOWN, words.size())))
        + (words.size() > SHOWN ? " and " + (words.size() - SHOWN) + " more" : "");
  }
}
