package dev.metaops.testing;

import dev.metaops.chain.Address;
import java.math.BigInteger;

/**
 * A deployed ERC-20 token that anybody may mint.
 *
 * <pre>{@code
 * TestToken token = chain.deployToken();
 * var escrow = registry.create(registry.terms("order-1", token, BigInteger.TEN));
 * registry.release(escrow.key());
 * token.balance(chain.seller());
 * }</pre>
 *
 * What only one kind can do is said by its own words: {@code token.contract().send("freeze", who)}.
 */
public record TestToken(TestContract contract) {
  /** How a token behaves; the contract of the same name in {@code contracts/test-src}. */
  public enum Kind {
    /** As the standard says. */
    PLAIN("PlainToken"),
    /** Returns nothing, as USDT does; six decimals. */
    SILENT("SilentToken"),
    /** Takes a fee once {@code setFee(amount, onTop)} says so. */
    FEE("FeeToken"),
    /** Returns false once {@code refuse(true)} says so, and where others revert. */
    FALSE("FalseToken"),
    /** Calls on each transfer what {@code onTransfer(target, data, first)} says. */
    REENTRANT("ReentrantToken"),
    /** Lies, burns, freezes, seizes: {@code setMood(0 … 5)}, {@code freeze}, {@code seize}. */
    HOSTILE("HostileToken");

    private final String contract;

    Kind(String contract) {
      this.contract = contract;
    }
  }

  static TestToken deploy(TestChain chain, Kind kind) {
    return new TestToken(chain.deployContract(kind.contract));
  }

  public Address address() {
    return contract.address();
  }

  public Receipt mint(Address to, BigInteger amount) {
    return contract.send("mint", to, amount);
  }

  public Receipt approve(Address owner, Address spender, BigInteger amount) {
    return contract.chain().send(contract.call("approve", spender, amount).by(owner));
  }

  public Receipt transfer(Address from, Address to, BigInteger amount) {
    return contract.chain().send(contract.call("transfer", to, amount).by(from));
  }

  /** Gives the owner this much more and lets the spender take it: what a deposit needs. */
  public void provide(Address owner, Address spender, BigInteger amount) {
    mint(owner, amount);
    approve(owner, spender, amount);
  }

  public BigInteger balance(Address owner) {
    return contract.number("balanceOf", owner);
  }
}
