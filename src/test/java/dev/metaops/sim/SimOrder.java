package dev.metaops.sim;

import java.math.BigInteger;
import java.util.List;

/**
 * What two parties agreed on, as the venue's row has it.
 *
 * @param key under which the registry holds its escrow
 */
public record SimOrder(
    String id,
    String buyer,
    String seller,
    String token,
    BigInteger amount,
    long deadline,
    String contract,
    String key) {
  public static final String ETHER = "0x" + "00".repeat(20);

  static SimOrder of(String id, BigInteger amount, String contract) {
    String buyer = SimBytes.address("buyer of " + id);
    String seller = SimBytes.address("seller of " + id);
    return new SimOrder(
        id, buyer, seller, ETHER, amount, 2_000_000_000L, contract, key(id, buyer, seller, amount));
  }

  private static String key(String id, String buyer, String seller, BigInteger amount) {
    String encoded =
        SimBytes.word(5 * 32)
            + SimBytes.word(buyer)
            + SimBytes.word(seller)
            + SimBytes.word(ETHER)
            + SimBytes.word(amount)
            + SimBytes.text(id);
    return SimBytes.hex(SimBytes.keccak(SimBytes.bytes("0x" + encoded)));
  }

  /** The same id and parties for another amount: another key, and not this order's money. */
  SimOrder ofAmount(BigInteger other) {
    return new SimOrder(
        id, buyer, seller, token, other, deadline, contract, key(id, buyer, seller, other));
  }

  SimLog created(String emitter) {
    return new SimLog(
        emitter,
        List.of(
            topic("EscrowCreated(bytes32,address,address,string,address,uint256,uint64)"),
            key,
            "0x" + SimBytes.word(buyer),
            "0x" + SimBytes.word(seller)),
        "0x"
            + SimBytes.word(4 * 32)
            + SimBytes.word(token)
            + SimBytes.word(amount)
            + SimBytes.word(deadline)
            + SimBytes.text(id));
  }

  SimLog paid(String event, String to, String emitter) {
    return new SimLog(
        emitter,
        List.of(topic(event + "(bytes32,address,uint256)"), key, "0x" + SimBytes.word(to)),
        "0x" + SimBytes.word(amount));
  }

  SimLog disputed(String emitter) {
    return new SimLog(
        emitter,
        List.of(topic("EscrowDisputed(bytes32,address)"), key, "0x" + SimBytes.word(buyer)),
        "0x");
  }

  private static String topic(String signature) {
    return SimBytes.hash(signature);
  }
}
