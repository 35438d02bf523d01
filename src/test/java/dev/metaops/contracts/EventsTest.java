package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.testing.Receipt;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The logs, byte by byte: everything that follows this contract reads nothing else. */
class EventsTest {
  @AutoClose static final TestChain chain = TestChain.start();

  private final TestRegistry registry = chain.deployRegistry();
  private final Address buyer = chain.buyer();
  private final Address seller = chain.seller();
  private final Address arbiter = chain.arbiter();
  private final Address next = chain.account(8);

  @Test
  void createdNamesTheTerms() {
    var placed = registry.create("order-1");
    Terms terms = placed.terms();
    Log log = onlyLog(placed.receipt());
    assertThat(log.topics())
        .containsExactly(
            topic("EscrowCreated(bytes32,address,address,string,address,uint256,uint64)"),
            placed.key(),
            topic(buyer),
            topic(seller));
    assertThat(log.data())
        .isEqualTo(
            data(
                "(string,address,uint256,uint64)",
                "order-1",
                com.esaulpaugh.headlong.abi.Address.wrap(Address.ZERO.text()),
                terms.amount(),
                BigInteger.valueOf(terms.deadline().getEpochSecond())));
  }

  @Test
  void releasedNamesTheSellerAndTheAmount() {
    Hash key = registry.create("order-1").key();
    logged(
        registry.release(key),
        data("(uint256)", TestChain.ETHER),
        topic("EscrowReleased(bytes32,address,uint256)"),
        key,
        topic(seller));
  }

  @Test
  void refundedNamesTheBuyerAndTheAmount() {
    Hash key = registry.create("order-1").key();
    logged(
        registry.refund(key),
        data("(uint256)", TestChain.ETHER),
        topic("EscrowRefunded(bytes32,address,uint256)"),
        key,
        topic(buyer));
  }

  @Test
  void cancelledNamesTheBuyerAndTheAmount() {
    Hash key = registry.create("order-1").key();
    logged(
        registry.cancel(key),
        data("(uint256)", TestChain.ETHER),
        topic("EscrowCancelled(bytes32,address,uint256)"),
        key,
        topic(buyer));
  }

  @Test
  void disputedNamesWhoDisputes() {
    Hash key = registry.create("order-1").key();
    logged(
        chain.send(registry.disputeCall(key).by(seller)),
        "0x",
        topic("EscrowDisputed(bytes32,address)"),
        key,
        topic(seller));
  }

  @Test
  void pauseAndItsEndNameTheArbiter() {
    logged(registry.pause(), "0x", topic("Paused(address)"), topic(arbiter));
    logged(registry.unpause(), "0x", topic("Unpaused(address)"), topic(arbiter));
  }

  @Test
  void theHandoverNamesBoth() {
    Hash offered = topic("ArbiterTransferStarted(address,address)");
    logged(registry.transferArbiter(next), "0x", offered, topic(arbiter), topic(next));
    logged(
        registry.acceptArbiter(next),
        "0x",
        topic("ArbiterTransferred(address,address)"),
        topic(arbiter),
        topic(next));
  }

  @Test
  void deploymentNamesTheFirstArbiter() {
    long deployed = chain.latest().number();
    Receipt receipt = chain.receipts(chain.header(deployed).ref()).getFirst();
    logged(
        receipt,
        "0x",
        topic("ArbiterTransferred(address,address)"),
        topic(Address.ZERO),
        topic(arbiter));
  }

  private void logged(Receipt receipt, String data, Hash... topics) {
    Log log = onlyLog(receipt);
    assertThat(log.topics()).containsExactly(topics);
    assertThat(log.data()).isEqualTo(data);
  }

  private Log onlyLog(Receipt receipt) {
    assertThat(receipt.logs()).hasSize(1);
    Log log = receipt.logs().getFirst();
    assertThat(log.address()).isEqualTo(registry.address());
    assertThat(log.transaction()).isEqualTo(receipt.transaction());
    assertThat(log.block()).isEqualTo(receipt.block());
    return log;
  }

  private static Hash topic(String signature) {
    return Hash.of(new Keccak(256).digest(signature.getBytes(StandardCharsets.UTF_8)));
  }

  private static Hash topic(Address address) {
    return new Hash("0x" + "0".repeat(24) + address.text().substring(2));
  }

  private static String data(String types, Object... values) {
    var buffer = TupleType.<Tuple>parse(types).encode(Tuple.from(values));
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return "0x" + HexFormat.of().formatHex(bytes);
  }
}
