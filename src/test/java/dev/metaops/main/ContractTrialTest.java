package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.store.Database;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** {@code contract test}: what a contract answers, what it holds, what orders claim of it. */
class ContractTrialTest extends ContractCommands {
  @Test
  void aContractThatAnswersAsTheRegistryPassesAndOneThatDoesNotIsNamed() {
    Said said = run("manual-contract-test full");
    assertThat(said.exit()).as(said.text()).isEqualTo(ExitCode.FINE);
    assertThat(said.text()).containsPattern("FINE +escrowOf\\(unused key\\) +NONE");
    environment.put(
        "ESCROW_CONTRACT_ADDRESS", chain.deploy("RefusingParty", registry.address()).text());
    expect("contract test functions", ExitCode.CRITICAL, "function-wrong", "refuses");
  }

  @Test
  void anEscrowShortByOneWeiIsFoundAndASurplusIsANote() {
    registry.create("o-1");
    assertThat(run("contract test state").exit()).isEqualTo(ExitCode.FINE);
    chain.setBalance(registry.address(), TestChain.ETHER.subtract(BigInteger.ONE));
    settle();
    expect("contract test state", ExitCode.CRITICAL, "escrow-short", "SHORT by 1 base units");
    chain.setBalance(registry.address(), TestChain.ETHER.add(BigInteger.ONE));
    settle();
    expect("contract test state", ExitCode.FINE, "escrow-surplus", "1 base units more");
  }

  @Test
  void openOrdersAreLaidBesideTheEscrow() throws SQLException {
    Database database = TestPostgres.withOrdersSchema();
    environment.put("DATABASE_URL", database.url().secretText());
    try (Connection connection = database.connect(TestPostgres.minute())) {
      new LedgerStore(connection).guard("absent");
    }
    Terms held = registry.terms("o-1");
    insert(database, held, "PENDING");
    expect(
        "contract test state", ExitCode.CRITICAL, "orders-without-escrow", "1 ETH without escrow");
    registry.create(held);
    assertThat(run("contract test state").exit()).as("created, not final").isEqualTo(ExitCode.FINE);
    settle();
    assertThat(run("contract test state").exit()).isEqualTo(ExitCode.FINE);
    registry.release(EscrowKey.of(held));
    assertThat(run("contract test state").exit())
        .as("released, not final: the row may still say PENDING")
        .isEqualTo(ExitCode.FINE);
    settle();
    expect("contract test state", ExitCode.CRITICAL, "orders-without-escrow", "order check-stuck");
    registry.create("o-2");
    registry.create("o-3");
    settle();
    expect(
        "contract test state", ExitCode.WARNING, "escrow-without-orders", "no open order claims");
  }

  @Test
  void withTheDatabaseDownTheRestIsStillTested() {
    environment.put(
        "DATABASE_URL", "postgres://a:b@127.0.0.1:" + FakeServer.closedPort() + "/venue");
    Said said = run("contract test state");
    assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.text())
        .containsPattern("FINE +balance of the chain's coin")
        .contains("not compared: database ")
        .contains("connection refused");
    pin();
    assertThat(run("contract verify full").exit()).isEqualTo(ExitCode.FINE);
  }

  private void insert(Database database, Terms terms, String state) throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute());
        var insert =
            connection.prepareStatement(
                "INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key,"
                    + " state) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, terms.orderId());
      insert.setString(2, terms.buyer().text());
      insert.setString(3, terms.seller().text());
      insert.setBigDecimal(4, new BigDecimal(terms.amount()));
      insert.setString(5, registry.address().text());
      insert.setString(6, EscrowKey.of(terms).text());
      insert.setString(7, state);
      insert.execute();
    }
  }
}
