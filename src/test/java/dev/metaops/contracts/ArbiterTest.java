package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.demo.RegistryContract.Status;
import dev.metaops.testing.Call;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ArbiterTest {
  @AutoClose static final TestChain chain = TestChain.start();

  private final TestRegistry registry = chain.deployRegistry();
  private final Address arbiter = chain.arbiter();
  private final Address next = chain.account(8);
  private final Address stranger = chain.account(7);

  @Test
  void aPauseStopsNewMoneyOnly() {
    Hash released = registry.create("order-1").key();
    Hash refunded = registry.create("order-2").key();
    Hash cancelled = registry.create("order-3").key();
    Hash disputed = registry.create("order-4").key();

    registry.pause();

    assertThat(registry.paused()).isTrue();
    refuses(registry.createCall(registry.terms("order-5")), "IsPaused()");
    registry.release(released);
    registry.refund(refunded);
    registry.cancel(cancelled);
    registry.dispute(disputed);
    chain.send(registry.refundCall(disputed).by(arbiter));
    assertThat(registry.held()).isZero();

    registry.unpause();
    assertThat(registry.paused()).isFalse();
    registry.create("order-5");
  }

  @Test
  void onlyTheArbiterPausesAndOnlyOnce() {
    refuses(
        registry.call(stranger, registry.contract().pause()),
        "NotArbiter(%s, %s)".formatted(stranger, arbiter));
    refuses(registry.call(arbiter, registry.contract().unpause()), "IsNotPaused()");
    registry.pause();
    refuses(registry.call(arbiter, registry.contract().pause()), "IsPaused()");
    refuses(
        registry.call(stranger, registry.contract().unpause()),
        "NotArbiter(%s, %s)".formatted(stranger, arbiter));
  }

  @Test
  void theArbiterHandsOverInTwoSteps() {
    Hash key = registry.create("order-1").key();

    registry.transferArbiter(next);
    assertThat(registry.arbiter()).isEqualTo(arbiter);
    assertThat(registry.pendingArbiter()).isEqualTo(next);
    refuses(
        registry.releaseCall(key).by(next),
        "NotAllowed(%s, %s, %s)".formatted(key, next, Status.HELD));

    registry.acceptArbiter(next);
    assertThat(registry.arbiter()).isEqualTo(next);
    assertThat(registry.pendingArbiter()).isEqualTo(Address.ZERO);
    refuses(
        registry.releaseCall(key).by(arbiter),
        "NotAllowed(%s, %s, %s)".formatted(key, arbiter, Status.HELD));
    chain.send(registry.releaseCall(key).by(next));
  }

  @Test
  void onlyTheOfferedOneAcceptsAndOnlyOnce() {
    refuses(
        registry.call(stranger, registry.contract().acceptArbiter()),
        "NotPendingArbiter(%s, %s)".formatted(stranger, Address.ZERO));
    registry.transferArbiter(next);
    refuses(
        registry.call(stranger, registry.contract().acceptArbiter()),
        "NotPendingArbiter(%s, %s)".formatted(stranger, next));
    registry.acceptArbiter(next);
    refuses(
        registry.call(next, registry.contract().acceptArbiter()),
        "NotPendingArbiter(%s, %s)".formatted(next, Address.ZERO));
  }

  @Test
  void anOfferIsReplacedOrWithdrawn() {
    registry.transferArbiter(stranger);
    registry.transferArbiter(next);
    refuses(
        registry.call(stranger, registry.contract().acceptArbiter()),
        "NotPendingArbiter(%s, %s)".formatted(stranger, next));
    registry.transferArbiter(Address.ZERO);
    refuses(
        registry.call(next, registry.contract().acceptArbiter()),
        "NotPendingArbiter(%s, %s)".formatted(next, Address.ZERO));
    assertThat(registry.arbiter()).isEqualTo(arbiter);
  }

  @Test
  void onlyTheArbiterOffers() {
    refuses(
        registry.call(stranger, registry.contract().transferArbiter(stranger)),
        "NotArbiter(%s, %s)".formatted(stranger, arbiter));
  }

  @Test
  void theFirstArbiterIsSomeone() {
    String deployment = registry.contract().deployment(Address.ZERO);
    assertThatThrownBy(() -> chain.deploy(arbiter, deployment))
        .isInstanceOf(Reverted.class)
        .hasMessage("InvalidArbiter(" + Address.ZERO + ")");
  }

  private static void refuses(Call call, String refusal) {
    assertThatThrownBy(() -> chain.send(call)).isInstanceOf(Reverted.class).hasMessage(refusal);
  }
}
