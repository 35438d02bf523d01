package dev.metaops.orders;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/** Asks the orders database about itself. Writes nothing. Not thread-safe. */
public final class VitalsStore {
  private final Connection connection;

  public VitalsStore(Connection connection) {
    this.connection = connection;
  }

  /** Whether our schema is in this database and this login may use it, whatever the mode. */
  public boolean hasLedger() throws SQLException {
    try (var statement =
            connection.prepareStatement(
                """
                SELECT EXISTS (SELECT FROM pg_catalog.pg_class c
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = 'metaops' AND c.relname = 'order_status'
                    AND has_schema_privilege(n.oid, 'USAGE'))\
                """);
        var rows = statement.executeQuery()) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  /** Works without our schema and for any login. */
  public Vitals vitals() throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            SELECT current_setting('server_version') AS version, clock_timestamp() AS now,
              (SELECT count(*) FROM pg_catalog.pg_stat_activity
               WHERE backend_type = 'client backend') AS connections,
              current_setting('max_connections')::int
                - current_setting('superuser_reserved_connections')::int AS most,
              pg_is_in_recovery() AS is_standby,
              current_setting('default_transaction_read_only') = 'on' AS is_read_only,
              (SELECT count(*) FROM pg_catalog.pg_locks WHERE NOT granted
                AND waitstart < clock_timestamp() - make_interval(secs => ?)) AS waiting,
              (SELECT extract(epoch FROM max(replay_lag)) * 1000
               FROM pg_catalog.pg_stat_replication)::bigint AS replica_lag_ms,
              EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'metaops_api')
                AS has_schema,
              coalesce((SELECT has_schema_privilege(n.oid, 'USAGE')
                  AND has_table_privilege(c.oid, 'SELECT')
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n
                  ON n.oid = c.relnamespace
                WHERE n.nspname = 'metaops' AND c.relname = 'schema_history'), false)
                AS is_listed\
            """)) {
      statement.setLong(1, Vitals.Traffic.LONG.toSeconds());
      return vitals(statement.executeQuery());
    }
  }

  private Vitals vitals(ResultSet rows) throws SQLException {
    try (rows) {
      rows.next();
      return new Vitals(
          rows.getString("version").split(" ", 2)[0],
          rows.getTimestamp("now").toInstant(),
          rows.getInt("connections"),
          rows.getInt("most"),
          traffic(rows),
          !rows.getBoolean("has_schema")
              ? new Vitals.Schema.Absent()
              : rows.getBoolean("is_listed") ? applied() : new Vitals.Schema.Unlisted());
    }
  }

  private static Vitals.Traffic traffic(ResultSet rows) throws SQLException {
    long lag = rows.getLong("replica_lag_ms");
    Optional<Duration> replicaLag =
        rows.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(lag));
    return new Vitals.Traffic(
        rows.getBoolean("is_standby")
            ? Vitals.Writes.STANDBY
            : rows.getBoolean("is_read_only") ? Vitals.Writes.READ_ONLY : Vitals.Writes.TAKEN,
        rows.getInt("waiting"),
        replicaLag);
  }

  private Vitals.Schema applied() throws SQLException {
    try (var statement =
            connection.prepareStatement(
                "SELECT DISTINCT script FROM metaops.schema_history"
                    + " WHERE success AND script LIKE '%.sql' ORDER BY script LIMIT 1000");
        var rows = statement.executeQuery()) {
      var applied = new ArrayList<String>();
      while (rows.next()) {
        applied.add(rows.getString(1));
      }
      return new Vitals.Schema.Applied(applied);
    }
  }
}
