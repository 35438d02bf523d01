package dev.metaops.contract;

import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import dev.metaops.chain.Address;
import java.math.BigInteger;
import java.util.Optional;

/** Reading functions many contracts have, beside the registry's own. */
final class Views {
  private static final Function OWNER = new Function("owner()", "(address)");
  private static final Function PENDING_ARBITER = new Function("pendingArbiter()", "(address)");
  private static final Function IMPLEMENTATION = new Function("implementation()", "(address)");
  private static final Function BALANCE_OF = new Function("balanceOf(address)", "(uint256)");

  private Views() {}

  static byte[] owner() {
    return OWNER.encodeCallWithArgs().array();
  }

  static byte[] pendingArbiter() {
    return PENDING_ARBITER.encodeCallWithArgs().array();
  }

  /** A beacon's. */
  static byte[] implementation() {
    return IMPLEMENTATION.encodeCallWithArgs().array();
  }

  /** ERC-20. */
  static byte[] balanceOf(Address account) {
    return BALANCE_OF
        .encodeCallWithArgs(
            com.esaulpaugh.headlong.abi.Address.wrap(
                com.esaulpaugh.headlong.abi.Address.toChecksumAddress(account.text())))
        .array();
  }

  static Optional<Address> readAddress(byte[] answer) {
    return read(OWNER, answer).map(tuple -> new Address(tuple.get(0).toString()));
  }

  static Optional<BigInteger> readNumber(byte[] answer) {
    return read(BALANCE_OF, answer).map(tuple -> tuple.get(0));
  }

  private static Optional<Tuple> read(Function function, byte[] answer) {
    try {
      return Optional.of(function.<Tuple>decodeReturn(answer));
    } catch (RuntimeException unreadable) { // the library has no common type for what it refuses
      return Optional.empty();
    }
  }
}
