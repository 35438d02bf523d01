package dev.metaops.store;

import java.sql.SQLException;

/**
 * A database that cannot be used, with the reason named. Other {@link SQLException}s are the
 * statement's own affair: a constraint, a raised refusal, a serialization failure.
 */
public final class DatabaseUnavailable extends SQLException {
  private static final long serialVersionUID = 1L;

  private final transient DatabaseFailure failure;

  DatabaseUnavailable(DatabaseFailure failure, SQLException cause) {
    super(failure.sentence(), cause.getSQLState(), cause);
    this.failure = failure;
  }

  DatabaseUnavailable(DatabaseFailure failure, Exception cause) {
    super(failure.sentence(), cause);
    this.failure = failure;
  }

  DatabaseUnavailable(DatabaseFailure failure) {
    super(failure.sentence());
    this.failure = failure;
  }

  public DatabaseFailure failure() {
    return failure;
  }
}
