package dev.metaops.orders;

import java.sql.SQLException;

/**
 * The table cannot be read as orders: it lacks what nothing can do without, or what was configured.
 * It travels as the other failures of a database do; its message is for people.
 */
public final class TableUnfit extends SQLException {
  private static final long serialVersionUID = 1;

  TableUnfit(String sentence) {
    super(sentence);
  }
}
