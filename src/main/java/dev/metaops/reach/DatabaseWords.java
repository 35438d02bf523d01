package dev.metaops.reach;

import dev.metaops.orders.DoorShut;
import dev.metaops.orders.TableUnfit;
import dev.metaops.store.DatabaseUnavailable;
import java.io.IOException;
import java.sql.SQLException;

/** What the failure of a database, or of a file that is kept of it, means to a person. */
public final class DatabaseWords {
  public static final String NO_SQL =
      "the orders database is configured through Supabase's REST door, which this command cannot"
          + " use yet: set DATABASE_URL";

  private static final String NO_TABLE = "42P01";
  private static final String NO_SCHEMA = "3F000";
  private static final String NO_FUNCTION = "42883";

  private DatabaseWords() {}

  public static String of(SQLException failure) {
    if (failure instanceof DatabaseUnavailable unavailable) {
      return unavailable.failure().sentence();
    }
    if (failure instanceof TableUnfit || failure instanceof DoorShut) {
      return String.valueOf(failure.getMessage());
    }
    String state = String.valueOf(failure.getSQLState());
    String said = String.valueOf(failure.getMessage()).lines().findFirst().orElse("no message");
    return switch (state) {
      case NO_TABLE, NO_SCHEMA, NO_FUNCTION ->
          "the database has no metaops schema or not this version of it ("
              + said
              + "): metaops serve with orders.mode = \"own\" installs it";
      default -> "the database refused: " + said + " (SQLSTATE " + state + ")";
    };
  }

  public static String of(IOException failure) {
    return failure.getClass() == IOException.class
        ? String.valueOf(failure.getMessage())
        : failure.getClass().getSimpleName() + " " + failure.getMessage();
  }
}
