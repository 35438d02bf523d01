package dev.metaops.orders;

import dev.metaops.postgrest.PostgrestUnavailable;
import java.sql.SQLException;

/**
 * Supabase's REST door gave no rows. It travels as the failures of a database do, so that who reads
 * orders has one kind of failure to handle; its message is for people.
 */
public final class DoorShut extends SQLException {
  private static final long serialVersionUID = 1;

  DoorShut(PostgrestUnavailable failed) {
    super(failed.getMessage(), failed);
  }
}
