package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.demo.RegistryContract.Status;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestRegistry.Placed;
import dev.metaops.testing.TestToken;
import dev.metaops.testing.TestToken.Kind;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TokenReentrancyTest {
  private static final BigInteger AMOUNT = BigInteger.valueOf(1_000);

  @AutoClose static final TestChain chain = TestChain.start();

  private final TestRegistry registry = chain.deployRegistry();
  private final Address seller = chain.seller();

  /** Somebody else's money in the same contract, in coins and in an honest token. */
  private final Placed coins = registry.create("victim");

  private final TestToken honest = chain.deployToken();
  private final Placed tokens = registry.create("victim", honest, AMOUNT);

  @Test
  void aTokenCallingBackWhileItIsTakenChangesNothing() {
    TestToken thief = chain.deployToken(Kind.REENTRANT);
    Terms bought = boughtAndApprovedBy(thief);
    Hash open = registry.create(soldBy("order-0", thief)).key();
    int order = 0;
    for (String callback : callbacks(open, bought)) {
      for (boolean first : List.of(true, false)) {
        armed(thief, callback, first);
        Hash key = registry.create("order-" + ++order, thief, AMOUNT).key();

        assertThat(refusal(thief)).isEqualTo("Reentered()");
        assertThat(registry.status(key)).isEqualTo(Status.HELD);
        assertThat(registry.status(open)).isEqualTo(Status.HELD);
        agrees(thief, AMOUNT.multiply(BigInteger.valueOf(order)));
      }
    }
    assertThat(thief.contract().number("callbacksDone")).isZero();
    victimsAreWhole();
  }

  @Test
  void aTokenCallingBackWhileItIsPaidGetsPaidOnce() {
    TestToken thief = chain.deployToken(Kind.REENTRANT);
    Terms bought = boughtAndApprovedBy(thief);
    Hash open = registry.create(soldBy("order-0", thief)).key();
    int order = 0;
    for (String callback : callbacks(open, bought)) {
      for (boolean first : List.of(true, false)) {
        armed(thief, "0x", first);
        Hash key = registry.create("order-" + ++order, thief, AMOUNT).key();
        armed(thief, callback, first);
        registry.release(key);

        assertThat(refusal(thief)).isEqualTo("Reentered()");
        assertThat(registry.status(open)).isEqualTo(Status.HELD);
        assertThat(thief.balance(seller)).isEqualTo(AMOUNT.multiply(BigInteger.valueOf(order)));
        agrees(thief, BigInteger.ZERO);
      }
    }
    assertThat(thief.contract().number("callbacksDone")).isZero();
    victimsAreWhole();
  }

  @Test
  void theSameEscrowIsNotPaidAgainWhileItIsPaid() {
    TestToken thief = chain.deployToken(Kind.REENTRANT);
    thief.provide(chain.buyer(), registry.address(), AMOUNT.shiftLeft(1));
    Terms terms = in(thief.address(), chain.buyer(), thief.address(), "order-1");
    Hash key = registry.create(terms).key();
    registry.create(in(thief.address(), chain.buyer(), seller, "order-2"));

    for (String callback :
        List.of(registry.contract().refund(key), registry.contract().cancel(key))) {
      var before = chain.snapshot();
      armed(thief, callback, true);
      registry.release(key);
      assertThat(refusal(thief)).isEqualTo("Reentered()");
      agrees(thief, AMOUNT);
      chain.revert(before);
    }
    assertThat(registry.status(key)).isEqualTo(Status.HELD);
  }

  @Test
  void whoLooksWhileATokenIsTakenSeesTheEscrowAlready() {
    TestToken token = chain.deployToken(Kind.REENTRANT);
    armed(token, registry.contract().held(token.address()), true);

    registry.create("order-1", token, AMOUNT);

    assertThat(new BigInteger(1, token.contract().bytes("lastAnswer"))).isEqualTo(AMOUNT);
  }

  /** Every way to change an escrow, each of which the thief would be allowed otherwise. */
  private List<String> callbacks(Hash sold, Terms bought) {
    var contract = registry.contract();
    return List.of(
        contract.refund(sold),
        contract.cancel(sold),
        contract.dispute(sold),
        contract.release(sold),
        contract.create(bought));
  }

  private Terms soldBy(String id, TestToken token) {
    return in(Address.ZERO, chain.buyer(), token.address(), id);
  }

  /** Terms whose buyer is the token itself, which owns what it needs. */
  private Terms boughtAndApprovedBy(TestToken token) {
    honest.mint(token.address(), AMOUNT);
    String approve = honest.contract().artifact().call("approve", registry.address(), AMOUNT);
    token.contract().send("act", honest.address(), bytes(approve));
    return in(honest.address(), token.address(), seller, "bought");
  }

  private static Terms in(Address token, Address buyer, Address seller, String id) {
    BigInteger amount = token.equals(Address.ZERO) ? TestChain.ETHER : AMOUNT;
    return new Terms(id, buyer, seller, token, amount, chain.now().plusSeconds(3600));
  }

  private void armed(TestToken token, String callback, boolean first) {
    token.contract().send("onTransfer", registry.address(), bytes(callback), first);
  }

  private String refusal(TestToken token) {
    String selector = "0x" + HexFormat.of().formatHex(token.contract().bytes("lastRefusal"));
    return registry.contract().refusal(selector).orElse("no refusal of the contract");
  }

  private void agrees(TestToken token, BigInteger amount) {
    assertThat(registry.held(token.address())).isEqualTo(amount);
    assertThat(token.balance(registry.address())).isEqualTo(amount);
  }

  /** With a coin of the tests' own beside the victim's. */
  private void victimsAreWhole() {
    assertThat(registry.status(coins.key())).isEqualTo(Status.HELD);
    assertThat(registry.status(tokens.key())).isEqualTo(Status.HELD);
    assertThat(registry.held()).isEqualTo(TestChain.ETHER.shiftLeft(1));
    assertThat(chain.balance(registry.address())).isEqualTo(registry.held());
    agrees(honest, AMOUNT);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }
}
