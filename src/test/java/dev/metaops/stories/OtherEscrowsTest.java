package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.Deployment;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.Escrows;
import dev.metaops.escrow.KeyRule;
import dev.metaops.escrow.StatusFunction;
import dev.metaops.escrow.TradeContract;
import dev.metaops.escrow.Words;
import dev.metaops.order.ChainView;
import dev.metaops.order.Judge;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import dev.metaops.order.RowView;
import dev.metaops.order.Verdict;
import dev.metaops.reconcile.Evidence;
import dev.metaops.reconcile.Inspector;
import dev.metaops.reconcile.Registry;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestContract;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestToken;
import dev.metaops.testing.TestTrade;
import dev.metaops.testing.TestTradeFactory;
import dev.metaops.testing.TestVenue;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Escrow contracts that are not the reference registry, followed and verified. */
class OtherEscrowsTest {
  private static final String FACTORY_EVENT =
      "TradeCreated(bytes32 indexed tradeHash, address indexed trade, address depositor, address"
          + " counterparty, uint256 amount) key=trade";
  private static final BigInteger HALF = TestChain.ETHER.divide(BigInteger.TWO);

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue base = new TestVenue(chain);

  // --------------------------------------------------------------------------- a contract per
  // order

  @Test
  void aTradeOfTheFactoryGoesEveryStepAndIsPaidInParts() throws SQLException {
    TestTradeFactory factory = chain.deployTradeFactory();
    TestVenue venue =
        base.settlingThrough(perOrder(Optional.of(factory.address()), Optional.empty()));
    TestTrade.Terms terms = TestTrade.Terms.of(chain, "t-1");
    insert("t-1", factory.addressOf(terms), TestChain.ETHER);
    try (HandDriven follower = HandDriven.of(venue)) {
      TestTrade trade = factory.create(terms);
      trade.deposit();
      follower.catchUp();
      assertThat(venue.state("t-1")).isEqualTo("DEPOSITED");
      trade.confirm();
      trade.execute();
      trade.release(HALF);
      chain.mine(8);
      follower.catchUp();
      assertThat(venue.state("t-1")).isEqualTo("TRADED");
      trade.releaseAll();
      follower.catchUp();
      assertThat(venue.state("t-1")).as("not final yet").isEqualTo("TRADED");
      chain.mine(8);
      follower.catchUp();
      assertThat(venue.state("t-1")).isEqualTo("SETTLED");
      assertThat(venue.changes("t-1"))
          .containsExactly(
              "CREATED to PENDING",
              "PENDING to DEPOSITED",
              "DEPOSITED to CONFIRMED",
              "CONFIRMED to TRADED",
              "TRADED to SETTLED");
      assertThat(follower.ledger().followed(31_337)).isEmpty();
    }
  }

  @Test
  void aRowThatComesAfterItsEventsIsCaughtUpWithAndAStrangersContractIsNot() throws SQLException {
    TestTrade trade = chain.deployTrade("t-2");
    TestContract stranger = chain.deployContract("AnyEvent");
    TestVenue venue = base.settlingThrough(perOrder(Optional.empty(), Optional.of(mark(trade))));
    try (HandDriven follower = HandDriven.of(venue)) {
      trade.deposit();
      chain.mine(8);
      follower.catchUp();
      trade.confirm();
      follower.catchUp();
      insert("t-2", trade.address(), TestChain.ETHER);
      insert("t-x", stranger.address(), TestChain.ETHER);
      stranger.send(
          "log",
          (Object)
              new byte[][] {topic("Deposited(address,uint256)"), Words.of(chain.buyer()).bytes()},
          Hex.bytes("0x%064x".formatted(TestChain.ETHER)));
      chain.mine(8);
      follower.catchUp();
      assertThat(venue.state("t-2")).isEqualTo("CONFIRMED");
      assertThat(venue.changes("t-2"))
          .containsExactly("CREATED to PENDING", "PENDING to DEPOSITED", "DEPOSITED to CONFIRMED");
      assertThat(venue.state("t-x")).isEqualTo("CREATED");
      assertThat(follower.ledger().followed(31_337)).containsExactly(trade.address());
    }
    Verdict verdict =
        verdict(venue, "t-x", "CREATED", stranger.address(), Words.of(stranger.address()));
    assertThat(verdict.code()).isEqualTo(Verdict.Code.UNKNOWN);
  }

  @Test
  void aDepositOfAnotherAmountIsForPeople() throws SQLException {
    TestTrade trade = chain.deployTrade("t-3");
    TestVenue venue = base.settlingThrough(perOrder(Optional.empty(), Optional.of(mark(trade))));
    insert("t-3", trade.address(), HALF);
    trade.deposit();
    trade.confirm();
    trade.releaseAll();
    chain.mine(8);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
    }
    assertThat(venue.state("t-3")).isEqualTo("CREATED");
    assertThat(venue.one("SELECT folded_state FROM metaops.order_status WHERE order_id = 't-3'"))
        .isEqualTo("CONFLICT");
  }

  @Test
  void whomATradeWaitsForIsSaidAtEveryStep() {
    TestTrade trade = chain.deployTrade("t-4");
    TestVenue venue = base.settlingThrough(perOrder(Optional.empty(), Optional.of(mark(trade))));
    chain.mine(8);
    assertThat(sentence(venue, trade, "CREATED")).contains("nothing deposited yet: the depositor");
    trade.deposit();
    chain.mine(8);
    assertThat(sentence(venue, trade, "DEPOSITED")).contains("the counterparty to confirm");
    trade.confirm();
    chain.mine(8);
    assertThat(sentence(venue, trade, "CONFIRMED")).contains("depositor to trade", "arbiter's");
    trade.execute();
    trade.release(HALF);
    chain.mine(8);
    assertThat(sentence(venue, trade, "TRADED")).contains("arbiter's signature to release");
    trade.releaseAll();
    assertThat(sentence(venue, trade, "TRADED")).contains("released on chain, not final yet");
    chain.mine(8);
    assertThat(sentence(venue, trade, "SETTLED")).contains("finished");
    assertThat(sentence(venue, trade, "TRADED")).contains("the chain released it");
    OrderTerms terms = terms("t-4", trade.address(), Words.of(trade.address()), TestChain.ETHER);
    Evidence evidence = inspector(venue).inspect(terms, 0, TestPostgres.minute());
    assertThat(evidence)
        .isInstanceOfSatisfying(
            Evidence.Found.class, found -> assertThat(found.storage()).contains("COMPLETE"));
    assertThat(inspector(venue).sweep(List.of(terms), TestPostgres.minute()).get("t-4"))
        .isInstanceOfSatisfying(
            ChainView.Seen.class, seen -> assertThat(seen.settled().text()).isEqualTo("SETTLED"));
  }

  @Test
  void withoutFactoryOrCodeHashNoContractIsTheVenues() {
    TestTrade trade = chain.deployTrade("t-5");
    TestVenue venue = base.settlingThrough(perOrder(Optional.empty(), Optional.empty()));
    chain.mine(8);
    assertThat(sentence(venue, trade, "CREATED"))
        .contains("nothing says that", mark(trade).text(), "escrow.code-hash is not set");
  }

  private static Escrows perOrder(Optional<Address> factory, Optional<Hash> code) {
    return new Escrows(
        EscrowProfile.perOrder(
            factory.map(address -> new EscrowProfile.Factory(address, FACTORY_EVENT)), code),
        List.of());
  }

  private static Hash mark(TestTrade trade) {
    return TradeContract.mark(Hex.bytes(trade.contract().code()));
  }

  private String sentence(TestVenue venue, TestTrade trade, String state) {
    return verdict(venue, "t", state, trade.address(), Words.of(trade.address())).sentence();
  }

  // -------------------------------------------------------------------------- one contract, any
  // ABI

  @Test
  void ordersKnownByANumberAreFollowedByConfiguration() throws SQLException {
    TestContract contract = chain.deployContract("NumberedOrders");
    Escrows escrows =
        Escrows.of(
            EscrowProfile.mapped(
                EscrowAbi.parse(contract.artifact().abi()),
                Map.of(
                    EscrowKind.CREATED, "OrderFunded",
                    EscrowKind.RELEASED, "OrderPaid to=seller",
                    EscrowKind.REFUNDED, "OrderReturned(uint256,address,uint256) to=buyer"),
                Optional.of(
                    StatusFunction.parse(
                        "orders(uint256) word=3 0=none 1=held 2=released 3=refunded"))),
            contract.address());
    TestVenue venue = base.settlingThrough(escrows);
    insertKeyed("7", contract.address(), KeyRule.UINT_ID);
    insertKeyed("8", contract.address(), KeyRule.UINT_ID);
    for (long id : new long[] {7, 8}) {
      contract.send("fund", BigInteger.valueOf(id), chain.buyer(), chain.seller(), TestChain.ETHER);
    }
    contract.send("pay", BigInteger.valueOf(7));
    contract.send("giveBack", BigInteger.valueOf(8));
    chain.mine(8);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
    }
    assertThat(venue.state("7")).isEqualTo("SETTLED");
    assertThat(venue.state("8")).isEqualTo("REFUNDED");
    Hash key = new Hash("0x" + "0".repeat(63) + "7");
    assertThat(verdict(venue, "7", "PENDING", contract.address(), key).code())
        .isEqualTo(Verdict.Code.ROW_BEHIND);
    assertThat(
            inspector(venue)
                .inspect(
                    terms("7", contract.address(), key, TestChain.ETHER), 0, TestPostgres.minute()))
        .isInstanceOfSatisfying(
            Evidence.Found.class, found -> assertThat(found.storage()).contains("RELEASED"));
  }

  @Test
  void ordersKnownByTheHashOfTheirNameAreFollowedWithoutAStorageView() throws SQLException {
    TestContract contract = chain.deployContract("NamedOrders");
    Escrows escrows =
        Escrows.of(
            EscrowProfile.mapped(
                EscrowAbi.parse(contract.artifact().abi()),
                Map.of(
                    EscrowKind.CREATED, "EscrowCreated",
                    EscrowKind.RELEASED, "EscrowReleased",
                    EscrowKind.CANCELLED, "EscrowCancelled"),
                Optional.empty()),
            contract.address());
    TestVenue venue = base.settlingThrough(escrows);
    for (String id : List.of("n-1", "n-2", "n-3")) {
      insertKeyed(id, contract.address(), KeyRule.KECCAK_ID);
      contract.send("create", id, TestChain.ETHER, chain.buyer(), chain.seller());
    }
    contract.send("release", "n-1");
    contract.send("cancel", "n-2");
    contract.send("refund", "n-3");
    chain.mine(8);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
    }
    assertThat(venue.state("n-1")).isEqualTo("SETTLED");
    assertThat(venue.state("n-2")).isEqualTo("CANCELLED");
    assertThat(venue.state("n-3")).as("its event is not mapped").isEqualTo("PENDING");
    assertThat(venue.one("SELECT count(*) FROM metaops.quarantine")).isEqualTo("0");
    Hash key = TestTrade.hashOf("n-1");
    assertThat(
            inspector(venue)
                .inspect(
                    terms("n-1", contract.address(), key, TestChain.ETHER),
                    0,
                    TestPostgres.minute()))
        .isInstanceOfSatisfying(
            Evidence.Found.class,
            found -> {
              assertThat(found.storage()).isEmpty();
              assertThat(found.view().settled().text()).isEqualTo("SETTLED");
            });
  }

  // --------------------------------------------------------------------- deployments and
  // quarantine

  @Test
  void anOrderInATokenGoesLikeAnyOther() throws SQLException {
    TestToken token = chain.deployToken();
    Terms coin = base.registry().terms("e-1");
    Terms terms =
        new Terms(
            "e-1", coin.buyer(), coin.seller(), token.address(), coin.amount(), coin.deadline());
    Hash key = EscrowKey.of(terms);
    base.insert(terms, key);
    token.provide(chain.buyer(), base.registry().address(), terms.amount());
    base.registry().create(terms);
    base.registry().release(key);
    chain.mine(8);
    try (HandDriven follower = HandDriven.of(base)) {
      follower.catchUp();
    }
    assertThat(base.state("e-1")).isEqualTo("SETTLED");
    OrderTerms row =
        OrderTerms.whole(
            "e-1",
            chain.buyer(),
            chain.seller(),
            token.address(),
            terms.amount(),
            base.registry().address(),
            key);
    assertThat(inspector(base).inspect(row, 0, TestPostgres.minute()))
        .isInstanceOfSatisfying(
            Evidence.Found.class,
            found -> assertThat(found.view().settled().text()).isEqualTo("SETTLED"));
    assertThat(verdict(base, "e-1", "SETTLED", base.registry().address(), key).code())
        .as("the same order in coins is another one")
        .isEqualTo(Verdict.Code.CONFLICT);
  }

  @Test
  void aDrainedDeploymentCountsUpToItsLastBlock() throws SQLException {
    Terms early = base.order("d-1");
    base.registry().create(early);
    long last = chain.latest().number();
    Terms late = base.order("d-2");
    base.registry().create(late);
    chain.mine(8);
    TestVenue venue =
        base.settlingThrough(
            new Escrows(
                TestVenue.profile(),
                List.of(
                    new Deployment(base.registry().address(), 0, Optional.of(last)),
                    new Deployment(chain.deployRegistry().address(), last, Optional.empty()))));
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
    }
    assertThat(venue.state("d-1")).isEqualTo("PENDING");
    assertThat(venue.state("d-2")).isEqualTo("CREATED");
  }

  @Test
  void aLogThatCannotBeReadHoldsBackItsOrderOnly() throws SQLException {
    TestContract contract = chain.deployContract("AnyEvent");
    TestVenue venue = base.settlingThrough(Escrows.of(TestVenue.profile(), contract.address()));
    for (String id : List.of("q-1", "q-2")) {
      Terms terms = base.registry().terms(id);
      venue.insert(terms, contract.address(), EscrowKey.of(terms));
    }
    Hash held = key("q-1");
    Hash free = key("q-2");
    says(contract, held, "EscrowReleased(bytes32,address,uint256)", "");
    says(contract, free, "EscrowDisputed(bytes32,address)", "");
    says(contract, held, "Sung(bytes32,address)", "");
    chain.mine(8);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
    }
    String heldBy = "SELECT coalesce(held_by, '-') FROM metaops.order_status WHERE order_id = '";
    assertThat(venue.one(heldBy + "q-1'")).startsWith("block ");
    assertThat(venue.one(heldBy + "q-2'")).isEqualTo("-");
    assertThat(venue.one("SELECT count(*) FROM metaops.quarantine")).isEqualTo("1");
    assertThat(verdict(venue, "q-1", "CREATED", contract.address(), held).code())
        .isEqualTo(Verdict.Code.UNKNOWN);
  }

  private Hash key(String id) {
    return EscrowKey.of(base.registry().terms(id));
  }

  private void says(TestContract contract, Hash key, String event, String data) {
    contract.send(
        "log",
        (Object) new byte[][] {topic(event), key.bytes(), Words.of(chain.buyer()).bytes()},
        Hex.bytes("0x" + data));
  }

  // ----------------------------------------------------------------------------------------
  // finality

  @Test
  void aChainThatMakesNothingFinalIsNoReasonToCallAnOrderStuck() {
    Terms terms = base.order("f-1");
    Hash key = base.registry().create(terms).key();
    chain.mine(8);
    chain.increaseTime(Duration.ofHours(1));
    base.registry().release(key);
    Verdict verdict = verdict(base, "f-1", "PENDING", base.registry().address(), key);
    assertThat(verdict.code()).isEqualTo(Verdict.Code.NOT_FINAL);
    assertThat(verdict.sentence()).startsWith("released on chain, waiting for finality since 2");
  }

  // -------------------------------------------------------------------------------------------
  // parts

  private Verdict verdict(TestVenue venue, String id, String state, Address contract, Hash key) {
    Evidence evidence =
        inspector(venue)
            .inspect(terms(id, contract, key, TestChain.ETHER), 0, TestPostgres.minute());
    Instant now = chain.now();
    return Judge.judge(
        new RowView(id, state, OrderState.parse(state), now.plus(Duration.ofHours(1))),
        evidence.view(),
        now);
  }

  private Inspector inspector(TestVenue venue) {
    return new Inspector(
        venue.provider(),
        new Registry(
            Optional.empty(), venue.escrows(), new SettleOn.Finalized(), Duration.ofMinutes(30)));
  }

  private OrderTerms terms(String id, Address contract, Hash key, BigInteger amount) {
    return OrderTerms.whole(id, chain.buyer(), chain.seller(), Address.ZERO, amount, contract, key);
  }

  private void insert(String id, Address contract, BigInteger amount) {
    base.insert(base.registry().terms(id, amount), contract, Words.of(contract));
  }

  private void insertKeyed(String id, Address contract, KeyRule rule) {
    Hash key =
        rule.keyOf(
                id,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())
            .orElseThrow();
    base.insert(base.registry().terms(id), contract, key);
  }

  private static byte[] topic(String signature) {
    return TestTrade.hashOf(signature).bytes();
  }
}
