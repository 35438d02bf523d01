package dev.metaops.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.Gwei;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SenderNonce;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.RevertReasons;
import dev.metaops.order.PendingWait;
import dev.metaops.order.TransactionFate;
import dev.metaops.order.TransactionFate.Finality;
import dev.metaops.order.TransactionFate.Stage;
import dev.metaops.reconcile.TransactionLook.Wanted;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.RpcError;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Transactions that go wrong in each way there is, on a real node. */
class TransactionLookTest {
  /** Reverts with whatever it is called with: CALLDATACOPY of everything, REVERT of it. */
  private static final String ECHO = "0x365f5f37365ffd";

  /** Loops until the gas is gone. */
  private static final String LOOP = "0x5b5f56";

  private static final Address REVERTING = new Address("0x" + "ec".repeat(20));
  private static final Address LOOPING = new Address("0x" + "1f".repeat(20));
  private static final String WORD = "0".repeat(62);

  @AutoClose private final TestChain chain = TestChain.start();
  @AutoClose private final FakeNode front = new FakeNode();
  private final TestRegistry registry = chain.deployRegistry();
  private final Address sender = chain.account(5);
  private final TransactionLook look = look(chain.url());

  private static TransactionLook look(String url) {
    return new TransactionLook(
        new Provider(
            new JsonRpc(
                Endpoint.parse("anvil", url),
                Patience.ONCE,
                SystemTicker.SYSTEM,
                new SplittableRandom(1))),
        Optional.of(31_337L),
        new SettleOn.Finalized(),
        new RevertReasons(EscrowAbi.parse(referenceAbi())));
  }

  private static String referenceAbi() {
    try (InputStream in =
        TransactionLookTest.class.getResourceAsStream("/contracts/RegistryEscrow.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(20), SystemTicker.SYSTEM);
  }

  private TransactionFate fate(Hash hash) {
    return fate(look, hash, Optional.empty());
  }

  private static TransactionFate fate(
      TransactionLook look, Hash hash, Optional<SenderNonce> remembered) {
    Map<Hash, TransactionFate> fates = look.follow(List.of(new Wanted(hash, remembered)), soon());
    return Objects.requireNonNull(fates.get(hash));
  }

  private PendingWait why(Hash hash) {
    return why(look, hash);
  }

  private static PendingWait why(TransactionLook look, Hash hash) {
    TransactionFate fate = fate(look, hash, Optional.empty());
    assertThat(fate).isInstanceOf(TransactionFate.Pending.class);
    return ((TransactionFate.Pending) fate).why();
  }

  private void stopMining() {
    chain.ask("evm_setAutomine", false);
  }

  /** A transaction of {@link #sender}, with fees in gwei. */
  private Hash send(long nonce, long most, Address to, String data) {
    ObjectNode transaction =
        FakeNode.JSON
            .createObjectNode()
            .put("from", sender.text())
            .put("to", to.text())
            .put("data", data)
            .put("nonce", "0x" + Long.toHexString(nonce))
            .put("gas", "0x30d40")
            .put("maxFeePerGas", "0x" + gwei(most).toString(16))
            .put("maxPriorityFeePerGas", "0x" + gwei(1).toString(16));
    return new Hash(chain.ask("eth_sendTransaction", transaction).stringValue());
  }

  private Hash send(long nonce) {
    return send(nonce, 20, chain.account(6), "0x");
  }

  private static BigInteger gwei(long amount) {
    return BigInteger.valueOf(amount).multiply(BigInteger.TEN.pow(9));
  }

  @Test
  void followsOneThroughThePoolIntoABlockAndToFinality() {
    stopMining();
    Hash hash = send(0);
    assertThat(why(hash)).isEqualTo(new PendingWait.ForBlock());
    assertThat(fate(hash).isTrouble()).isFalse();
    chain.mine(1);
    assertThat(fate(hash))
        .isEqualTo(new TransactionFate.Included(hash, chain.latest().ref(), 0, Finality.NOT_FINAL));
    chain.mine(12);
    assertThat(fate(hash))
        .isInstanceOfSatisfying(
            TransactionFate.Included.class,
            included -> {
              assertThat(included.confirmations()).isEqualTo(12);
              assertThat(included.finality()).isEqualTo(Finality.FINAL);
            });
  }

  @Test
  void namesTheNonceThatIsMissing() {
    stopMining();
    send(0);
    Hash behind = send(2);
    assertThat(why(behind)).isEqualTo(new PendingWait.NonceGap(1));
    assertThat(fate(behind).next().orElseThrow().nonce()).contains(1L);
    send(1);
    assertThat(why(behind)).isInstanceOf(PendingWait.Behind.class);
    assertThat(fate(behind).isTrouble()).isFalse();
  }

  @Test
  void seesAFeeBelowWhatTheNextBlockAsksAndWhoIsStuckBehindIt() {
    stopMining();
    Hash cheap = send(0, 2, chain.account(6), "0x");
    Hash behind = send(1, 500, chain.account(6), "0x");
    chain.ask("anvil_setNextBlockBaseFeePerGas", "0x" + gwei(100).toString(16));
    assertThat(why(cheap)).isEqualTo(new PendingWait.FeeTooLow(gwei(100)));
    assertThat(why(behind))
        .isInstanceOfSatisfying(
            PendingWait.Behind.class,
            wait -> {
              PendingWait.Older older = wait.older().orElseThrow();
              assertThat(older.transaction().hash()).isEqualTo(cheap);
              assertThat(older.why()).isEqualTo(new PendingWait.FeeTooLow(gwei(100)));
            });
    var next = fate(behind).next().orElseThrow();
    assertThat(next.nonce()).contains(0L);
    assertThat(Gwei.text(next.least().orElseThrow().most())).isEqualTo("112.5");
    assertThat(Gwei.text(next.least().orElseThrow().tip())).isEqualTo("1.1");
  }

  @Test
  void seesASenderThatCannotPay() {
    stopMining();
    Hash hash = send(0);
    chain.setBalance(sender, BigInteger.ONE);
    assertThat(why(hash))
        .isEqualTo(
            new PendingWait.BalanceTooLow(
                gwei(20).multiply(BigInteger.valueOf(200_000)), BigInteger.ONE));
  }

  @Test
  void seesThatAPausedContractWouldRefuseIt() {
    registry.pause();
    stopMining();
    Hash hash = chain.submit(registry.createCall(registry.terms("order-1")));
    assertThat(why(hash)).isEqualTo(new PendingWait.WouldRevert("IsPaused()"));
    assertThat(fate(hash).isTrouble()).isTrue();
  }

  @Test
  void tellsADroppedOneByItsFreeNonce() {
    stopMining();
    Hash hash = send(0);
    assertThat(why(hash)).isEqualTo(new PendingWait.ForBlock());
    chain.ask("anvil_dropTransaction", hash.text());
    var place = new SenderNonce(sender, 0);
    assertThat(fate(look, hash, Optional.of(place)))
        .isInstanceOfSatisfying(
            TransactionFate.Dropped.class, dropped -> assertThat(dropped.place()).contains(place));
    assertThat(fate(hash).sentence()).contains("its sender and nonce are not known");
  }

  @Test
  void tellsAReplacedOneAndFindsWhatReplacedIt() {
    stopMining();
    Hash first = send(0, 20, chain.account(6), "0x");
    var place = new SenderNonce(sender, 0);
    Hash second = send(0, 40, chain.account(7), "0x");
    assertThat(fate(look, first, Optional.of(place)))
        .isEqualTo(new TransactionFate.Replaced(first, place, Optional.of(second), Stage.IN_POOL));
    chain.mine(1);
    send(1);
    chain.mine(20);
    assertThat(fate(look, first, Optional.of(place)))
        .isEqualTo(new TransactionFate.Replaced(first, place, Optional.of(second), Stage.IN_BLOCK));
    assertThat(fate(look, second, Optional.of(place))).isInstanceOf(TransactionFate.Included.class);
  }

  @Test
  void findsAReplacementAtAnyAgeAndSaysSoWhereTheStateIsGone() {
    Hash never = new Hash("0x" + "99".repeat(32));
    List<Hash> sent = new ArrayList<>();
    for (int nonce = 0; nonce < 12; nonce++) {
      sent.add(send(nonce));
      chain.mined(sent.getLast());
      chain.mine(1 + nonce * 3);
    }
    for (int nonce = 0; nonce < 12; nonce++) {
      Hash other = sent.get(nonce);
      assertThat(fate(look, never, Optional.of(new SenderNonce(sender, nonce))))
          .isInstanceOfSatisfying(
              TransactionFate.Replaced.class,
              replaced -> assertThat(replaced.by()).contains(other));
    }
    forward();
    front.on(
        "eth_getTransactionCount",
        parameters -> {
          if (parameters.path(1).stringValue().startsWith("0x")) {
            throw new FakeNode.Refusal(-32000, "missing trie node");
          }
          return ask("eth_getTransactionCount", parameters);
        });
    assertThat(fate(look(front.url()), never, Optional.of(new SenderNonce(sender, 3))))
        .isInstanceOfSatisfying(
            TransactionFate.Replaced.class, replaced -> assertThat(replaced.by()).isEmpty());
  }

  @Test
  void saysWhyARevertedOneWasUndone() {
    chain.ask("anvil_setCode", REVERTING.text(), ECHO);
    chain.ask("anvil_setCode", LOOPING.text(), LOOP);
    String text = WORD + "20" + WORD + "09" + "6e6f7420796f757273" + "00".repeat(23);
    Map<String, String> reasons =
        Map.of(
            "0x08c379a0" + text,
            "\"not yours\"",
            "0x4e487b71" + WORD + "12",
            "panic 0x12: division by zero",
            "0xdeadbeef",
            "error 0xdeadbeef, which the configured ABI does not name",
            "0x",
            "no reason given");
    long nonce = 0;
    for (var reason : reasons.entrySet()) {
      checkReason(send(nonce, 20, REVERTING, reason.getKey()), reason.getValue());
      nonce++;
    }
    checkReason(send(nonce, 20, LOOPING, "0x"), "out of gas, all 200000 of its limit were used");
  }

  @Test
  void readsTheEscrowsOwnErrors() {
    var placed = registry.create("order-1");
    Address stranger = chain.account(8);
    Hash hash = chain.submit(registry.cancelCall(placed.key()).by(stranger));
    chain.mined(hash);
    assertThat(((TransactionFate.Reverted) fate(hash)).reason())
        .isEqualToIgnoringCase("NotAllowed(" + placed.key() + ", " + stranger + ", 1)");
  }

  @Test
  void admitsThatAReplayOnTheBlockBeforeCannotShowIt() {
    var placed = registry.create("order-1");
    stopMining();
    chain.submit(registry.releaseCall(placed.key()));
    Hash late = chain.submit(registry.releaseCall(placed.key()));
    chain.mine(1);
    assertThat(((TransactionFate.Reverted) fate(late)).reason()).contains("came first");
  }

  private void checkReason(Hash hash, String reason) {
    chain.mined(hash);
    assertThat(fate(hash))
        .isInstanceOfSatisfying(
            TransactionFate.Reverted.class,
            reverted -> assertThat(reverted.reason()).isEqualTo(reason));
  }

  @Test
  void withoutAPoolToSeeItSaysWhatIsCertain() {
    forward();
    TransactionLook blind = look(front.url());
    stopMining();
    Hash first = send(0);
    Hash second = send(1);
    Hash fourth = send(3);
    assertThat(why(blind, first)).isEqualTo(new PendingWait.ForBlock());
    assertThat(why(blind, second)).isEqualTo(new PendingWait.Behind(0, Optional.empty()));
    assertThat(why(blind, fourth)).isEqualTo(new PendingWait.NonceGap(2));
  }

  @Test
  void followsTwoHundredTogetherInADozenRequests() {
    stopMining();
    List<Wanted> wanted = new ArrayList<>();
    for (int nonce = 0; nonce < 200; nonce++) {
      wanted.add(new Wanted(send(nonce), Optional.empty()));
    }
    chain.mine(1);
    forward();
    Map<Hash, TransactionFate> fates = look(front.url()).follow(wanted, soon());
    assertThat(fates.values()).hasSize(200).allMatch(TransactionFate.Included.class::isInstance);
    assertThat(List.copyOf(fates.keySet())).isEqualTo(wanted.stream().map(Wanted::hash).toList());
    assertThat(front.asked()).hasSizeLessThanOrEqualTo(12);
  }

  @Test
  void aNodeThatFailsIsAnUnknownFateAndSoIsAnotherChain() {
    Hash hash = send(0);
    assertThat(fate(look("http://127.0.0.1:1"), hash, Optional.empty()).sentence())
        .contains("could not be followed", "unreachable");
    forward();
    front.on("eth_chainId", "\"0x1\"");
    assertThat(fate(look(front.url()), hash, Optional.empty()).sentence()).contains("wrong chain");
    forward();
    front.on(
        "eth_getTransactionReceipt",
        _ -> {
          throw new FakeNode.Refusal(-32000, "it is tired");
        });
    assertThat(fate(look(front.url()), hash, Optional.empty()).sentence()).contains("it is tired");
    Deadline passed = Deadline.in(Duration.ZERO, SystemTicker.SYSTEM);
    assertThat(look.follow(List.of(new Wanted(hash, Optional.empty())), passed).values())
        .singleElement()
        .isInstanceOf(TransactionFate.Unknown.class);
  }

  /** A node in front of the real one that does not show its pool. */
  private void forward() {
    for (String method :
        List.of(
            "eth_chainId",
            "eth_getBlockByNumber",
            "eth_getTransactionByHash",
            "eth_getTransactionReceipt",
            "eth_getTransactionCount",
            "eth_getBalance",
            "eth_call")) {
      front.on(method, parameters -> ask(method, parameters));
    }
  }

  private JsonNode ask(String method, JsonNode parameters) {
    List<Object> each = new ArrayList<>();
    parameters.forEach(each::add);
    try {
      return chain.ask(method, each.toArray());
    } catch (RpcError error) {
      throw new FakeNode.Refusal(error.code(), String.valueOf(error.getMessage()));
    }
  }
}
