package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.testing.Artifact;
import dev.metaops.testing.Receipt;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestTrade;
import dev.metaops.testing.TestTrade.Terms;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What a follower sees of a trade: its events, its questions, its terms. */
class TradeShapeTest {
  @AutoClose static final TestChain chain = TestChain.start();

  private final Address depositor = chain.buyer();
  private final Address counterparty = chain.seller();
  private final Address arbiter = chain.arbiter();
  private final Address stranger = chain.account(7);
  private final TestTrade trade = chain.deployTrade("order-1");

  /** First topics as the venue's own contracts have them on chain. */
  @Test
  void theEventsAreTheVenuesEvents() {
    logged(
        trade.deposit(),
        "0x2da466a7b24304f47e87fa2e1e5a81b9831ce54fec19055ce277ca2f39ba42c4",
        depositor,
        word(TestChain.ETHER));
    logged(
        trade.confirm(),
        "0xd415b905d4dd806bfba99a7a0e6351bd0c9db3a9912add21c0e6bef4479f673f",
        counterparty,
        "");
    logged(
        trade.execute(),
        "0xd30b6021621ff4885c6b36e2f5770586e6e89773b318e5d13f38be22822100e1",
        depositor,
        word(1) + word(96) + word(1L << 40) + word(2) + word(depositor) + word(counterparty));
    logged(
        trade.release(BigInteger.TEN),
        "0x221c08a06b07a64803b3787861a3f276212fcccb51c2e6234077a9b8cb13047a",
        counterparty,
        word(10));

    TestTrade other = chain.deployTrade("order-2");
    other.deposit();
    logged(
        other.refund(),
        "0xd7dee2702d63ad89917b6a4da9981c90c4d24f8c2bdfd64c604ecae57d8d0651",
        depositor,
        word(TestChain.ETHER));
  }

  @Test
  void theQuestionsAreTheVenuesQuestions() {
    Map.of(
            "currentState", "0x0c3f6acf",
            "depositor", "0xc7c4ff46",
            "token", "0xfc0c546a",
            "counterparty", "0xc3df6546",
            "arbiter", "0xfe25e00a",
            "tradeHash", "0x4db9afec",
            "deposit", "0xd0e30db0",
            "confirmTrade", "0x4006b29d",
            "refund", "0x590e1ae3")
        .forEach((name, selector) ->
            assertThat(Artifact.of("TradeEscrow").call(name)).isEqualTo(selector));
    assertThat(trade.executeCall(List.of()).data()).startsWith("0xde1e860c");
  }

  @Test
  void itKnowsItsTerms() {
    assertThat(trade.contract().account("depositor")).isEqualTo(depositor);
    assertThat(trade.contract().account("counterparty")).isEqualTo(counterparty);
    assertThat(trade.contract().account("token")).isEqualTo(Address.ZERO);
    assertThat(trade.contract().number("amount")).isEqualTo(TestChain.ETHER);
    assertThat(trade.contract().account("arbiter")).isEqualTo(arbiter);
    assertThat(trade.contract().hash("tradeHash")).isEqualTo(TestTrade.hashOf("order-1"));
  }

  @Test
  void nobodyTradesWithThemselves() {
    Terms terms = Terms.of(chain, "order-1");
    for (Terms wrong :
        List.of(
            terms.withParties(Address.ZERO, counterparty),
            terms.withParties(depositor, Address.ZERO),
            terms.withParties(depositor, depositor),
            terms.withParties(arbiter, counterparty),
            terms.withParties(depositor, arbiter),
            new Terms(
                depositor,
                counterparty,
                Address.ZERO,
                TestChain.ETHER,
                Address.ZERO,
                terms.tradeHash()))) {
      assertThatThrownBy(() -> chain.deployTrade(wrong))
          .isInstanceOf(Reverted.class)
          .hasMessage(
              "InvalidParties(%s, %s, %s)"
                  .formatted(wrong.depositor(), wrong.counterparty(), wrong.arbiter()));
    }
  }

  @Test
  void aTradeIsAboutCoinsAndSomeOfThem() {
    Terms terms = Terms.of(chain, "order-1");
    assertThatThrownBy(() -> chain.deployTrade(terms.withAmount(BigInteger.ZERO)))
        .hasMessage("ZeroAmount()");
    Terms inTokens =
        new Terms(depositor, counterparty, stranger, TestChain.ETHER, arbiter, terms.tradeHash());
    assertThatThrownBy(() -> chain.deployTrade(inTokens))
        .hasMessage("UnsupportedToken(" + stranger + ")");
  }

  private static void logged(Receipt receipt, String topic, Address who, String data) {
    assertThat(receipt.logs()).hasSize(1);
    Log log = receipt.logs().getFirst();
    assertThat(log.topics()).containsExactly(new Hash(topic), new Hash("0x" + word(who)));
    assertThat(log.data()).isEqualTo("0x" + data);
  }

  private static String word(long number) {
    return word(BigInteger.valueOf(number));
  }

  private static String word(BigInteger number) {
    return "%064x".formatted(number);
  }

  private static String word(Address address) {
    return "0".repeat(24) + address.text().substring(2);
  }
}
