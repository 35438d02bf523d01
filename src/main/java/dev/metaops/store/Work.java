package dev.metaops.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What is done with a connection; it neither commits, rolls back nor closes. */
@FunctionalInterface
public interface Work<T extends @Nullable Object> {
  T with(Connection connection) throws SQLException;
}
