package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.Function;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import java.util.Optional;

/**
 * What to send to pay an order's money back to its buyer, without value.
 *
 * @param data 0x and hex digits
 * @param function its signature: {@code refund(bytes32)}
 */
public record RefundCall(Address to, String data, String function) {
  private static final Function BY_KEY = new Function("refund(bytes32)");
  private static final Function WHOLE = new Function("refund()");

  /**
   * For an escrow of this kind; empty where only its own ABI knows.
   *
   * @param contract the order's, or the registry
   */
  public static Optional<RefundCall> of(EscrowStorage kind, Address contract, Hash key) {
    return switch (kind) {
      case EscrowStorage.Registry() ->
          Optional.of(
              call(contract, BY_KEY, BY_KEY.encodeCallWithArgs((Object) key.bytes()).array()));
      case EscrowStorage.PerOrder _ ->
          Optional.of(call(contract, WHOLE, WHOLE.encodeCallWithArgs().array()));
      case EscrowStorage.Function _, EscrowStorage.None() -> Optional.empty();
    };
  }

  private static RefundCall call(Address contract, Function function, byte[] data) {
    return new RefundCall(contract, Hex.text(data), function.getCanonicalSignature());
  }
}
