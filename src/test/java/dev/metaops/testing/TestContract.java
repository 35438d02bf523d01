package dev.metaops.testing;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.math.BigInteger;

/**
 * Any deployed contract of {@code contracts/src} or {@code contracts/test-src}, spoken to by the
 * names in its source. Argument types: see {@link Artifact}.
 */
public record TestContract(TestChain chain, Address address, Artifact artifact) {
  /** The same address seen as another contract, as a proxy is. */
  public TestContract as(String name) {
    return new TestContract(chain, address, Artifact.of(name));
  }

  /** What to send, by account 0 unless told otherwise. */
  public Call call(String function, Object... arguments) {
    return Call.to(address, chain.arbiter(), artifact.call(function, arguments));
  }

  /** Sends it, by account 0, and waits. */
  public Receipt send(String function, Object... arguments) {
    return chain.send(call(function, arguments));
  }

  /** The first value a function returns. */
  public Object read(String function, Object... arguments) {
    return artifact.returned(function, chain.call(call(function, arguments))).getFirst();
  }

  public BigInteger number(String function, Object... arguments) {
    Object value = read(function, arguments);
    return value instanceof BigInteger big ? big : BigInteger.valueOf(((Number) value).longValue());
  }

  public Address account(String function, Object... arguments) {
    return (Address) read(function, arguments);
  }

  public boolean holds(String function, Object... arguments) {
    return (boolean) read(function, arguments);
  }

  public byte[] bytes(String function, Object... arguments) {
    return (byte[]) read(function, arguments);
  }

  public Hash hash(String function, Object... arguments) {
    return Hash.of(bytes(function, arguments));
  }

  /** The code at the address. */
  public String code() {
    return chain.ask("eth_getCode", address.text(), "latest").stringValue();
  }
}
