package dev.metaops.testing;

import dev.metaops.chain.Address;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A transaction to send, or to put into the other side of a fork.
 *
 * @param to empty deploys {@code data}
 * @param value wei
 */
public record Call(Address from, Optional<Address> to, String data, BigInteger value) {
  public static Call to(Address to, Address from, String data) {
    return new Call(from, Optional.of(to), data, BigInteger.ZERO);
  }

  public Call withValue(BigInteger wei) {
    return new Call(from, to, data, wei);
  }

  public Call by(Address sender) {
    return new Call(sender, to, data, value);
  }
}
