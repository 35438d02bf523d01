package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.demo.RegistryContract.Status;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.testing.Call;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestRegistry.Placed;
import dev.metaops.testing.TestToken;
import dev.metaops.testing.TestToken.Kind;
import java.math.BigInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TokenAttackTest {
  private static final BigInteger AMOUNT = BigInteger.valueOf(1_000);
  private static final int LYING = 1;
  private static final int BURNING = 2;
  private static final int REVERTING = 3;
  private static final int VERBOSE = 4;
  private static final int GARBLED = 5;

  @AutoClose static final TestChain chain = TestChain.start();

  private final TestRegistry registry = chain.deployRegistry();
  private final Address seller = chain.seller();

  /** Somebody else's money in the same contract, in coins and in an honest token. */
  private final Placed coins = registry.create("victim");

  private final TestToken honest = chain.deployToken();
  private final Placed tokens = registry.create("victim", honest, AMOUNT);

  @Test
  void aTokenThatTakesAFeeIsRefused() {
    TestToken token = chain.deployToken(Kind.FEE);
    token.contract().send("setFee", BigInteger.ONE, false);
    Terms terms = registry.terms("order-1", token, AMOUNT);

    refuses(registry.createCall(terms), wrong("Received", token, 999));
    assertThat(registry.held(token.address())).isZero();
    victimsAreWhole();
  }

  @Test
  void aFeeThatStartsLaterIsTheRecipientsLossAndNobodyElses() {
    TestToken token = chain.deployToken(Kind.FEE);
    Hash first = registry.create("order-1", token, AMOUNT).key();
    registry.create("order-2", token, AMOUNT);
    token.contract().send("setFee", BigInteger.ONE, false);

    registry.release(first);

    assertThat(token.balance(seller)).isEqualTo(999);
    assertThat(registry.held(token.address())).isEqualTo(AMOUNT);
    assertThat(token.balance(registry.address())).isEqualTo(AMOUNT);
  }

  @Test
  void aFeeOnTopIsNotPaidOutOfOtherEscrows() {
    TestToken token = chain.deployToken(Kind.FEE);
    Hash first = registry.create("order-1", token, AMOUNT).key();
    token.contract().send("setFee", BigInteger.ONE, true);
    refuses(registry.releaseCall(first), transferFailed(seller));

    token.contract().send("setFee", BigInteger.ZERO, true);
    registry.create("order-2", token, AMOUNT);
    token.contract().send("setFee", BigInteger.ONE, true);
    refuses(registry.releaseCall(first), wrong("Paid", token, 1001));

    assertThat(registry.status(first)).isEqualTo(Status.HELD);
    assertThat(registry.held(token.address())).isEqualTo(AMOUNT.shiftLeft(1));
  }

  @Test
  void aTokenThatSaysNoIsHeard() {
    TestToken token = chain.deployToken(Kind.FALSE);
    Hash key = registry.create("order-1", token, AMOUNT).key();
    Terms more = registry.terms("order-2", token, AMOUNT);
    token.contract().send("refuse", true);

    refuses(registry.createCall(more), pullFailed(token));
    refuses(registry.releaseCall(key), transferFailed(seller));
    refuses(registry.refundCall(key), transferFailed(chain.buyer()));
    refuses(registry.cancelCall(key), transferFailed(chain.buyer()));
    assertThat(registry.status(key)).isEqualTo(Status.HELD);

    token.contract().send("refuse", false);
    registry.release(key);
    assertThat(token.balance(seller)).isEqualTo(AMOUNT);
    victimsAreWhole();
  }

  @Test
  void aTokenThatLiesIsNotBelieved() {
    TestToken token = chain.deployToken(Kind.HOSTILE);
    Hash key = registry.create("order-1", token, AMOUNT).key();
    Terms more = registry.terms("order-2", token, AMOUNT);

    mood(token, LYING);
    refuses(registry.createCall(more), wrong("Received", token, 0));
    refuses(registry.releaseCall(key), wrong("Paid", token, 0));
    mood(token, BURNING);
    refuses(registry.createCall(more), wrong("Received", token, 0));
    mood(token, REVERTING);
    refuses(registry.createCall(more), pullFailed(token));
    refuses(registry.releaseCall(key), transferFailed(seller));
    mood(token, GARBLED);
    refuses(registry.createCall(more), pullFailed(token));
    refuses(registry.releaseCall(key), transferFailed(seller));

    assertThat(registry.status(key)).isEqualTo(Status.HELD);
    assertThat(registry.held(token.address())).isEqualTo(AMOUNT);
    victimsAreWhole();
  }

  @Test
  void aTokenThatTalksALotIsUnderstood() {
    TestToken token = chain.deployToken(Kind.HOSTILE);
    mood(token, VERBOSE);
    Hash key = registry.create("order-1", token, AMOUNT).key();
    registry.release(key);
    assertThat(token.balance(seller)).isEqualTo(AMOUNT);
  }

  @Test
  void aTokenThatFreezesHoldsUpOnlyItsOwn() {
    TestToken token = chain.deployToken(Kind.HOSTILE);
    Hash key = registry.create("order-1", token, AMOUNT).key();

    token.contract().send("freeze", registry.address());

    refuses(registry.releaseCall(key), transferFailed(seller));
    refuses(registry.refundCall(key), transferFailed(chain.buyer()));
    assertThat(registry.status(key)).isEqualTo(Status.HELD);
    victimsAreWhole();
    registry.release(coins.key());
    registry.release(tokens.key());
    assertThat(honest.balance(seller)).isEqualTo(AMOUNT);
  }

  @Test
  void whenATokenTakesSomeBackTheLastOnesWait() {
    TestToken token = chain.deployToken(Kind.HOSTILE);
    Hash first = registry.create("order-1", token, AMOUNT).key();
    Hash last = registry.create("order-2", token, AMOUNT).key();
    token.contract().send("seize", registry.address(), BigInteger.ONE);

    registry.release(first);
    refuses(registry.releaseCall(last), transferFailed(seller));
    assertThat(registry.held(token.address())).isEqualTo(AMOUNT);
    assertThat(token.balance(registry.address())).isEqualTo(999);
    victimsAreWhole();

    token.mint(registry.address(), BigInteger.ONE);
    registry.release(last);
    assertThat(token.balance(seller)).isEqualTo(AMOUNT.shiftLeft(1));
  }

  private static void mood(TestToken token, int mood) {
    token.contract().send("setMood", mood);
  }

  private void agrees(TestToken token, BigInteger amount) {
    assertThat(registry.held(token.address())).isEqualTo(amount);
    assertThat(token.balance(registry.address())).isEqualTo(amount);
  }

  private void victimsAreWhole() {
    assertThat(registry.status(coins.key())).isEqualTo(Status.HELD);
    assertThat(registry.status(tokens.key())).isEqualTo(Status.HELD);
    assertThat(registry.held()).isEqualTo(TestChain.ETHER);
    assertThat(chain.balance(registry.address())).isEqualTo(registry.held());
    agrees(honest, AMOUNT);
  }

  private static String wrong(String what, TestToken token, int amount) {
    return "WrongAmount%s(%s, %d, %d)".formatted(what, token.address(), amount, AMOUNT);
  }

  private static String pullFailed(TestToken token) {
    return "PullFailed(%s, %s, %d)".formatted(token.address(), chain.buyer(), AMOUNT);
  }

  private static String transferFailed(Address to) {
    return "TransferFailed(%s, %d)".formatted(to, AMOUNT);
  }

  private static void refuses(Call call, String refusal) {
    assertThatThrownBy(() -> chain.send(call)).isInstanceOf(Reverted.class).hasMessage(refusal);
  }
}
