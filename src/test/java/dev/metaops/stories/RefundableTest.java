package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import dev.metaops.command.ExitCode;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.TradeContract;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.store.Database;
import dev.metaops.store.Rows;
import dev.metaops.testing.Call;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestToken;
import dev.metaops.testing.TestTrade;
import dev.metaops.testing.TestVenue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Money past its deadline: who may call what, and that what is printed really pays back. */
class RefundableTest {
  private static final String TABLE =
      """
      CREATE TABLE public.orders (
        id text PRIMARY KEY, state text NOT NULL, buyer text, seller text, token text,
        amount numeric, escrow_contract text, created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now());
      GRANT SELECT ON public.orders TO anon, service_role;\
      """;
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  @TempDir Path directory;
  @AutoClose private final TestChain chain = TestChain.start();
  private final TestRegistry registry = chain.deployRegistry();
  private final Database database = TestPostgres.emptyDatabase();

  @BeforeEach
  void aTableThatIsTheirs() {
    TestPostgrest.createRoles(database);
    TestPostgrest.execute(database, TABLE);
  }

  @Test
  void nothingIsPastItsDeadlineAndThatIsFine() throws Exception {
    placed(registry.terms("ord_1"));
    chain.mine(8);
    Said said = operator(sql()).types("order refundable");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.FINE);
    assertThat(said.out()).contains("No money in escrow is past its deadline (1 open order");
  }

  @Test
  void whatIsPrintedPaysBackWhenTheRightAccountSendsIt() throws Exception {
    TestToken token = chain.deployToken();
    placed(registry.terms("ord_1"));
    placed(registry.terms("ord_2", token, MILLION));
    Hash disputed = placed(registry.terms("ord_3"));
    registry.dispute(disputed);
    registry.release(placed(registry.terms("ord_4")));
    chain.increaseTime(Duration.ofHours(2));
    chain.mine(8);
    placed(registry.terms("ord_5"));
    chain.mine(8);
    try (TestPostgrest rest = TestPostgrest.start(database)) {
      for (Operator operator :
          List.of(
              operator(sql()),
              operator(
                  Map.of(
                      "SUPABASE_URL", rest.supabase().toString(),
                      "SUPABASE_KEY", TestPostgrest.key("service_role").reveal())))) {
        Said table = operator.types("order refundable");
        assertThat(table.exit()).as(table.all()).isEqualTo(ExitCode.WARNING);
        assertThat(table.out())
            .contains("3 orders may be refunded: 2 ETH, 1000000 units of ")
            .contains("the buyer " + chain.buyer().brief())
            .contains("only the arbiter " + chain.arbiter().brief() + ", who decides it")
            .doesNotContain("ord_4", "ord_5", "reverts");
        JsonNode batch = batch(operator.types("order refundable -o safe"));
        assertThat(batch.at("/chainId").asString()).isEqualTo("31337");
        assertThat(batch.at("/transactions")).hasSize(2);
        assertThat(batch.at("/meta/description").asString())
            .contains("1 ETH, 1000000 units of", "2 orders: ord_1, ord_2")
            .contains("Left out: ord_3 (disputed: the arbiter decides it alone");
      }
    }
    Said named =
        operator(sql())
            .configured("[chain]\ntokens = [\"" + token.address() + " USDC 6\"]\n")
            .types("order refundable");
    assertThat(named.out()).contains("3 orders may be refunded: 2 ETH, 1 USDC");
    JsonNode orders = operator(sql()).types("order refundable -o json").json().path("orders");
    JsonNode batch = batch(operator(sql()).types("order refundable -o safe"));
    assertThatThrownBy(() -> chain.send(call(orders.path(0), chain.account(5))))
        .isInstanceOf(Reverted.class)
        .hasMessageContaining("NotAllowed");
    assertThatThrownBy(() -> chain.send(call(order(orders, "ord_3"), chain.buyer())))
        .isInstanceOf(Reverted.class);
    BigInteger before = chain.balance(chain.buyer());
    JsonNode first = order(orders, "ord_1");
    chain.send(call(first, chain.arbiter()));
    assertThat(chain.balance(chain.buyer())).isEqualTo(before.add(TestChain.ETHER));
    JsonNode ofToken =
        StreamSupport.stream(batch.path("transactions").spliterator(), false)
            .filter(one -> !one.path("data").equals(first.path("data")))
            .findFirst()
            .orElseThrow();
    chain.send(call(ofToken, chain.buyer()));
    assertThat(token.balance(chain.buyer())).isEqualTo(MILLION);
    Said left = operator(sql()).types("order refundable -o json");
    assertThat(left.json().path("orders")).hasSize(1);
    JsonNode nothing = batch(operator(sql()).types("order refundable -o safe"));
    assertThat(nothing.path("transactions")).isEmpty();
  }

  @Test
  void aCallThatWouldRevertStaysOutOfTheBatchAndSaysWhy() throws Exception {
    Address stubborn = chain.deploy("RefusingParty", registry.address());
    Terms plain = registry.terms("ord_1");
    Terms terms =
        new Terms(
            "ord_1", stubborn, chain.seller(), Address.ZERO, plain.amount(), plain.deadline());
    chain.send(registry.through(stubborn, registry.createCall(terms)));
    row(terms, registry.address(), "3 hours");
    placed(registry.terms("ord_2"));
    chain.increaseTime(Duration.ofHours(2));
    chain.mine(8);
    Said table = operator(sql()).types("order refundable");
    assertThat(table.out()).contains("(tried: reverts, TransferFailed(");
    JsonNode batch = batch(operator(sql()).types("order refundable -o safe"));
    assertThat(batch.path("transactions")).hasSize(1);
    assertThat(batch.at("/meta/description").asString())
        .contains("1 order: ord_2. Left out: ord_1 (the arbiter's call would revert, Transfer")
        .contains("nobody else may");
    Address other = chain.account(7);
    JsonNode others = batch(operator(sql()).types("order refundable -o safe --arbiter " + other));
    assertThat(others.path("transactions")).isEmpty();
    assertThat(others.at("/meta/description").asString())
        .contains("ord_2 (its arbiter is " + chain.arbiter());
  }

  @Test
  void aFreshLedgerTellsWhatIsDueAndABatchStillNeedsTheNode() throws Exception {
    TestVenue venue = new TestVenue(chain);
    venue.registry().create(venue.order("ord_1"));
    venue.registry().create(venue.order("ord_2"));
    chain.increaseTime(Duration.ofHours(2));
    chain.mine(8);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("DATABASE_URL", venue.orders().url().secretText());
    environment.put("RPC_URL", chain.url());
    environment.put("ESCROW_CONTRACT_ADDRESS", venue.registry().address().text());
    Said said = new Operator(directory, environment).types("order refundable");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out())
        .contains("2 orders may be refunded: 2 ETH (2 open orders, by the ledger)")
        .doesNotContain("tried");
    environment.put("RPC_URL", "http://127.0.0.1:9");
    Operator deaf = new Operator(directory, environment);
    Said safe = deaf.types("order refundable -o safe");
    assertThat(safe.exit()).as(safe.all()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(safe.out()).isEmpty();
  }

  @Test
  void aTradesContractIsPaidBackByItsArbiterAlone() throws Exception {
    TestTrade trade = chain.deployTrade("t-1");
    trade.deposit();
    TestTrade confirmed = chain.deployTrade("t-2");
    confirmed.deposit();
    confirmed.confirm();
    chain.mine(8);
    row("t-1", trade, "3 hours");
    row("t-2", confirmed, "3 hours");
    String toml =
        """
        [escrow]
        profile = "trade-instance"
        code-hash = "%s"
        """
            .formatted(TradeContract.mark(Hex.bytes(trade.contract().code())));
    Operator operator =
        new Operator(
                directory,
                Map.of(
                    "DATABASE_URL", database.url().secretText(),
                    "RPC_URL", chain.url()))
            .configured(toml);
    Said said = operator.types("order refundable");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out())
        .contains("1 order may be refunded: 1 ETH")
        .contains("no deadline; DEPOSITED since")
        .contains("the arbiter " + chain.arbiter().brief() + ": refund()");
    JsonNode call = batch(operator.types("order refundable -o safe")).at("/transactions/0");
    assertThatThrownBy(() -> chain.send(call(call, chain.buyer()))).isInstanceOf(Reverted.class);
    chain.send(call(call, chain.arbiter()));
    assertThat(trade.state()).isEqualTo(TestTrade.State.REFUNDED);
  }

  @Test
  void withoutAnybodyToAskItIsUnknownAndThereIsNoBatch() throws Exception {
    placed(registry.terms("ord_1"));
    Map<String, String> deaf = new HashMap<>(sql());
    deaf.put("RPC_URL", "http://127.0.0.1:9");
    Said table = operator(deaf).types("order refundable");
    assertThat(table.exit()).as(table.all()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(table.out()).contains("UNKNOWN: 1 of 1 open order").contains("refused");
    Said safe = operator(deaf).types("order refundable -o safe");
    assertThat(safe.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(safe.out()).isEmpty();
    assertThat(safe.err()).contains("UNKNOWN, no batch").contains("refused");
  }

  // ------------------------------------------------------------------------------------ the venue

  private static JsonNode batch(Said said) {
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    return said.json();
  }

  private static JsonNode order(JsonNode orders, String id) {
    return StreamSupport.stream(orders.spliterator(), false)
        .filter(one -> one.path("order").asString().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static Call call(JsonNode printed, Address from) {
    return Call.to(
        new Address(printed.path("to").asString()), from, printed.path("data").asString());
  }

  private Hash placed(Terms terms) throws SQLException {
    registry.create(terms);
    row(terms, registry.address(), "3 hours");
    return RegistryContract.key(terms);
  }

  private void row(String id, TestTrade trade, String age) throws SQLException {
    Terms terms = registry.terms(id);
    row(terms, trade.address(), age);
  }

  private void row(Terms terms, Address contract, String age) throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute())) {
      Rows.execute(
          connection,
          "INSERT INTO public.orders (id, state, buyer, seller, token, amount, escrow_contract,"
              + " created_at, updated_at) VALUES (?, 'PENDING', ?, ?, ?, ?, ?,"
              + " now() - ?::interval, now() - ?::interval)",
          terms.orderId(),
          terms.buyer().text(),
          terms.seller().text(),
          terms.token().text(),
          new BigDecimal(terms.amount()),
          contract.text(),
          age,
          age);
    }
  }

  private Operator operator(Map<String, String> door) {
    Map<String, String> environment = new HashMap<>(door);
    environment.putIfAbsent("RPC_URL", chain.url());
    environment.put("ESCROW_CONTRACT_ADDRESS", registry.address().text());
    return new Operator(directory, environment);
  }

  private Map<String, String> sql() {
    return Map.of("DATABASE_URL", database.url().secretText());
  }
}
