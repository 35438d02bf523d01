package dev.metaops.stories;

import static dev.metaops.testing.Drawn.json;
import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.checkup.StatusAnswers;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.DatabaseCommand;
import dev.metaops.command.EventsCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.command.FreezeCommand;
import dev.metaops.command.ListenerCommand;
import dev.metaops.command.Shared;
import dev.metaops.command.StatusCommand;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.database.DatabaseAnswers;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.Escrows;
import dev.metaops.events.EventsAnswers;
import dev.metaops.events.ListenerAnswers;
import dev.metaops.intervention.FreezeAnswers;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.Beside;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Followed;
import dev.metaops.listen.Follower;
import dev.metaops.listen.Proving;
import dev.metaops.listen.Watched;
import dev.metaops.page.Listing;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.store.Database;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestRegistry;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * A venue with a real chain and a real database, as an operator sees it: quiet, behind, phantom,
 * dead, frozen.
 */
class WatchedVenueTest {
  private static final Duration LEASE = Duration.ofMinutes(1);

  @TempDir Path directory;

  private final TestChain chain = TestChain.start();
  private final TestRegistry registry = chain.deployRegistry();
  private final Database database = TestPostgres.withOrdersSchema();
  private Connection connection;
  private LedgerStore ledger;
  private Lease lease;

  @BeforeEach
  void followFromHere() throws SQLException {
    chain.mine(8);
    connection = database.connect(TestPostgres.minute());
    ledger = new LedgerStore(connection);
    Header start = chain.latest();
    ledger.openStream(31_337, start, new SettleOn.Finalized());
    lease = ledger.takeLease(31_337, "story/1", Optional.empty(), LEASE).orElseThrow();
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    chain.close();
  }

  // ------------------------------------------------------------------------------------- stories

  @Test
  void aQuietVenueSaysSoAndItsEventsMatchTheirRows() throws Exception {
    Hash key = placeAndFund("ord_1");
    registry.release(key);
    finalizeHead();
    placeAndFund("ord_2");
    follow();
    assertThat(text(status()))
        .startsWith("All quiet: 1 order open, 1 ETH in escrow, the ledger is ");
    assertThat(status().exit()).isEqualTo(ExitCode.FINE);
    assertThat(json(events()).path("totals").toString())
        .as("the deployment's own event is listed and stops nothing")
        .isEqualTo("{\"MATCHED\":3,\"UNMAPPED\":1}");
    assertThat(events().exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(listener())).startsWith("Listener: following, ");
    assertThat(listener().exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(updates())).contains("3 by the listener").contains("PENDING to SETTLED");
    assertThat(updates().exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void whatTheListenerHasNotReadYetIsBehindAndTheContractItselfIsAsked() throws Exception {
    Hash key = placeAndFund("ord_1");
    follow();
    registry.release(key);
    finalizeHead();
    ledger.giveUp(lease);
    Answer status = status();
    assertThat(text(status))
        .contains("Listener dead since ")
        .contains(": 1 order behind the chain, 1 ETH")
        .contains("1 ROW_BEHIND (by the contract, reached 1 of 1)")
        .contains("metaops order check-stuck");
    assertThat(status.exit()).isEqualTo(ExitCode.CRITICAL);
    Answer events = events();
    assertThat(totals(events)).isEqualTo("{\"MATCHED\":1,\"ROW_BEHIND\":1}");
    assertThat(text(events)).contains("next: metaops order verify ord_1");
    assertThat(events.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(listener().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(listener())).contains("dead since").contains("nobody holds the lease");
  }

  @Test
  void anEndingThatIsNotFinalIsNoDifference() throws Exception {
    Hash key = placeAndFund("ord_1");
    registry.release(key);
    follow();
    assertThat(totals(events())).isEqualTo("{\"MATCHED\":1,\"NOT_FINAL\":1}");
    assertThat(events().exit()).isEqualTo(ExitCode.FINE);
    assertThat(status().exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void whatTheLedgerCountsAndTheChainTookBackIsAPhantom() throws Exception {
    insert("ord_1");
    chain.mine(1);
    fund("ord_1");
    follow();
    chain.reorg(1);
    Answer events = events();
    assertThat(totals(events)).isEqualTo("{\"PHANTOM\":1}");
    assertThat(text(events))
        .contains("its block is not on the chain")
        .contains("metaops order verify ord_1");
    assertThat(events.exit()).isEqualTo(ExitCode.WARNING);
    chain.mine(2);
    follow();
    assertThat(totals(events())).isEqualTo("{}");
  }

  @Test
  void anEventTheLedgerPassedWithoutHoldingItIsMissed() throws Exception {
    placeAndFund("ord_1");
    follow();
    try (var statement = connection.createStatement()) {
      statement.execute("UPDATE metaops.event SET canonical = false");
    }
    assertThat(totals(events())).isEqualTo("{\"MISSED\":1}");
  }

  @Test
  void anEscrowNobodyOrderedHasNoRow() throws Exception {
    fund("ord_unknown");
    follow();
    Answer events = events();
    assertThat(totals(events)).isEqualTo("{\"NO_ROW\":1}");
    assertThat(text(events)).contains("ord_unknown");
  }

  @Test
  void withTheDatabaseDownTheEventsAreListedAndThatIsSaid() throws Exception {
    placeAndFund("ord_1");
    Map<String, String> down = new HashMap<>(environment());
    down.put("DATABASE_URL", "postgres://a:b@127.0.0.1:1/none");
    Answer events = new EventsAnswers().to(recent("escrow"), conversation(down));
    assertThat(totals(events)).isEqualTo("{\"LISTED\":1}");
    assertThat(events.notes().toString()).contains("not compared").contains("connection refused");
    assertThat(events.exit()).isEqualTo(ExitCode.WARNING);
  }

  @Test
  void aContractThatIsNotConfiguredIsRefused() {
    Answer events = new EventsAnswers().to(recent("vault"), conversation(environment()));
    assertThat(text(events)).contains("--contract: vault (expected: escrow, which is 0x");
    assertThat(events.exit()).isEqualTo(ExitCode.COULD_NOT);
  }

  @Test
  void onlyTheWindowIsRead() throws Exception {
    placeAndFund("ord_1");
    follow();
    chain.increaseTime(Duration.ofHours(5));
    chain.mine(40);
    Answer none =
        new EventsAnswers()
            .to(
                new EventsCommand.Recent(
                    "escrow",
                    Duration.ofMillis(1),
                    EventsCommand.Compare.WITH_ROWS,
                    new Listing.All()),
                conversation(environment()));
    assertThat(json(none).path("from_block").asLong()).isGreaterThan(chain.latest().number() - 40);
    assertThat(totals(none)).isEqualTo("{}");
  }

  @Test
  void aFreezeHoldsRowsBackAndEveryScreenSaysSo() throws Exception {
    insert("ord_1");
    Answer frozen =
        new FreezeAnswers()
            .to(
                new FreezeCommand.Freeze(Optional.of("rows look odd")),
                conversation(environment()));
    assertThat(text(frozen))
        .isEqualTo(
            "frozen: metaops writes no order row until lifted (recorded in the orders database)\n");
    fund("ord_1");
    follow();
    assertThat(text(status()))
        .contains("Frozen, and 1 order contradicts the chain, 1 ETH")
        .contains("FROZEN since ")
        .contains("rows look odd")
        .contains("metaops unfreeze");
    assertThat(text(listener())).contains("; frozen since ");
    assertThat(listener().exit()).isEqualTo(ExitCode.WARNING);
    Answer lifted =
        new FreezeAnswers()
            .to(new FreezeCommand.Unfreeze(Optional.empty()), conversation(environment()));
    assertThat(lifted.exit()).isEqualTo(ExitCode.FINE);
    chain.mine(1);
    follow();
    assertThat(text(status())).startsWith("All quiet: 1 order open");
  }

  @Test
  void anEditByHandIsUnattributed() throws Exception {
    insert("ord_1");
    try (var statement = connection.createStatement()) {
      statement.execute("UPDATE public.orders SET notes = 'looked at it'");
    }
    assertThat(text(updates())).contains("1 unattributed");
    assertThat(updates().exit()).isEqualTo(ExitCode.WARNING);
  }

  // --------------------------------------------------------------------------------------- world

  private Hash placeAndFund(String id) throws SQLException {
    insert(id);
    return fund(id);
  }

  private final Map<String, Terms> terms = new HashMap<>();

  private Terms terms(String id) {
    return terms.computeIfAbsent(id, registry::terms);
  }

  private Hash fund(String id) {
    return registry.create(terms(id)).key();
  }

  private void insert(String id) throws SQLException {
    Terms agreed = terms(id);
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key)"
                + " VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, agreed.buyer().text());
      insert.setString(3, agreed.seller().text());
      insert.setBigDecimal(4, new BigDecimal(agreed.amount()));
      insert.setString(5, registry.address().text());
      insert.setString(6, EscrowKey.of(agreed).text());
      insert.execute();
    }
  }

  private void finalizeHead() {
    chain.finalizeBlock(chain.latest().ref());
  }

  private void follow() throws SQLException, IOException {
    Providers providers =
        Providers.of(
            new Provider(
                new JsonRpc(
                    Endpoint.parse("anvil", chain.url()),
                    Patience.ONCE,
                    SystemTicker.SYSTEM,
                    new SplittableRandom(1))),
            SystemTicker.SYSTEM);
    Follower follower =
        new Follower(
            new Watched(
                Optional.of(31_337L),
                Escrows.of(profile(), registry.address()),
                new SettleOn.Finalized(),
                200),
            providers,
            new Proving(providers, Assurance.FULL, SystemTicker.SYSTEM),
            ledger,
            lease,
            new EventLog(directory, _ -> {}, SystemTicker.SYSTEM),
            Beside.inTurn(TestPostgres::minute),
            _ -> {});
    Followed followed = follower.step(TestPostgres.minute());
    while (!(followed instanceof Followed.AtHead)) {
      assertThat(followed).isInstanceOf(Followed.Advanced.class);
      followed = follower.step(TestPostgres.minute());
    }
  }

  private static EscrowProfile profile() throws IOException {
    try (var abi = WatchedVenueTest.class.getResourceAsStream("/contracts/RegistryEscrow.json")) {
      return EscrowProfile.registry(
          EscrowAbi.parse(new String(abi.readAllBytes(), StandardCharsets.UTF_8)));
    }
  }

  private Answer status() {
    return new StatusAnswers().to(new StatusCommand.Show(), conversation(environment()));
  }

  private Answer listener() {
    return new ListenerAnswers().to(new ListenerCommand.Status(), conversation(environment()));
  }

  private Answer updates() {
    return new DatabaseAnswers()
        .to(
            new DatabaseCommand.Updates(Duration.ofMinutes(30), new Listing.All()),
            conversation(environment()));
  }

  private Answer events() {
    return new EventsAnswers().to(recent("escrow"), conversation(environment()));
  }

  private static EventsCommand.Recent recent(String contract) {
    return new EventsCommand.Recent(
        contract, Duration.ofHours(1), EventsCommand.Compare.WITH_ROWS, new Listing.All());
  }

  private Map<String, String> environment() {
    return Map.of(
        "METAOPS_DATA_DIR", directory.toString(),
        "DATABASE_URL", database.url().secretText(),
        "RPC_URL", chain.url(),
        "ESCROW_CONTRACT_ADDRESS", registry.address().text());
  }

  private Conversation conversation(Map<String, String> environment) {
    return new Conversation(
        Configuration.read(
            new Where(
                environment,
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.IGNORED,
                directory,
                directory)),
        Shared.STANDARD,
        TestPerson.NOBODY,
        SystemTicker.SYSTEM);
  }

  /** By verdict, but for what means nothing for orders: deploying the contract is such an event. */
  private static String totals(Answer events) {
    ObjectNode totals = (ObjectNode) json(events).path("totals");
    totals.remove("UNMAPPED");
    return totals.toString();
  }
}
