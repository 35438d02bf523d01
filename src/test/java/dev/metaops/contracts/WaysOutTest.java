package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.demo.RegistryContract.Status;
import dev.metaops.testing.Call;
import dev.metaops.testing.Receipt;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class WaysOutTest {
  @AutoClose static final TestChain chain = TestChain.start();

  private final TestRegistry registry = chain.deployRegistry();
  private final Address buyer = chain.buyer();
  private final Address seller = chain.seller();
  private final Address arbiter = chain.arbiter();
  private final Address stranger = chain.account(7);

  @Test
  void theBuyerReleasesToTheSeller() {
    Hash key = registry.create("order-1").key();
    BigInteger before = chain.balance(seller);

    registry.release(key);

    assertThat(chain.balance(seller).subtract(before)).isEqualTo(TestChain.ETHER);
    ended(key, Status.RELEASED);
  }

  @Test
  void theBuyerMayReleaseAfterTheDeadlineToo() {
    var placed = registry.create("order-1");
    chain.setNextTimestamp(placed.terms().deadline().plusSeconds(5));

    registry.release(placed.key());

    ended(placed.key(), Status.RELEASED);
  }

  @Test
  void theArbiterReleasesHeldAndDisputed() {
    Hash held = registry.create("order-1").key();
    chain.send(registry.releaseCall(held).by(arbiter));
    ended(held, Status.RELEASED);

    Hash disputed = registry.create("order-2").key();
    registry.dispute(disputed);
    chain.send(registry.releaseCall(disputed).by(arbiter));
    ended(disputed, Status.RELEASED);
  }

  @Test
  void nobodyElseReleases() {
    Hash key = registry.create("order-1").key();
    refuses(registry.releaseCall(key).by(seller), notAllowed(key, seller, Status.HELD));
    refuses(registry.releaseCall(key).by(stranger), notAllowed(key, stranger, Status.HELD));
    registry.dispute(key);
    refuses(registry.releaseCall(key).by(buyer), notAllowed(key, buyer, Status.DISPUTED));
    refuses(registry.releaseCall(key).by(seller), notAllowed(key, seller, Status.DISPUTED));
    refuses(registry.releaseCall(key).by(stranger), notAllowed(key, stranger, Status.DISPUTED));
    assertThat(registry.held()).isEqualTo(TestChain.ETHER);
  }

  @Test
  void theSellerRefundsAtAnyTime() {
    Hash early = registry.create("order-1").key();
    BigInteger before = chain.balance(buyer);
    registry.refund(early);
    assertThat(chain.balance(buyer).subtract(before)).isEqualTo(TestChain.ETHER);
    ended(early, Status.REFUNDED);

    var late = registry.create("order-2");
    chain.setNextTimestamp(late.terms().deadline().plusSeconds(5));
    registry.refund(late.key());
    ended(late.key(), Status.REFUNDED);
  }

  @Test
  void theBuyerRefundsFromTheDeadlineOnAndNotASecondBefore() {
    var placed = registry.create("order-1");
    Instant deadline = placed.terms().deadline();
    Call refund = registry.refundCall(placed.key()).by(buyer);

    chain.setNextTimestamp(deadline.minusSeconds(1));
    refuses(
        refund,
        "TooEarly(%s, %d, %d)"
            .formatted(placed.key(), deadline.getEpochSecond(), deadline.getEpochSecond() - 1));
    assertThat(registry.status(placed.key())).isEqualTo(Status.HELD);

    BigInteger before = chain.balance(buyer);
    chain.setNextTimestamp(deadline);
    Receipt receipt = chain.send(refund);
    assertThat(chain.balance(buyer).add(receipt.fee()).subtract(before)).isEqualTo(TestChain.ETHER);
    ended(placed.key(), Status.REFUNDED);
  }

  @Test
  void theArbiterRefundsHeldAndDisputed() {
    Hash held = registry.create("order-1").key();
    chain.send(registry.refundCall(held).by(arbiter));
    ended(held, Status.REFUNDED);

    Hash disputed = registry.create("order-2").key();
    registry.dispute(disputed);
    chain.send(registry.refundCall(disputed).by(arbiter));
    ended(disputed, Status.REFUNDED);
  }

  @Test
  void nobodyElseRefunds() {
    var placed = registry.create("order-1");
    Hash key = placed.key();
    refuses(registry.refundCall(key).by(stranger), notAllowed(key, stranger, Status.HELD));
    registry.dispute(key);
    chain.setNextTimestamp(placed.terms().deadline().plusSeconds(1));
    for (Address party : List.of(seller, buyer, stranger)) {
      refuses(registry.refundCall(key).by(party), notAllowed(key, party, Status.DISPUTED));
    }
    assertThat(registry.held()).isEqualTo(TestChain.ETHER);
  }

  @Test
  void theSellerCancels() {
    Hash key = registry.create("order-1").key();
    BigInteger before = chain.balance(buyer);

    registry.cancel(key);

    assertThat(chain.balance(buyer).subtract(before)).isEqualTo(TestChain.ETHER);
    ended(key, Status.CANCELLED);
  }

  @Test
  void nobodyElseCancelsAndNoOneWhileDisputed() {
    Hash key = registry.create("order-1").key();
    for (Address other : List.of(buyer, arbiter, stranger)) {
      refuses(registry.cancelCall(key).by(other), notAllowed(key, other, Status.HELD));
    }
    registry.dispute(key);
    refuses(registry.cancelCall(key), wrongStatus(key, Status.DISPUTED));
  }

  @Test
  void eitherPartyDisputesUpToTheLastSecondBeforeTheDeadline() {
    Hash byBuyer = registry.create("order-1").key();
    registry.dispute(byBuyer);
    assertThat(registry.status(byBuyer)).isEqualTo(Status.DISPUTED);

    var placed = registry.create("order-2");
    chain.setNextTimestamp(placed.terms().deadline().minusSeconds(1));
    chain.send(registry.disputeCall(placed.key()).by(seller));
    assertThat(registry.status(placed.key())).isEqualTo(Status.DISPUTED);
    assertThat(registry.held()).isEqualTo(TestChain.ETHER.shiftLeft(1));
  }

  @Test
  void nobodyElseDisputesAndNobodyFromTheDeadlineOn() {
    var placed = registry.create("order-1");
    Hash key = placed.key();
    refuses(registry.disputeCall(key).by(arbiter), notAllowed(key, arbiter, Status.HELD));
    refuses(registry.disputeCall(key).by(stranger), notAllowed(key, stranger, Status.HELD));

    long deadline = placed.terms().deadline().getEpochSecond();
    chain.setNextTimestamp(placed.terms().deadline());
    refuses(registry.disputeCall(key), "TooLate(%s, %d, %d)".formatted(key, deadline, deadline));
    assertThat(registry.status(key)).isEqualTo(Status.HELD);
  }

  @Test
  void nothingIsDoneTwiceOrToAnEscrowThatIsNot() {
    Hash unknown = new Hash("0x" + "ab".repeat(32));
    Hash released = registry.create("order-1").key();
    registry.release(released);
    Hash refunded = registry.create("order-2").key();
    registry.refund(refunded);
    Hash cancelled = registry.create("order-3").key();
    registry.cancel(cancelled);

    List<Function<Hash, Call>> verbs =
        List.of(
            registry::releaseCall,
            registry::refundCall,
            registry::cancelCall,
            registry::disputeCall,
            key -> registry.releaseCall(key).by(arbiter),
            key -> registry.refundCall(key).by(arbiter));
    for (Function<Hash, Call> verb : verbs) {
      refuses(verb.apply(unknown), wrongStatus(unknown, Status.NONE));
      refuses(verb.apply(released), wrongStatus(released, Status.RELEASED));
      refuses(verb.apply(refunded), wrongStatus(refunded, Status.REFUNDED));
      refuses(verb.apply(cancelled), wrongStatus(cancelled, Status.CANCELLED));
    }
    Hash disputed = registry.create("order-4").key();
    registry.dispute(disputed);
    refuses(registry.disputeCall(disputed).by(seller), wrongStatus(disputed, Status.DISPUTED));
  }

  @Test
  void heldIsTheSumOfWhatIsOpenAfterEveryStep() {
    Hash first = registry.create("order-1", BigInteger.valueOf(100)).key();
    holds(100);
    Hash second = registry.create("order-2", BigInteger.valueOf(20)).key();
    holds(120);
    Hash third = registry.create("order-3", BigInteger.valueOf(3)).key();
    holds(123);
    registry.dispute(second);
    holds(123);
    registry.release(first);
    holds(23);
    chain.send(registry.refundCall(second).by(arbiter));
    holds(3);
    registry.cancel(third);
    holds(0);
  }

  private void holds(long wei) {
    assertThat(registry.held()).isEqualTo(BigInteger.valueOf(wei));
    assertThat(chain.balance(registry.address())).isEqualTo(BigInteger.valueOf(wei));
  }

  private void ended(Hash key, Status status) {
    assertThat(registry.status(key)).isEqualTo(status);
    assertThat(registry.held()).isZero();
    assertThat(chain.balance(registry.address())).isZero();
  }

  private static String notAllowed(Hash key, Address caller, Status status) {
    return "NotAllowed(%s, %s, %s)".formatted(key, caller, status);
  }

  private static String wrongStatus(Hash key, Status status) {
    return "WrongStatus(%s, %s)".formatted(key, status);
  }

  private static void refuses(Call call, String refusal) {
    assertThatThrownBy(() -> chain.send(call)).isInstanceOf(Reverted.class).hasMessage(refusal);
  }
}
