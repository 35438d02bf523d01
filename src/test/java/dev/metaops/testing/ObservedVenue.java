package dev.metaops.testing;

import dev.metaops.chain.Hash;
import dev.metaops.config.Secret;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.store.Database;
import dev.metaops.store.Rows;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** A venue that metaops only looks at: a chain, a registry, and a table of the venue's own. */
public final class ObservedVenue implements AutoCloseable {
  private static final String TABLE =
      """
      CREATE TABLE public.orders (
        id text PRIMARY KEY, state text NOT NULL, buyer text, seller text, token text,
        amount numeric, created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(), transaction_hash text, notes text);
      ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
      GRANT SELECT ON public.orders TO anon, service_role;\
      """;

  private final TestChain chain = TestChain.start();
  private final TestRegistry registry = chain.deployRegistry();
  private final Database database = TestPostgres.emptyDatabase();

  public ObservedVenue() {
    TestPostgrest.createRoles(database);
    TestPostgrest.execute(database, TABLE);
    chain.mine(3);
  }

  public TestChain chain() {
    return chain;
  }

  public TestRegistry registry() {
    return registry;
  }

  public Database database() {
    return database;
  }

  /** Places an escrow on chain, and the row that belongs to it, of this age. */
  public Hash placed(String id, String state, String age) {
    var terms = registry.terms(id);
    registry.create(terms);
    row(id, state, age);
    return EscrowKey.of(terms);
  }

  /** A row alone. */
  public void row(String id, String state, String age) {
    var terms = registry.terms(id);
    try (Connection connection = database.connect(TestPostgres.minute())) {
      Rows.execute(
          connection,
          "INSERT INTO public.orders (id, state, buyer, seller, token, amount, created_at,"
              + " updated_at) VALUES (?, ?, ?, ?, ?, ?, now() - ?::interval, now() - ?::interval)",
          id,
          state,
          terms.buyer().text(),
          terms.seller().text(),
          terms.token().text(),
          new BigDecimal(terms.amount()),
          age,
          age);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** As the venue's own listener does. */
  public void sets(String id, String state) {
    TestPostgrest.execute(
        database,
        "UPDATE public.orders SET state = '"
            + state
            + "', updated_at = now() WHERE id = '"
            + id
            + "'");
  }

  public void finalizeHead() {
    chain.finalizeBlock(chain.latest().ref());
  }

  /** Everything that is installed in their database, as one text. */
  public String installed() throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute())) {
      return Rows.one(
          connection,
          """
          SELECT (SELECT string_agg(nspname, '|' ORDER BY nspname) FROM pg_namespace
                WHERE nspname !~ '^pg_(toast_)?temp')
            || (SELECT string_agg(relname || relkind::text, '|' ORDER BY oid) FROM pg_class)
            || (SELECT string_agg(proname, '|' ORDER BY oid) FROM pg_proc)
            || (SELECT coalesce(string_agg(tgname, '|' ORDER BY oid), '') FROM pg_trigger)\
          """,
          row -> row.getString(1));
    }
  }

  /** Every row and its version, as one text. */
  public String rows() throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute())) {
      return Rows.one(
          connection,
          "SELECT coalesce(md5(string_agg(o::text || xmin::text, '|' ORDER BY id)), '')"
              + " FROM public.orders o",
          row -> row.getString(1));
    }
  }

  /** Its chain and its contract. */
  public Map<String, String> surroundings() {
    return Map.of("RPC_URL", chain.url(), "ESCROW_CONTRACT_ADDRESS", registry.address().text());
  }

  public Map<String, String> sql() {
    return Map.of("DATABASE_URL", database.url().secretText());
  }

  /** A PostgREST in front of it; the caller closes it. */
  public TestPostgrest rest() {
    return TestPostgrest.start(database);
  }

  public static Map<String, String> door(TestPostgrest rest, Secret key) {
    return Map.of("SUPABASE_URL", rest.supabase().toString(), "SUPABASE_KEY", key.reveal());
  }

  @Override
  public void close() {
    chain.close();
  }
}
