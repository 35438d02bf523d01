package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestContract;
import dev.metaops.testing.TestTrade;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** That the contracts other tests stand on do what these tests believe. */
class TestContractsTest {
  private static final String IMPLEMENTATION =
      "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
  private static final String ADMIN =
      "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103";

  @AutoClose static final TestChain chain = TestChain.start();

  private final Address buyer = chain.buyer();
  private final Address seller = chain.seller();

  @Test
  void theProxysSlotsAreThoseOfTheStandard() {
    assertThat(slot("eip1967.proxy.implementation")).isEqualTo(IMPLEMENTATION);
    assertThat(slot("eip1967.proxy.admin")).isEqualTo(ADMIN);
  }

  @Test
  void aProxySpeaksAsItsImplementationAndIsUpgradedByItsAdmin() {
    TestContract numbered = chain.deployContract("NumberedOrders");
    TestContract named = chain.deployContract("NamedOrders");
    TestContract proxy = chain.deployContract("UpgradeableProxy", numbered.address());
    assertThat(stored(proxy, IMPLEMENTATION)).isEqualTo(numbered.address());
    assertThat(stored(proxy, ADMIN)).isEqualTo(chain.arbiter());

    Log funded =
        onlyLog(proxy.as("NumberedOrders").send("fund", 7, buyer, seller, BigInteger.TEN).logs());
    assertThat(funded.address()).isEqualTo(proxy.address());
    assertThat(proxy.as("NumberedOrders").account("orders", 7)).isEqualTo(buyer);
    assertThat(numbered.account("orders", 7)).isEqualTo(Address.ZERO);

    assertThatThrownBy(
            () -> chain.send(proxy.call("upgradeTo", named.address()).by(chain.account(7))))
        .isInstanceOf(Reverted.class)
        .hasMessage("NotAdmin(" + chain.account(7) + ")");
    Log upgraded = onlyLog(proxy.send("upgradeTo", named.address()).logs());
    assertThat(upgraded.topics())
        .containsExactly(hash("Upgraded(address)"), new Hash(word(named.address())));
    assertThat(stored(proxy, IMPLEMENTATION)).isEqualTo(named.address());
    proxy.as("NamedOrders").send("create", "order-1", BigInteger.TEN, buyer, seller);
    assertThat(proxy.as("NamedOrders").account("orders", "order-1")).isEqualTo(buyer);
  }

  @Test
  void ordersByNumberLogTheNumber() {
    TestContract orders = chain.deployContract("NumberedOrders");
    Hash seven = new Hash("0x" + "%064x".formatted(7));
    Log funded = onlyLog(orders.send("fund", 7, buyer, seller, BigInteger.TEN).logs());
    assertThat(funded.topics())
        .containsExactly(
            hash("OrderFunded(uint256,address,uint256)"), seven, new Hash(word(buyer)));
    assertThat(onlyLog(orders.send("pay", 7).logs()).topics())
        .containsExactly(hash("OrderPaid(uint256,address,uint256)"), seven, new Hash(word(seller)));
    assertThat(onlyLog(orders.send("giveBack", 7).logs()).topics())
        .containsExactly(
            hash("OrderReturned(uint256,address,uint256)"), seven, new Hash(word(buyer)));
  }

  @Test
  void ordersByNameLogTheHashOfTheName() {
    TestContract orders = chain.deployContract("NamedOrders");
    Hash name = TestTrade.hashOf("order-1");
    assertThat(
            onlyLog(orders.send("create", "order-1", BigInteger.TEN, buyer, seller).logs())
                .topics())
        .containsExactly(
            hash("EscrowCreated(string,uint256,address,address)"),
            name,
            new Hash(word(buyer)),
            new Hash(word(seller)));
    assertThat(onlyLog(orders.send("release", "order-1").logs()).topics())
        .containsExactly(hash("EscrowReleased(string,uint256)"), name);
    assertThat(onlyLog(orders.send("refund", "order-1").logs()).topics())
        .containsExactly(hash("EscrowRefunded(string,uint256)"), name);
    assertThat(onlyLog(orders.send("cancel", "order-1").logs()).topics())
        .containsExactly(hash("EscrowCancelled(string)"), name);
  }

  @Test
  void anythingCanBeLogged() {
    TestContract any = chain.deployContract("AnyEvent");
    List<Hash> topics = List.of(hash("a"), hash("b"), hash("c"), hash("d"));
    for (int count = 0; count <= 4; count++) {
      Log log = onlyLog(any.send("log", topics.subList(0, count), new byte[] {1, 2, 3}).logs());
      assertThat(log.topics()).isEqualTo(topics.subList(0, count));
      assertThat(log.data()).isEqualTo("0x010203");
    }
  }

  private static Log onlyLog(List<Log> logs) {
    assertThat(logs).hasSize(1);
    return logs.getFirst();
  }

  private static Address stored(TestContract contract, String slot) {
    String word =
        chain.ask("eth_getStorageAt", contract.address().text(), slot, "latest").stringValue();
    return new Address("0x" + word.substring(26));
  }

  private static String slot(String name) {
    return "0x"
        + "%064x"
            .formatted(new BigInteger(hash(name).text().substring(2), 16).subtract(BigInteger.ONE));
  }

  private static String word(Address address) {
    return "0x" + "0".repeat(24) + address.text().substring(2);
  }

  private static Hash hash(String text) {
    return Hash.of(new Keccak(256).digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
