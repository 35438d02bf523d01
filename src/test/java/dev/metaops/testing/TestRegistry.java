package dev.metaops.testing;

import com.esaulpaugh.headlong.abi.Function;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HexFormat;

/**
 * A deployed reference registry. Verbs named as the contract's send at once and wait; those ending
 * in {@code Call} only say what to send, for {@link TestChain#submit} and {@link TestChain#reorg}.
 */
public final class TestRegistry {
  /** An escrow that was put on chain. */
  public record Placed(Terms terms, Hash key, Receipt receipt) {}

  private static final Duration TERM = Duration.ofHours(1);

  private final TestChain chain;
  private final Address address;
  private final RegistryContract contract;

  TestRegistry(TestChain chain, Address address, RegistryContract contract) {
    this.chain = chain;
    this.address = address;
    this.contract = contract;
  }

  public Address address() {
    return address;
  }

  public RegistryContract contract() {
    return contract;
  }

  // ---------------------------------------------------------------------------------------- money

  /** One coin from {@link TestChain#buyer} for {@link TestChain#seller}, for an hour. */
  public Terms terms(String orderId) {
    return terms(orderId, TestChain.ETHER);
  }

  public Terms terms(String orderId, BigInteger amount) {
    return new Terms(
        orderId, chain.buyer(), chain.seller(), Address.ZERO, amount, chain.now().plus(TERM));
  }

  /** The same in a token, which the buyer is given and lets the contract take. */
  public Terms terms(String orderId, TestToken token, BigInteger amount) {
    token.provide(chain.buyer(), address, amount);
    return new Terms(
        orderId, chain.buyer(), chain.seller(), token.address(), amount, chain.now().plus(TERM));
  }

  public Placed create(String orderId) {
    return create(terms(orderId));
  }

  public Placed create(String orderId, BigInteger amount) {
    return create(terms(orderId, amount));
  }

  public Placed create(String orderId, TestToken token, BigInteger amount) {
    return create(terms(orderId, token, amount));
  }

  public Placed create(Terms terms) {
    return new Placed(terms, RegistryContract.key(terms), chain.send(createCall(terms)));
  }

  /** By the buyer. */
  public Receipt release(Hash key) {
    return chain.send(releaseCall(key));
  }

  /** By the seller. */
  public Receipt refund(Hash key) {
    return chain.send(refundCall(key));
  }

  /** By the seller. */
  public Receipt cancel(Hash key) {
    return chain.send(cancelCall(key));
  }

  /** By the buyer. */
  public Receipt dispute(Hash key) {
    return chain.send(disputeCall(key));
  }

  public Call createCall(Terms terms) {
    boolean ownCoin = terms.token().equals(Address.ZERO);
    return call(terms.buyer(), contract.create(terms))
        .withValue(ownCoin ? terms.amount() : BigInteger.ZERO);
  }

  public Call releaseCall(Hash key) {
    return call(chain.buyer(), contract.release(key));
  }

  public Call refundCall(Hash key) {
    return call(chain.seller(), contract.refund(key));
  }

  public Call cancelCall(Hash key) {
    return call(chain.seller(), contract.cancel(key));
  }

  public Call disputeCall(Hash key) {
    return call(chain.buyer(), contract.dispute(key));
  }

  // -------------------------------------------------------------------------------------- arbiter

  public Receipt pause() {
    return chain.send(call(chain.arbiter(), contract.pause()));
  }

  public Receipt unpause() {
    return chain.send(call(chain.arbiter(), contract.unpause()));
  }

  public Receipt transferArbiter(Address to) {
    return chain.send(call(chain.arbiter(), contract.transferArbiter(to)));
  }

  public Receipt acceptArbiter(Address by) {
    return chain.send(call(by, contract.acceptArbiter()));
  }

  // ------------------------------------------------------------------------------------- readings

  public RegistryContract.Escrow escrow(Hash key) {
    return contract.escrow(read(contract.escrowOf(key)));
  }

  public RegistryContract.Status status(Hash key) {
    return escrow(key).status();
  }

  /** What the contract says it holds, in the chain's own coin. */
  public BigInteger held() {
    return held(Address.ZERO);
  }

  /** What the contract says it holds of a token. */
  public BigInteger held(Address token) {
    return number(contract.held(token));
  }

  public Address arbiter() {
    return account(contract.arbiter());
  }

  public Address pendingArbiter() {
    return account(contract.pendingArbiter());
  }

  public boolean paused() {
    return number(contract.paused()).signum() != 0;
  }

  /** The key as the contract derives it. */
  public Hash keyOf(Terms terms) {
    return new Hash(read(contract.keyOf(terms)));
  }

  /** A call of this contract with any data. */
  public Call call(Address from, String data) {
    return Call.to(address, from, data);
  }

  /**
   * The same call made through a contract of {@code contracts/test-src} that can {@code act}; sent
   * by {@link TestChain#arbiter}.
   */
  public Call through(Address party, Call call) {
    byte[] data = HexFormat.of().parseHex(call.data(), 2, call.data().length());
    var buffer = new Function("act(bytes)").encodeCallWithArgs((Object) data);
    byte[] encoded = new byte[buffer.remaining()];
    buffer.get(encoded);
    return Call.to(party, chain.arbiter(), "0x" + HexFormat.of().formatHex(encoded))
        .withValue(call.value());
  }

  private String read(String data) {
    return chain.call(call(chain.arbiter(), data));
  }

  private BigInteger number(String data) {
    return new BigInteger(read(data).substring(2), 16);
  }

  private Address account(String data) {
    return new Address("0x" + read(data).substring(26));
  }
}
