package dev.metaops.audit;

import java.sql.Connection;
import java.sql.SQLException;

/** What a superuser does before they tamper: nothing in the database stands in their way then. */
public final class Attacker {
  /** A block of PL/pgSQL that makes leaves, links and head fit whatever stands in the record. */
  public static final String REHASH =
      """
      DECLARE
        v_chain bytea := sha256('metaops-audit-v1'::bytea);
        v_seq bigint := 0;
        s record;
      BEGIN
        UPDATE metaops.record SET leaf = sha256('\\x00'::bytea || convert_to(entry, 'UTF8'));
        FOR s IN SELECT t.seq, r.leaf FROM metaops.seal t JOIN metaops.record r
          ON r.id = t.record_id ORDER BY t.seq
        LOOP
          v_chain := sha256('metaops-audit-v1'::bytea || '\\x0a'::bytea || v_chain || s.leaf);
          UPDATE metaops.seal SET chain = v_chain WHERE seq = s.seq;
          v_seq := s.seq;
        END LOOP;
        UPDATE metaops.seal_head SET seq = v_seq, chain = v_chain;
      END
      """;

  private Attacker() {}

  /** Takes triggers and constraints away, and makes {@code flip} and {@code rehash}. */
  static void rises(Connection superuser) throws SQLException {
    RecordedOrders.run(
        superuser,
        "ALTER TABLE metaops.record DISABLE TRIGGER append_only",
        "ALTER TABLE metaops.seal DISABLE TRIGGER append_only",
        "ALTER TABLE metaops.applied_plan DISABLE TRIGGER append_only",
        "ALTER TABLE metaops.applied_order DISABLE TRIGGER append_only",
        "ALTER DOMAIN metaops.record_kind DROP CONSTRAINT record_kind_check",
        "ALTER TABLE metaops.record DROP CONSTRAINT record_pkey",
        "ALTER TABLE metaops.seal DROP CONSTRAINT seal_pkey",
        "ALTER TABLE metaops.seal DROP CONSTRAINT seal_record_id_key",
        // Lets bytes into a text column that are no text.
        "CREATE CAST (bytea AS text) WITHOUT FUNCTION",
        // set_bit needs the value, so turn it over here.
        """
        CREATE FUNCTION public.flip(b bytea, n integer) RETURNS bytea LANGUAGE sql AS $$
          SELECT pg_catalog.set_bit(b, n % (8 * length(b)),
            1 - pg_catalog.get_bit(b, n % (8 * length(b)))) $$
        """,
        "CREATE FUNCTION public.rehash() RETURNS void LANGUAGE plpgsql AS $$ " + REHASH + " $$");
  }
}
