package dev.metaops.testing;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.Escrows;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.Watched;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.store.Database;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A venue as metaops finds one: an orders database with our schema, a chain, an escrow contract on
 * it, and orders whose rows and escrows belong together. One thread at a time, one of them at a
 * time.
 */
public final class TestVenue {
  private static final Map<String, Connection> KEPT = new HashMap<>();

  private final TestChain chain;
  private final TestRegistry registry;
  private final Database orders;
  private final Escrows escrows;

  public TestVenue(TestChain chain) {
    this(chain, chain.deployRegistry(), TestPostgres.withOrdersSchema());
  }

  /** The same escrow contract, and the same orders in another database. */
  public TestVenue(TestChain chain, TestRegistry registry, Database orders) {
    this(chain, registry, orders, Escrows.of(profile(), registry.address()));
  }

  private TestVenue(TestChain chain, TestRegistry registry, Database orders, Escrows escrows) {
    this.chain = chain;
    this.registry = registry;
    this.orders = orders;
    this.escrows = escrows;
  }

  /** The same orders, settling through these contracts. */
  public TestVenue settlingThrough(Escrows other) {
    return new TestVenue(chain, registry, orders, other);
  }

  public Escrows escrows() {
    return escrows;
  }

  public TestChain chain() {
    return chain;
  }

  public TestRegistry registry() {
    return registry;
  }

  public Database orders() {
    return orders;
  }

  /** An order in state CREATED and the terms its escrow needs. */
  public Terms order(String id) {
    Terms terms = registry.terms(id);
    insert(terms, RegistryContract.key(terms));
    return terms;
  }

  /** An order's row with whatever key. */
  public void insert(Terms terms, Hash key) {
    insert(terms, registry.address(), key);
  }

  /** An order's row with whatever contract and key. */
  public void insert(Terms terms, Address contract, Hash key) {
    execute(
        "INSERT INTO public.orders (id, buyer, seller, token, amount, escrow_contract, escrow_key)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
        terms.orderId(),
        terms.buyer().text(),
        terms.seller().text(),
        terms.token().text(),
        new BigDecimal(terms.amount()),
        contract.text(),
        key.text());
  }

  /**
   * The same orders, through a login of its own that may nothing yet.
   *
   * @param login lower-case letters; made when absent
   */
  public TestVenue as(String login) {
    execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '"
            + login
            + "') THEN CREATE ROLE "
            + login
            + " LOGIN PASSWORD 'only-in-tests'; END IF; END $$");
    String superuser = orders.url().secretText();
    String place = superuser.substring(superuser.lastIndexOf('@'));
    return new TestVenue(
        chain,
        registry,
        new Database(
            DatabaseUrl.of("postgres://" + login + ":only-in-tests" + place),
            "metaops-test",
            SystemTicker.SYSTEM));
  }

  /** What the database says to this statement: its SQLSTATE and message, or {@code done}. */
  public String answer(String sql) {
    try (Connection connection = orders.connect(TestPostgres.minute());
        var statement = connection.createStatement()) {
      statement.execute(sql);
      return "done";
    } catch (SQLException refused) {
      return refused.getSQLState() + " " + refused.getMessage();
    }
  }

  public String state(String id) {
    return one("SELECT state FROM public.orders WHERE id = '" + id + "'");
  }

  /** Every change of state that metaops made, in order: {@code CREATED to PENDING}. */
  public List<String> changes(String id) {
    return all(
        "SELECT from_state || ' to ' || to_state FROM metaops.order_change WHERE order_id = '"
            + id
            + "' ORDER BY id");
  }

  /** The first column of the only row. */
  public String one(String sql) {
    List<String> rows = all(sql);
    if (rows.size() != 1) {
      throw new IllegalStateException(rows.size() + " rows (expected: 1) from " + sql);
    }
    return rows.getFirst();
  }

  /** After its server was started anew. */
  public static void forgetConnection() {
    synchronized (KEPT) {
      KEPT.clear();
    }
  }

  /** Kept, for the latest database only: a connection takes longer than what it is used for. */
  private Connection connection() throws SQLException {
    synchronized (KEPT) {
      if (KEPT.size() != 1 || !KEPT.containsKey(orders.url().secretText())) {
        for (Connection old : KEPT.values()) {
          old.close();
        }
        KEPT.clear();
        KEPT.put(orders.url().secretText(), orders.connect(TestPostgres.minute()));
      }
      Connection kept = KEPT.values().iterator().next();
      kept.setNetworkTimeout(Runnable::run, 60_000);
      return kept;
    }
  }

  /** Each row as one text, its columns joined by a bar. */
  public List<String> all(String sql) {
    try (var statement = connection().createStatement();
        var rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      var found = new ArrayList<String>();
      while (rows.next()) {
        var row = new StringBuilder(String.valueOf(rows.getString(1)));
        for (int column = 2; column <= columns; column++) {
          row.append('|').append(rows.getString(column));
        }
        found.add(row.toString());
      }
      return found;
    } catch (SQLException failed) {
      throw new IllegalStateException(sql, failed);
    }
  }

  /** As the superuser; returns how many rows changed. */
  public int execute(String sql, Object... parameters) {
    try (var statement = connection().prepareStatement(sql)) {
      for (int at = 0; at < parameters.length; at++) {
        statement.setObject(at + 1, parameters[at]);
      }
      return statement.execute() ? 0 : Math.max(0, statement.getUpdateCount());
    } catch (SQLException failed) {
      throw new IllegalStateException(failed.getMessage(), failed);
    }
  }

  public Watched watched(SettleOn settleOn) {
    return new Watched(Optional.empty(), escrows, settleOn, 100);
  }

  public Watched watched(SettleOn settleOn, Assurance assurance) {
    return new Watched(Optional.empty(), escrows, settleOn, 100, assurance);
  }

  public Provider provider() {
    return provider(chain.url());
  }

  /** Asked five times at most, quickly. */
  public static Provider provider(String url) {
    return new Provider(
        new dev.metaops.rpc.JsonRpc(
            Endpoint.parse("anvil", url),
            new Patience(3, Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(100)),
            SystemTicker.SYSTEM,
            new SplittableRandom()));
  }

  public static EscrowProfile profile() {
    try (var in = TestVenue.class.getResourceAsStream("/contracts/RegistryEscrow.json")) {
      if (in == null) {
        throw new IllegalStateException("no ABI on the class path");
      }
      return EscrowProfile.registry(
          EscrowAbi.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
