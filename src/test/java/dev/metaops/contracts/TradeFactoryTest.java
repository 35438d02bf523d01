package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.testing.Artifact;
import dev.metaops.testing.Artifact.Immutable;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestTrade;
import dev.metaops.testing.TestTrade.Terms;
import dev.metaops.testing.TestTradeFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TradeFactoryTest {
  @AutoClose static final TestChain chain = TestChain.start();

  private final TestTradeFactory factory = chain.deployTradeFactory();
  private final Terms terms = Terms.of(chain, "order-1");

  @Test
  void aTradeIsMadeWhereItsTermsSay() {
    Address expected = factory.addressOf(terms);
    assertThat(factory.made(expected)).isFalse();

    TestTrade trade = factory.create("order-1");

    assertThat(trade.address()).isEqualTo(expected);
    assertThat(factory.made(expected)).isTrue();
    assertThat(trade.contract().account("arbiter")).isEqualTo(chain.arbiter());
    trade.deposit();
    trade.confirm();
    trade.releaseAll();
    assertThat(trade.released()).isEqualTo(TestChain.ETHER);
  }

  @Test
  void theEventNamesTheTradeAndItsTerms() {
    Log log = chain.send(factory.createCall(terms)).logs().getFirst();
    assertThat(log.address()).isEqualTo(factory.address());
    assertThat(log.topics())
        .containsExactly(
            keccak("TradeCreated(bytes32,address,address,address,uint256)"),
            TestTrade.hashOf("order-1"),
            new Hash("0x" + word(factory.addressOf(terms))));
    assertThat(log.data())
        .isEqualTo(
            "0x"
                + word(terms.depositor())
                + word(terms.counterparty())
                + "%064x".formatted(TestChain.ETHER));
  }

  @Test
  void everyTermDecidesTheAddress() {
    Terms other = Terms.of(chain, "order-2");
    assertThat(
            List.of(
                factory.addressOf(terms),
                factory.addressOf(other),
                factory.addressOf(terms.withAmount(BigInteger.ONE)),
                factory.addressOf(terms.withParties(chain.account(5), terms.counterparty())),
                factory.addressOf(terms.withParties(terms.depositor(), chain.account(5))),
                chain.deployTradeFactory().addressOf(terms)))
        .doesNotHaveDuplicates();
  }

  @Test
  void whoeverMakesItItIsTheSameTradeAndOnlyOnce() {
    chain.send(factory.createCall(terms).by(chain.account(7)));
    Address trade = factory.addressOf(terms);
    assertThat(factory.made(trade)).isTrue();
    assertThatThrownBy(() -> factory.create(terms))
        .isInstanceOf(Reverted.class)
        .hasMessage("TradeExists(" + trade + ")");
  }

  @Test
  void termsThatNoTradeHasAreRefusedInItsWords() {
    Terms nothing = terms.withAmount(BigInteger.ZERO);
    assertThatThrownBy(() -> factory.create(nothing)).hasMessage("ZeroAmount()");
    assertThat(factory.made(factory.addressOf(nothing))).isFalse();
    Terms withItself = terms.withParties(terms.depositor(), terms.depositor());
    assertThatThrownBy(() -> factory.create(withItself)).hasMessageStartingWith("InvalidParties(");
    assertThatThrownBy(() -> chain.deployContract("TradeEscrowFactory", Address.ZERO))
        .hasMessage("InvalidArbiter(" + Address.ZERO + ")");
  }

  @Test
  void theCodeOnChainIsTheArtifactWithTheTermsInItsPlaces() {
    Map<String, String> words = new HashMap<>();
    words.put("depositor", word(terms.depositor()));
    words.put("counterparty", word(terms.counterparty()));
    words.put("token", word(terms.token()));
    words.put("amount", "%064x".formatted(terms.amount()));
    words.put("arbiter", word(terms.arbiter()));
    words.put("tradeHash", terms.tradeHash().text().substring(2));

    Artifact trade = Artifact.of("TradeEscrow");
    assertThat(trade.immutables().stream().map(Immutable::name).distinct())
        .containsExactlyInAnyOrderElementsOf(words.keySet());
    assertThat(factory.create(terms).contract().code()).isEqualTo(filled(trade, words));
    assertThat(chain.deployTrade(terms).contract().code()).isEqualTo(filled(trade, words));
    assertThat(factory.contract().code()).isEqualTo(filled(factory.contract().artifact(), words));
    assertThat(Artifact.of("RegistryEscrow").immutables()).isEmpty();
  }

  private static String filled(Artifact artifact, Map<String, String> words) {
    var code = new StringBuilder(artifact.deployedBytecode());
    for (Immutable each : artifact.immutables()) {
      int start = 2 + 2 * each.start();
      int end = start + 2 * each.length();
      assertThat(code.substring(start, end)).matches("0+");
      code.replace(start, end, words.getOrDefault(each.name(), "no word for " + each.name()));
    }
    return code.toString();
  }

  private static Hash keccak(String signature) {
    return Hash.of(new Keccak(256).digest(signature.getBytes(StandardCharsets.UTF_8)));
  }

  private static String word(Address address) {
    return "0".repeat(24) + address.text().substring(2);
  }
}
