package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.math.BigInteger;

/**
 * The key under which the registry holds an escrow: {@code keccak256(abi.encode(string orderId,
 * address buyer, address seller, address token, uint256 amount))}. Whoever knows an order's row can
 * compute it; nobody can put other terms under it.
 */
public final class EscrowKey {
  private static final TupleType<Tuple> TERMS =
      TupleType.parse("(string,address,address,address,uint256)");

  private EscrowKey() {}

  /**
   * The key of these terms.
   *
   * @param amount base units, 0 to 2^256-1
   */
  public static Hash of(
      String orderId, Address buyer, Address seller, Address token, BigInteger amount) {
    Tuple terms = Tuple.from(orderId, word(buyer), word(seller), word(token), amount);
    return Hash.of(new Keccak(256).digest(TERMS.encode(terms).array()));
  }

  public static Hash of(EscrowEvent.Terms terms) {
    return of(terms.orderId(), terms.buyer(), terms.seller(), terms.token(), terms.amount());
  }

  static com.esaulpaugh.headlong.abi.Address word(Address address) {
    return com.esaulpaugh.headlong.abi.Address.wrap(
        com.esaulpaugh.headlong.abi.Address.toChecksumAddress(address.text()));
  }
}
