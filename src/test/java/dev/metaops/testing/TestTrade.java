package dev.metaops.testing;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A deployed escrow of one trade. Verbs send at once and wait; those ending in {@code Call} only
 * say what to send.
 *
 * <pre>{@code
 * TestTrade trade = chain.deployTradeFactory().create("order-1");
 * trade.deposit();
 * trade.confirm();
 * trade.execute();
 * trade.release(BigInteger.ONE);
 * trade.releaseAll();
 * }</pre>
 *
 * Without a factory: {@link TestChain#deployTrade(String)}.
 */
public record TestTrade(TestContract contract, Terms terms) {
  /** Where the trade stands, in the contract's own order. */
  public enum State {
    AWAITING_DEPOSIT,
    AWAITING_CONFIRMATION,
    COMPLETE,
    REFUNDED
  }

  /**
   * What a trade is about, all of it immutable.
   *
   * @param amount wei
   */
  public record Terms(
      Address depositor,
      Address counterparty,
      Address token,
      BigInteger amount,
      Address arbiter,
      Hash tradeHash) {
    /** One coin from {@link TestChain#buyer} for {@link TestChain#seller}. */
    public static Terms of(TestChain chain, String orderId) {
      return new Terms(
          chain.buyer(),
          chain.seller(),
          Address.ZERO,
          TestChain.ETHER,
          chain.arbiter(),
          hashOf(orderId));
    }

    public Terms withAmount(BigInteger wei) {
      return new Terms(depositor, counterparty, token, wei, arbiter, tradeHash);
    }

    public Terms withParties(Address pays, Address isPaid) {
      return new Terms(pays, isPaid, token, amount, arbiter, tradeHash);
    }

    String deployment() {
      return Artifact.of("TradeEscrow")
          .deployment(depositor, counterparty, token, amount, arbiter, tradeHash);
    }
  }

  private static final BigInteger FAR = BigInteger.ONE.shiftLeft(40);

  /** The trade hash these helpers give an order: the hash of its id. */
  public static Hash hashOf(String orderId) {
    return Hash.of(new Keccak(256).digest(orderId.getBytes(StandardCharsets.UTF_8)));
  }

  public Address address() {
    return contract.address();
  }

  // ---------------------------------------------------------------------------------------- money

  /** By the depositor, the whole amount. */
  public Receipt deposit() {
    return send(depositCall());
  }

  /** By the counterparty. */
  public Receipt confirm() {
    return send(confirmCall());
  }

  /** By the depositor; the trade step with a path of two. */
  public Receipt execute() {
    return send(executeCall(List.of(terms.depositor(), terms.counterparty())));
  }

  /** By the arbiter. */
  public Receipt release(BigInteger part) {
    return send(releaseCall(part));
  }

  /** By the arbiter; whatever is left. */
  public Receipt releaseAll() {
    return release(terms.amount().subtract(released()));
  }

  /** By the arbiter. */
  public Receipt refund() {
    return send(refundCall());
  }

  public Call depositCall() {
    return contract.call("deposit").by(terms.depositor()).withValue(terms.amount());
  }

  public Call confirmCall() {
    return contract.call("confirmTrade").by(terms.counterparty());
  }

  /** A minimum of one, and a deadline far away. */
  public Call executeCall(List<Address> path) {
    return executeCall(path, FAR);
  }

  /** A minimum of one; the deadline in seconds since 1970. */
  public Call executeCall(List<Address> path, BigInteger deadline) {
    return contract.call("executeTrade", BigInteger.ONE, path, deadline).by(terms.depositor());
  }

  public Call releaseCall(BigInteger part) {
    return contract.call("release", part).by(terms.arbiter());
  }

  public Call refundCall() {
    return contract.call("refund").by(terms.arbiter());
  }

  // ------------------------------------------------------------------------------------- readings

  public State state() {
    return State.values()[contract.number("currentState").intValueExact()];
  }

  public BigInteger released() {
    return contract.number("released");
  }

  public boolean traded() {
    return contract.holds("traded");
  }

  private Receipt send(Call call) {
    return contract.chain().send(call);
  }
}
