package dev.metaops.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.demo.Mining;
import dev.metaops.demo.RegistryContract;
import dev.metaops.demo.RegistryContract.Status;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.testing.TestChain.Replacement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TestChainTest {
  @AutoClose private final TestChain chain = TestChain.start();
  private final TestRegistry registry = chain.deployRegistry();

  @Test
  void aReorgPutsOtherOrdersOnTheOtherSide() {
    var kept = registry.create("kept");
    var orphaned = registry.create("orphaned");
    Header old = chain.mine(3);
    Terms terms = registry.terms("new");
    Hash added = RegistryContract.key(terms);

    List<Header> side =
        chain.reorg(
            4,
            new Replacement(registry.createCall(terms), 0),
            new Replacement(registry.releaseCall(added), 2),
            new Replacement(registry.releaseCall(kept.key()), 2));

    assertThat(chain.latest().number()).isEqualTo(old.number());
    assertThat(chain.latest().hash()).isNotEqualTo(old.hash());
    assertThat(side).hasSize(4);
    assertThat(side.getFirst().extendsBlock(kept.receipt().block())).isTrue();
    for (int i = 1; i < side.size(); i++) {
      assertThat(side.get(i).extendsBlock(side.get(i - 1).ref())).isTrue();
    }
    assertThat(chain.receipt(orphaned.receipt().transaction())).isEmpty();
    assertThat(registry.status(orphaned.key())).isEqualTo(Status.NONE);
    assertThat(registry.status(added)).isEqualTo(Status.RELEASED);
    assertThat(registry.status(kept.key())).isEqualTo(Status.RELEASED);
    assertThat(chain.receipts(side.get(2).ref()))
        .extracting(Receipt::outcome)
        .containsExactly(Receipt.Outcome.DONE, Receipt.Outcome.DONE);
    assertThat(registry.status(registry.create("afterwards").key())).isEqualTo(Status.HELD);
  }

  @Test
  void aReorgWithoutTransactionsStillReplacesEveryBlock() {
    List<Hash> before = IntStream.range(0, 5).mapToObj(_ -> chain.mine(1).hash()).toList();

    List<Header> side = chain.reorg(5);

    assertThat(side).extracting(Header::hash).doesNotContainAnyElementsOf(before);
  }

  @Test
  void aReorgAsDeepAsTwentyAndPastFinality() {
    Header old = chain.mine(30);
    BlockRef finalized = chain.finalized();

    chain.reorg(20, new Replacement(registry.createCall(registry.terms("new")), 19));

    assertThat(chain.latest().number()).isEqualTo(old.number());
    assertThat(chain.header(finalized.number()).ref()).isNotEqualTo(finalized);
  }

  @Test
  void safeAndFinalFollowTheLatest() {
    var placed = registry.create("order-1");
    BlockRef block = placed.receipt().block();
    chain.finalizeBlock(block);

    assertThat(chain.finalized()).isEqualTo(block);
    assertThat(chain.safe().number()).isEqualTo(block.number() + 2);
    assertThat(chain.head().latest().number()).isEqualTo(block.number() + 4);
  }

  @Test
  void aRevertedSnapshotIsAsBefore() {
    var snapshot = chain.snapshot();
    Header before = chain.latest();
    Hash key = registry.create("order-1").key();

    chain.revert(snapshot);

    assertThat(chain.latest()).isEqualTo(before);
    assertThat(registry.status(key)).isEqualTo(Status.NONE);
    registry.create("order-1");
    assertThatThrownBy(() -> chain.revert(snapshot))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: unused");
  }

  @Test
  void timeMovesAsTold() {
    Instant next = chain.now().plusSeconds(1_000);
    chain.setNextTimestamp(next);
    assertThat(chain.mine(1).time()).isEqualTo(next);
    chain.increaseTime(Duration.ofHours(2));
    assertThat(chain.mine(1).time()).isAfterOrEqualTo(next.plus(Duration.ofHours(2)));
  }

  @Test
  void minedOnRequestManySendersShareOneBlock() throws Exception {
    try (TestChain manual = TestChain.start(new Mining.OnRequest());
        var senders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Hash>> sent =
          IntStream.range(0, 100)
              .mapToObj(i ->
                  senders.submit(
                      () -> manual.submit(Call.to(manual.seller(), manual.account(i % 4), "0x"))))
              .toList();
      for (Future<Hash> each : sent) {
        each.get();
      }
      Header block = manual.mine(1);
      assertThat(manual.receipts(block.ref())).hasSize(100);
    }
  }

  @Test
  void aRefusalIsTheContractsOwnWord() {
    assertThatThrownBy(() -> registry.release(unknown()))
        .isInstanceOf(Reverted.class)
        .hasMessage("WrongStatus(" + unknown() + ", NONE)");
    assertThatThrownBy(() -> chain.call(registry.refundCall(unknown())))
        .isInstanceOf(Reverted.class)
        .hasMessage("WrongStatus(" + unknown() + ", NONE)");
  }

  private static Hash unknown() {
    return new Hash("0x" + "cd".repeat(32));
  }
}
