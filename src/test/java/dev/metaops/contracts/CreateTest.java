package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.demo.RegistryContract;
import dev.metaops.demo.RegistryContract.Status;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.testing.Call;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class CreateTest {
  private static final Address SOME_TOKEN =
      new Address("0x00000000000000000000000000000000000000aa");

  @AutoClose static final TestChain chain = TestChain.start();

  private final TestRegistry registry = chain.deployRegistry();

  @Test
  void takesTheBuyersMoneyAndKeepsTheTerms() {
    BigInteger before = chain.balance(chain.buyer());

    var placed = registry.create("order-1");

    Terms terms = placed.terms();
    assertThat(registry.escrow(placed.key()))
        .isEqualTo(
            new RegistryContract.Escrow(
                terms.buyer(),
                terms.seller(),
                terms.token(),
                terms.amount(),
                terms.deadline(),
                Status.HELD));
    assertThat(registry.held()).isEqualTo(TestChain.ETHER);
    assertThat(chain.balance(registry.address())).isEqualTo(TestChain.ETHER);
    assertThat(before.subtract(chain.balance(chain.buyer())))
        .isEqualTo(TestChain.ETHER.add(placed.receipt().fee()));
  }

  @Test
  void anUnknownEscrowIsAllZero() {
    assertThat(registry.escrow(new Hash("0x" + "ab".repeat(32))))
        .isEqualTo(
            new RegistryContract.Escrow(
                Address.ZERO,
                Address.ZERO,
                Address.ZERO,
                BigInteger.ZERO,
                Instant.EPOCH,
                Status.NONE));
  }

  @Test
  void theKeyIsTheSameInJavaAndOnChain() {
    for (String id : List.of("order-1", "a", "x".repeat(32), "ö".repeat(64), "0x00", "\u0000")) {
      Terms terms = registry.terms(id, new BigInteger("123456789012345678901234567890"));
      assertThat(registry.keyOf(terms)).isEqualTo(RegistryContract.key(terms));
    }
  }

  @Test
  void everyTermButTheDeadlineIsPartOfTheKey() {
    Address buyer = chain.buyer();
    Address seller = chain.seller();
    Address other = chain.account(5);
    Instant deadline = chain.now();
    Terms terms = new Terms("order-1", buyer, seller, Address.ZERO, TestChain.ETHER, deadline);
    Terms[] others = {
      new Terms("order-2", buyer, seller, Address.ZERO, TestChain.ETHER, deadline),
      new Terms("order-1", other, seller, Address.ZERO, TestChain.ETHER, deadline),
      new Terms("order-1", buyer, other, Address.ZERO, TestChain.ETHER, deadline),
      new Terms("order-1", buyer, seller, SOME_TOKEN, TestChain.ETHER, deadline),
      new Terms("order-1", buyer, seller, Address.ZERO, BigInteger.ONE, deadline)
    };

    assertThat(Stream.concat(Stream.of(terms), Stream.of(others)).map(registry::keyOf))
        .doesNotHaveDuplicates();
    assertThat(registry.keyOf(withDeadline("order-1", deadline.plusSeconds(60))))
        .isEqualTo(registry.keyOf(terms));
  }

  @Test
  void anotherBuyersEscrowUnderTheSameIdStandsBesideIt() {
    var mine = registry.create("order-1");
    Terms theirs =
        new Terms(
            "order-1",
            chain.account(5),
            chain.account(6),
            Address.ZERO,
            BigInteger.ONE,
            mine.terms().deadline());
    var other = registry.create(theirs);

    chain.send(registry.releaseCall(other.key()).by(chain.account(5)));

    assertThat(other.key()).isNotEqualTo(mine.key());
    assertThat(registry.status(mine.key())).isEqualTo(Status.HELD);
    assertThat(registry.held()).isEqualTo(TestChain.ETHER);
  }

  @Test
  void theSameTermsServeOnceEvenAfterTheEnd() {
    var placed = registry.create("order-1");
    refuses(registry.createCall(placed.terms()), "EscrowExists(" + placed.key() + ", HELD)");
    registry.release(placed.key());
    refuses(registry.createCall(placed.terms()), "EscrowExists(" + placed.key() + ", RELEASED)");
  }

  @Test
  void idsHaveOneToOneHundredAndTwentyEightBytes() {
    registry.create("x");
    registry.create("ö".repeat(64));
    refuses(registry.createCall(registry.terms("")), "InvalidIdLength(0)");
    refuses(registry.createCall(registry.terms("x".repeat(129))), "InvalidIdLength(129)");
    refuses(registry.createCall(registry.terms("ö".repeat(65))), "InvalidIdLength(130)");
  }

  @Test
  void theSellerIsSomeoneElse() {
    for (Address seller : List.of(Address.ZERO, chain.buyer(), registry.address())) {
      Terms terms =
          new Terms(
              "order-1",
              chain.buyer(),
              seller,
              Address.ZERO,
              TestChain.ETHER,
              chain.now().plusSeconds(60));
      refuses(registry.createCall(terms), "InvalidSeller(" + seller + ")");
    }
  }

  @Test
  void aTokenIsAContract() {
    Terms terms =
        new Terms(
            "order-1",
            chain.buyer(),
            chain.seller(),
            SOME_TOKEN,
            TestChain.ETHER,
            chain.now().plusSeconds(60));
    refuses(registry.createCall(terms), "UnsupportedToken(" + SOME_TOKEN + ")");
  }

  @Test
  void theValueIsTheAmountExactlyAndNotZero() {
    Terms terms = registry.terms("order-1", BigInteger.TEN);
    Call create = registry.createCall(terms);
    refuses(create.withValue(BigInteger.TWO), "WrongValue(2, 10)");
    refuses(create.withValue(BigInteger.valueOf(11)), "WrongValue(11, 10)");
    refuses(create.withValue(BigInteger.ZERO), "WrongValue(0, 10)");
    refuses(registry.createCall(registry.terms("order-1", BigInteger.ZERO)), "ZeroAmount()");
    assertThat(registry.held()).isZero();
  }

  @Test
  void theDeadlineLiesAfterTheBlock() {
    Instant blockTime = chain.now().plusSeconds(10);
    Terms atOnce = withDeadline("order-1", blockTime);
    chain.setNextTimestamp(blockTime);
    refuses(
        registry.createCall(atOnce),
        "DeadlineNotInFuture("
            + blockTime.getEpochSecond()
            + ", "
            + blockTime.getEpochSecond()
            + ")");

    Terms aSecondLater = withDeadline("order-1", blockTime.plusSeconds(12));
    chain.setNextTimestamp(blockTime.plusSeconds(11));
    assertThat(registry.status(registry.create(aSecondLater).key())).isEqualTo(Status.HELD);
  }

  @Test
  void aDeadlineBeyondTheCalendarIsStillRead() {
    Terms terms = registry.terms("order-1");
    String create = registry.contract().create(terms);
    int deadline = 10 + 64 * 4;
    String never =
        create.substring(0, deadline + 48) + "f".repeat(16) + create.substring(deadline + 64);

    chain.send(registry.call(chain.buyer(), never).withValue(terms.amount()));

    assertThat(registry.escrow(RegistryContract.key(terms)).deadline().getEpochSecond())
        .isEqualTo(Instant.MAX.getEpochSecond());
  }

  @Test
  void plainCoinsAreRefused() {
    Call plain = registry.call(chain.buyer(), "0x").withValue(BigInteger.ONE);
    assertThatThrownBy(() -> chain.send(plain)).isInstanceOf(Reverted.class);
    assertThatThrownBy(() -> chain.send(registry.call(chain.buyer(), "0xdeadbeef")))
        .isInstanceOf(Reverted.class);
  }

  @Test
  void everyInstanceHasTheCommittedCode() {
    assertThat(chain.ask("eth_getCode", registry.address().text(), "latest").stringValue())
        .isEqualTo(registry.contract().deployedBytecode());
  }

  private static void refuses(Call call, String refusal) {
    assertThatThrownBy(() -> chain.send(call)).isInstanceOf(Reverted.class).hasMessage(refusal);
  }

  private Terms withDeadline(String id, Instant deadline) {
    return new Terms(id, chain.buyer(), chain.seller(), Address.ZERO, TestChain.ETHER, deadline);
  }
}
