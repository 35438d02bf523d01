package dev.metaops.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Execution;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.chain.Receipt;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.escrow.EscrowView;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Every typed call against a real node and the real contract. */
class ProviderOnAnvilTest {
  @AutoClose private final TestChain chain = TestChain.start();
  private final TestRegistry registry = chain.deployRegistry();
  private final Provider provider =
      new Provider(
          new JsonRpc(
              Endpoint.parse("anvil", chain.url()),
              Patience.STEADY,
              SystemTicker.SYSTEM,
              new SplittableRandom(1)));

  @Test
  void tellsWhereTheChainStands() {
    chain.mine(10);
    ChainHead head = provider.head(soon());
    assertThat(head).isEqualTo(chain.head());
    assertThat(provider.chainId(soon())).isEqualTo(31_337);
    provider.requireChain(31_337, soon());
    assertThat(failure(() -> provider.requireChain(1, soon())))
        .isEqualTo(new RpcFailure.WrongChain(1, 31_337));
  }

  @Test
  void readsBlocksByNumberAndByHash() {
    chain.mine(5);
    Header latest = chain.latest();
    assertThat(provider.header(latest.number(), soon())).contains(latest);
    assertThat(provider.header(latest.hash(), soon())).contains(latest);
    assertThat(provider.header(latest.number() + 1, soon())).isEmpty();
    assertThat(provider.header(new Hash("0x" + "11".repeat(32)), soon())).isEmpty();
    List<Optional<Header>> some = provider.headers(List.of(0L, 2L, 1L, 99L), soon());
    assertThat(some)
        .containsExactly(
            Optional.of(chain.header(0)),
            Optional.of(chain.header(2)),
            Optional.of(chain.header(1)),
            Optional.empty());
    assertThat(chain.header(2).extendsBlock(chain.header(1).ref())).isTrue();
  }

  @Test
  void readsWhatHappenedAsEventsOfAnEscrow() throws IOException {
    EscrowProfile profile = EscrowProfile.registry(EscrowAbi.parse(artifact()));
    TestRegistry.Placed placed = registry.create("order-1");
    registry.release(placed.key());
    List<EscrowEvent> events =
        provider.logs(0, chain.latest().number(), LogFilter.of(contract()), soon()).stream()
            .map(profile::decode)
            .filter(Decoded.Event.class::isInstance)
            .map(decoded -> ((Decoded.Event) decoded).event())
            .toList();
    assertThat(events)
        .extracting(EscrowEvent::kind)
        .containsExactly(EscrowKind.CREATED, EscrowKind.RELEASED);
    EscrowEvent.Terms terms = events.getFirst().terms().orElseThrow();
    assertThat(terms.orderId()).isEqualTo("order-1");
    assertThat(terms.buyer()).isEqualTo(chain.buyer());
    assertThat(terms.seller()).isEqualTo(chain.seller());
    assertThat(EscrowKey.of(terms)).isEqualTo(placed.key()).isEqualTo(events.getFirst().key());
    assertThat(events.getLast().to()).contains(chain.seller());
    assertThat(events.getLast().amount()).contains(terms.amount());
  }

  @Test
  void readsLogsOfOneBlockAndByTopic() {
    TestRegistry.Placed first = registry.create("order-1");
    registry.create("order-2");
    BlockRef block = first.receipt().block();
    List<Log> logs = provider.logs(block, contract(), soon());
    assertThat(logs).isEqualTo(first.receipt().logs());
    LogFilter onlyFirst = new LogFilter(contract(), List.of(Set.of(), Set.of(first.key())));
    assertThat(provider.logs(0, chain.latest().number(), onlyFirst, soon())).isEqualTo(logs);
    assertThat(provider.logs(block, Set.of(chain.buyer()), soon())).isEmpty();
    chain.reorg(2);
    assertThat(failure(() -> provider.logs(block, contract(), soon())))
        .isInstanceOf(RpcFailure.Behind.class);
  }

  @Test
  void aRangePastTheHeadIsNamedBehind() {
    assertThat(failure(() -> provider.logs(900, 999, LogFilter.of(contract()), soon())))
        .isInstanceOf(RpcFailure.Behind.class);
  }

  @Test
  void readsReceipts() {
    TestRegistry.Placed placed = registry.create("order-1");
    Hash transaction = placed.receipt().transaction();
    assertThat(provider.receipt(transaction, soon()))
        .contains(
            new Receipt(
                placed.receipt().block(),
                transaction,
                Execution.SUCCEEDED,
                placed.receipt().logs()));
    assertThat(provider.receipt(placed.key(), soon())).isEmpty();
    Hash refused = chain.mined(chain.submit(registry.releaseCall(transaction))).transaction();
    assertThat(provider.receipt(refused, soon()).orElseThrow().execution())
        .isEqualTo(Execution.REVERTED);
  }

  @Test
  void asksTheContractAtExactlyOneBlock() {
    TestRegistry.Placed placed = registry.create("order-1");
    At held = new At.Block(placed.receipt().block());
    At released = new At.Block(registry.release(placed.key()).block());
    assertThat(status(placed.key(), held)).isEqualTo(EscrowStatus.HELD);
    assertThat(status(placed.key(), released)).isEqualTo(EscrowStatus.RELEASED);
    assertThat(status(placed.key(), At.Tag.LATEST)).isEqualTo(EscrowStatus.RELEASED);
    assertThat(EscrowView.readPaused(call(EscrowView.paused(), held))).contains(false);
    assertThat(EscrowView.readArbiter(call(EscrowView.arbiter(), held))).contains(chain.arbiter());
    assertThat(EscrowView.readHeld(call(EscrowView.held(Address.ZERO), held)).orElseThrow())
        .isEqualTo(provider.balance(registry.address(), held, soon()))
        .isPositive();
    assertThat(provider.balance(registry.address(), released, soon())).isZero();
    chain.reorg(2);
    assertThat(failure(() -> status(placed.key(), held))).isInstanceOf(RpcFailure.Behind.class);
  }

  @Test
  void readsAccounts() {
    BlockRef before = chain.latest().ref();
    long nonce = provider.nonce(chain.buyer(), new At.Block(before), soon());
    registry.create("order-1");
    assertThat(provider.nonce(chain.buyer(), At.Tag.LATEST, soon())).isEqualTo(nonce + 1);
    assertThat(provider.nonce(chain.buyer(), new At.Block(before), soon())).isEqualTo(nonce);
    assertThat(provider.code(registry.address(), At.Tag.LATEST, soon())).isNotEmpty();
    assertThat(provider.code(chain.buyer(), At.Tag.LATEST, soon())).isEmpty();
    chain.setBalance(chain.seller(), BigInteger.TWO.pow(200));
    assertThat(provider.balance(chain.seller(), At.Tag.LATEST, soon()))
        .isEqualTo(BigInteger.TWO.pow(200));
  }

  @Test
  void namesARefusalOfTheContract() {
    byte[] nonsense = {1, 2, 3, 4};
    assertThat(failure(() -> call(nonsense, At.Tag.LATEST)))
        .isEqualTo(new RpcFailure.Reverted("0x"));
  }

  private EscrowStatus status(Hash key, At at) {
    return EscrowView.readEscrowOf(call(EscrowView.escrowOf(key), at)).orElseThrow().status();
  }

  private byte[] call(byte[] data, At at) {
    return provider.call(registry.address(), data, at, soon());
  }

  private Set<Address> contract() {
    return Set.of(registry.address());
  }

  private static RpcFailure failure(ThrowingCallable asking) {
    return Optional.ofNullable(catchThrowableOfType(RpcUnavailable.class, asking))
        .orElseThrow()
        .failure();
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(10), SystemTicker.SYSTEM);
  }

  private static String artifact() throws IOException {
    try (InputStream in =
        ProviderOnAnvilTest.class.getResourceAsStream("/contracts/RegistryEscrow.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
