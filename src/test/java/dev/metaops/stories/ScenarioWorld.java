package dev.metaops.stories;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.main.Operator;
import dev.metaops.store.Database;
import dev.metaops.testing.Call;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestToken;
import dev.metaops.testing.TestTrade;
import dev.metaops.testing.TestTradeFactory;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A venue with a table of its own on one chain, and one with metaops installed on another. */
final class ScenarioWorld implements AutoCloseable {
  private static final String TABLE =
      """
      CREATE TABLE public.NAME (
        id text PRIMARY KEY, state text NOT NULL, buyer text, seller text, token text,
        amount numeric, escrow_contract text, escrow_key text, fund_by text,
        created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, transaction_hash text,
        transaction_sender text, transaction_nonce text);
      ALTER TABLE public.NAME ENABLE ROW LEVEL SECURITY;
      GRANT SELECT ON public.NAME TO anon, service_role;\
      """;

  private static final int FIRST_FREE_ACCOUNT = 10;
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);
  private static final BigInteger GAS = BigInteger.valueOf(300_000);

  /** A transaction as it was sent. */
  record Sent(Hash hash, Address sender, long nonce) {}

  private final TestChain chain = TestChain.start(options -> options.withAccounts(60));
  private final TestRegistry registry = chain.deployRegistry();
  private final TestRegistry paused = chain.deployRegistry();
  private final TestToken token = chain.deployToken();
  private final TestTradeFactory factory = chain.deployTradeFactory();
  private final Database database = TestPostgres.emptyDatabase();
  private final TestPostgrest rest;
  private final InstalledVenue installed;
  private final Path directory;
  private final Map<Scenario.Stage, List<Runnable>> later = new EnumMap<>(Scenario.Stage.class);
  private int account = FIRST_FREE_ACCOUNT;

  ScenarioWorld(Path directory) throws SQLException {
    this.directory = directory;
    TestPostgrest.createRoles(database);
    for (String table : List.of("orders", "trades")) {
      TestPostgrest.execute(database, TABLE.replace("NAME", table));
    }
    this.rest = TestPostgrest.start(database);
    this.installed = new InstalledVenue();
    paused.pause();
  }

  TestChain chain() {
    return chain;
  }

  TestRegistry registry() {
    return registry;
  }

  TestToken token() {
    return token;
  }

  InstalledVenue installed() {
    return installed;
  }

  // -------------------------------------------------------------------------------------- stages

  /** Done when this stage begins. */
  void later(Scenario.Stage stage, Runnable act) {
    later.computeIfAbsent(stage, _ -> new ArrayList<>()).add(act);
  }

  void enter(Scenario.Stage stage) {
    switch (stage) {
      case FINAL -> chain.finalizeBlock(chain.latest().ref());
      case RECENT -> {
        chain.ask("evm_setAutomine", false);
        acts(stage);
        chain.mine(1);
      }
      case STALLED -> {
        acts(stage);
        chain.increaseTime(Duration.ofHours(1));
        chain.mine(1);
      }
      case POOL -> {
        acts(stage);
        chain.ask("anvil_setNextBlockBaseFeePerGas", hex(GWEI.shiftLeft(6)));
      }
    }
  }

  private void acts(Scenario.Stage stage) {
    later.getOrDefault(stage, List.of()).forEach(Runnable::run);
  }

  /** Until everybody's clock is past this moment. */
  static void awaitPast(Instant moment) {
    try {
      while (!SystemTicker.SYSTEM.now().isAfter(moment)) {
        SystemTicker.SYSTEM.rest(Duration.ofMillis(20));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  // ---------------------------------------------------------------------------------------- rows

  /** An order as agreed, three hours in its state. */
  String row(String id, String state, Terms terms) throws SQLException {
    return row(id, state, terms, Map.of());
  }

  /**
   * @param more columns that say something else, or more; {@code age} is since when the row is as
   *     it is
   */
  String row(String id, String state, Terms terms, Map<String, String> more) throws SQLException {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("buyer", terms.buyer().text());
    columns.put("seller", terms.seller().text());
    columns.put("token", terms.token().text());
    columns.put("amount", terms.amount().toString());
    columns.putAll(more);
    insert("orders", id, state, columns);
    return id;
  }

  /** A trade, its row in this state. */
  String tradeRow(TestTrade.Terms terms, String id, String state) throws SQLException {
    return tradeRow(terms, id, state, Map.of());
  }

  String tradeRow(TestTrade.Terms terms, String id, String state, Map<String, String> more)
      throws SQLException {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("buyer", terms.depositor().text());
    columns.put("seller", terms.counterparty().text());
    columns.put("token", terms.token().text());
    columns.put("amount", terms.amount().toString());
    columns.put("escrow_contract", factory.addressOf(terms).text());
    columns.putAll(more);
    insert("trades", id, state, columns);
    return id;
  }

  private void insert(String table, String id, String state, Map<String, String> columns)
      throws SQLException {
    Map<String, String> said = new LinkedHashMap<>(columns);
    String age = said.containsKey("age") ? said.remove("age") : "3 hours";
    List<String> names = List.copyOf(said.keySet());
    String sql =
        "INSERT INTO public."
            + table
            + " (id, state, created_at, updated_at, "
            + String.join(", ", names)
            + ") VALUES (?, ?, now() - ?::interval, now() - ?::interval"
            + names.stream()
                .map(name -> name.equals("amount") ? ", ?::numeric" : ", ?")
                .reduce("", String::concat)
            + ")";
    try (Connection connection = database.connect(TestPostgres.minute());
        var statement = connection.prepareStatement(sql)) {
      statement.setString(1, id);
      statement.setString(2, state);
      statement.setString(3, age);
      statement.setString(4, age);
      for (int at = 0; at < names.size(); at++) {
        statement.setString(5 + at, said.get(names.get(at)));
      }
      statement.executeUpdate();
    }
  }

  // --------------------------------------------------------------------------------------- money

  /** A funded order and its row. */
  Hash funded(String id, String state) throws SQLException {
    Terms terms = registry.terms(id);
    registry.create(terms);
    row(id, state, terms);
    return EscrowKey.of(terms);
  }

  /** The same in a token, five units of six decimals. */
  Hash fundedInToken(String id, String state) throws SQLException {
    Terms terms = registry.terms(id, token, new BigDecimal("5e6").toBigIntegerExact());
    registry.create(terms);
    row(id, state, terms);
    return EscrowKey.of(terms);
  }

  TestTrade trade(String id) {
    return factory.create(tradeTerms(id));
  }

  TestTrade.Terms tradeTerms(String id) {
    return TestTrade.Terms.of(chain, id);
  }

  // -------------------------------------------------------------------------------- transactions

  /** An account nobody else uses, 10,000 coins. */
  Address freshAccount() {
    return chain.account(account++);
  }

  /** Bought by this account, with a week to go whatever the chain's clock does. */
  Terms terms(String id, Address buyer) {
    Terms usual = registry.terms(id);
    return new Terms(
        id,
        buyer,
        usual.seller(),
        usual.token(),
        usual.amount(),
        usual.deadline().plus(Duration.ofDays(7)));
  }

  /** With this nonce, willing to pay so many gwei. */
  Sent send(Call call, long nonce, long gwei) {
    ObjectNode transaction =
        JsonMapper.shared()
            .createObjectNode()
            .put("from", call.from().text())
            .put("to", call.to().orElseThrow().text())
            .put("data", call.data())
            .put("value", hex(call.value()))
            .put("nonce", hex(BigInteger.valueOf(nonce)))
            .put("gas", hex(GAS))
            .put("maxFeePerGas", hex(GWEI.multiply(BigInteger.valueOf(gwei))))
            .put("maxPriorityFeePerGas", hex(GWEI));
    return new Sent(
        new Hash(chain.ask("eth_sendTransaction", transaction).stringValue()), call.from(), nonce);
  }

  /** The columns of a row that remembers all of its transaction. */
  static Map<String, String> whole(Sent sent) {
    return Map.of(
        "transaction_hash",
        sent.hash().text(),
        "transaction_sender",
        sent.sender().text(),
        "transaction_nonce",
        String.valueOf(sent.nonce()));
  }

  private static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }

  // --------------------------------------------------------------------------------------- doors

  /** Who asks there, by the name of the door. */
  Map<String, Operator> doors(Scenario.Place place) {
    Map<String, String> usual =
        Map.of("RPC_URL", chain.url(), "ESCROW_CONTRACT_ADDRESS", registry.address().text());
    return switch (place) {
      case ORDERS -> both(usual, "");
      case TRADES ->
          both(
              Map.of("RPC_URL", chain.url()),
              "[orders]\ntable = \"public.trades\"\n[escrow]\nprofile = \"trade-instance\"\n"
                  + "factory = \""
                  + factory.address()
                  + "\"\n");
      case PAUSED -> both(with(usual, "ESCROW_CONTRACT_ADDRESS", paused.address().text()), "");
      case INSTALLED -> Map.of("ledger", operator("ledger", installed.environment(), ""));
      case NODE_REFUSES ->
          both(with(usual, "RPC_URL", "http://127.0.0.1:" + FakeServer.closedPort()), "");
      case WRONG_CHAIN -> both(with(usual, "EXPECTED_CHAIN_ID", "137"), "");
      case NO_ESCROW_THERE ->
          both(with(usual, "ESCROW_CONTRACT_ADDRESS", token.address().text()), "");
      case ANONYMOUS_KEY -> Map.of("PostgREST", operator("anon", rest(usual, "anon"), ""));
    };
  }

  private Map<String, Operator> both(Map<String, String> environment, String toml) {
    Map<String, Operator> doors = new LinkedHashMap<>();
    doors.put(
        "SQL",
        operator("sql", with(environment, "DATABASE_URL", database.url().secretText()), toml));
    doors.put("PostgREST", operator("rest", rest(environment, "service_role"), toml));
    return doors;
  }

  private Map<String, String> rest(Map<String, String> environment, String role) {
    return with(
        with(environment, "SUPABASE_URL", rest.supabase().toString()),
        "SUPABASE_KEY",
        TestPostgrest.key(role).reveal());
  }

  private static Map<String, String> with(Map<String, String> some, String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(some);
    all.put(name, value);
    return all;
  }

  private Operator operator(String name, Map<String, String> environment, String toml) {
    try {
      Path own = Files.createTempDirectory(directory, name);
      var operator = new Operator(own, environment);
      return toml.isEmpty() ? operator : operator.configured(toml);
    } catch (IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  @Override
  public void close() throws SQLException, IOException {
    rest.close();
    installed.close();
    chain.close();
  }
}
