package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esaulpaugh.headlong.abi.Function;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.demo.RegistryContract;
import dev.metaops.demo.RegistryContract.Status;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.testing.Call;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestRegistry.Placed;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class AttackTest {
  @AutoClose static final TestChain chain = TestChain.start();

  private final TestRegistry registry = chain.deployRegistry();
  private final Address arbiter = chain.arbiter();

  /** Somebody else's money in the same contract: what a thief would be after. */
  private final Placed victim = registry.create("victim");

  @Test
  void aSellerCallingBackOnReleaseGetsPaidOnce() {
    Address thief = chain.deploy("ReentrantParty", registry.address());
    Hash second = registry.create(soldBy("order-2", thief)).key();
    for (String callback :
        List.of(
            registry.contract().refund(second),
            registry.contract().cancel(second),
            registry.contract().dispute(second),
            registry.contract().release(second))) {
      Hash key = registry.create(soldBy("order-" + callback.hashCode(), thief)).key();
      BigInteger before = chain.balance(thief);
      chain.send(Call.to(thief, arbiter, onPayment(callback)));

      registry.release(key);

      assertThat(chain.balance(thief).subtract(before)).isEqualTo(TestChain.ETHER);
      assertThat(refusal(thief)).isEqualTo("Reentered()");
      assertThat(registry.status(key)).isEqualTo(Status.RELEASED);
      assertThat(registry.status(second)).isEqualTo(Status.HELD);
    }
    assertThat(read(thief, "callbacksDone()")).isZero();
    assertThat(read(thief, "payments()")).isEqualTo(4);
    victimIsWhole(TestChain.ETHER);
  }

  @Test
  void theSameEscrowIsNotReleasedAgainWhileItIsPaid() {
    Address thief = chain.deploy("ReentrantParty", registry.address());
    Hash key = registry.create(soldBy("order-1", thief)).key();
    chain.send(Call.to(thief, arbiter, onPayment(registry.contract().refund(key))));

    registry.release(key);

    assertThat(refusal(thief)).isEqualTo("Reentered()");
    assertThat(chain.balance(thief)).isEqualTo(TestChain.ETHER);
    victimIsWhole(BigInteger.ZERO);
  }

  @Test
  void aBuyerCallingBackOnRefundGetsPaidOnce() {
    Address thief = chain.deploy("ReentrantParty", registry.address());
    Terms terms = boughtBy("order-1", thief);
    Hash key = placeThrough(thief, terms);
    chain.send(Call.to(thief, arbiter, onPayment(registry.contract().refund(key))));
    chain.setNextTimestamp(terms.deadline());

    chain.send(registry.through(thief, registry.call(thief, registry.contract().refund(key))));

    assertThat(refusal(thief)).isEqualTo("Reentered()");
    assertThat(read(thief, "payments()")).isEqualTo(1);
    assertThat(chain.balance(thief)).isEqualTo(TestChain.ETHER);
    assertThat(registry.status(key)).isEqualTo(Status.REFUNDED);
    victimIsWhole(BigInteger.ZERO);
  }

  @Test
  void aBuyerCallingBackOnCancelCreatesNothing() {
    Address thief = chain.deploy("ReentrantParty", registry.address());
    Hash key = placeThrough(thief, boughtBy("order-1", thief));
    String create = registry.contract().create(boughtBy("order-2", thief));
    chain.send(Call.to(thief, arbiter, onPayment(create)));

    registry.cancel(key);

    assertThat(refusal(thief)).isEqualTo("Reentered()");
    assertThat(chain.balance(thief)).isEqualTo(TestChain.ETHER);
    victimIsWhole(BigInteger.ZERO);
  }

  @Test
  void aSellerRefusingMoneyHoldsUpOnlyItself() {
    Address stubborn = chain.deploy("RefusingParty", registry.address());
    Terms terms = soldBy("order-1", stubborn);
    Hash key = registry.create(terms).key();

    refuses(registry.releaseCall(key), transferFailed(stubborn));
    assertThat(registry.status(key)).isEqualTo(Status.HELD);
    victimIsWhole(TestChain.ETHER);

    chain.setNextTimestamp(terms.deadline());
    chain.send(registry.refundCall(key).by(chain.buyer()));
    assertThat(registry.status(key)).isEqualTo(Status.REFUNDED);
    victimIsWhole(BigInteger.ZERO);
  }

  @Test
  void aBuyerRefusingMoneyHoldsUpOnlyItself() {
    Address stubborn = chain.deploy("RefusingParty", registry.address());
    Hash key = placeThrough(stubborn, boughtBy("order-1", stubborn));

    refuses(registry.refundCall(key), transferFailed(stubborn));
    refuses(registry.cancelCall(key), transferFailed(stubborn));
    refuses(registry.refundCall(key).by(arbiter), transferFailed(stubborn));
    assertThat(registry.status(key)).isEqualTo(Status.HELD);
    victimIsWhole(TestChain.ETHER);

    chain.send(Call.to(stubborn, arbiter, selector("accept()")));
    registry.cancel(key);
    assertThat(chain.balance(stubborn)).isEqualTo(TestChain.ETHER);
    victimIsWhole(BigInteger.ZERO);
  }

  @Test
  void coinsForcedInBelongToNoEscrow() {
    chain.setBalance(registry.address(), TestChain.ETHER.multiply(BigInteger.TEN));

    registry.release(victim.key());

    assertThat(registry.held()).isZero();
    assertThat(chain.balance(registry.address()))
        .isEqualTo(TestChain.ETHER.multiply(BigInteger.valueOf(9)));
  }

  @Test
  void aOneWeiEscrowUnderAVictimsIdTouchesNothingOfIt() {
    Address thief = chain.account(6);
    Terms terms =
        new Terms(
            "victim",
            thief,
            victim.terms().seller(),
            Address.ZERO,
            BigInteger.ONE,
            victim.terms().deadline());
    Hash key = registry.create(terms).key();
    chain.send(registry.releaseCall(key).by(thief));

    assertThat(key).isNotEqualTo(victim.key());
    victimIsWhole(BigInteger.ZERO);
  }

  private void victimIsWhole(BigInteger others) {
    assertThat(registry.status(victim.key())).isEqualTo(Status.HELD);
    assertThat(registry.held()).isEqualTo(TestChain.ETHER.add(others));
    assertThat(chain.balance(registry.address())).isEqualTo(registry.held());
  }

  private Terms soldBy(String id, Address seller) {
    return new Terms(id, chain.buyer(), seller, Address.ZERO, TestChain.ETHER, soon());
  }

  private Terms boughtBy(String id, Address buyer) {
    return new Terms(id, buyer, chain.seller(), Address.ZERO, TestChain.ETHER, soon());
  }

  private static Instant soon() {
    return chain.now().plusSeconds(60);
  }

  private Hash placeThrough(Address party, Terms terms) {
    chain.send(registry.through(party, registry.createCall(terms)));
    return RegistryContract.key(terms);
  }

  private String refusal(Address party) {
    String returned = chain.call(Call.to(party, arbiter, selector("lastRefusal()")));
    return registry
        .contract()
        .refusal(returned.substring(0, 10))
        .orElse("no refusal of the contract");
  }

  private int read(Address party, String signature) {
    String returned = chain.call(Call.to(party, arbiter, selector(signature)));
    return new BigInteger(returned.substring(2), 16).intValueExact();
  }

  private static String onPayment(String callback) {
    return hex(new Function("onPayment(bytes)").encodeCallWithArgs((Object) bytes(callback)));
  }

  private static String selector(String signature) {
    return "0x" + new Function(signature).selectorHex();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }

  private static String hex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  private static String transferFailed(Address to) {
    return "TransferFailed(%s, %s)".formatted(to, TestChain.ETHER);
  }

  private static void refuses(Call call, String refusal) {
    assertThatThrownBy(() -> chain.send(call)).isInstanceOf(Reverted.class).hasMessage(refusal);
  }
}
