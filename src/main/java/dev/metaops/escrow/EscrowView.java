package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * The registry's reading functions: what to send, and what the answer says. Answers that cannot be
 * read are empty; a contract that gives them is not the registry.
 */
public final class EscrowView {
  private static final Function ESCROW_OF =
      new Function("escrowOf(bytes32)", "((address,address,address,uint256,uint64,uint8))");
  private static final Function PAUSED = new Function("paused()", "(bool)");
  private static final Function ARBITER = new Function("arbiter()", "(address)");
  private static final Function HELD = new Function("held(address)", "(uint256)");

  private EscrowView() {}

  /**
   * What the contract holds under a key.
   *
   * @param amount base units
   * @param deadline after which the buyer may take a refund; the year 9999 at most
   */
  public record Holding(
      Address buyer,
      Address seller,
      Address token,
      BigInteger amount,
      Instant deadline,
      EscrowStatus status) {}

  public static byte[] escrowOf(Hash key) {
    return ESCROW_OF.encodeCallWithArgs((Object) key.bytes()).array();
  }

  public static Optional<Holding> readEscrowOf(byte[] answer) {
    return read(ESCROW_OF, answer).flatMap(EscrowView::holding);
  }

  public static byte[] paused() {
    return PAUSED.encodeCallWithArgs().array();
  }

  public static Optional<Boolean> readPaused(byte[] answer) {
    return read(PAUSED, answer).map(tuple -> tuple.get(0));
  }

  public static byte[] arbiter() {
    return ARBITER.encodeCallWithArgs().array();
  }

  public static Optional<Address> readArbiter(byte[] answer) {
    return read(ARBITER, answer).map(tuple -> Words.address(tuple.get(0)));
  }

  /** The sum of everything held of one token. */
  public static byte[] held(Address token) {
    return HELD.encodeCallWithArgs(EscrowKey.word(token)).array();
  }

  /** In base units. */
  public static Optional<BigInteger> readHeld(byte[] answer) {
    return read(HELD, answer).map(tuple -> tuple.get(0));
  }

  private static Optional<Holding> holding(Tuple answer) {
    Tuple escrow = answer.get(0);
    return EscrowStatus.of(escrow.<Integer>get(5))
        .map(status ->
            new Holding(
                Words.address(escrow.get(0)),
                Words.address(escrow.get(1)),
                Words.address(escrow.get(2)),
                escrow.get(3),
                Words.instant(escrow.get(4)),
                status));
  }

  private static Optional<Tuple> read(Function function, byte[] answer) {
    try {
      return Optional.of(function.<Tuple>decodeReturn(answer));
    } catch (RuntimeException unreadable) { // the library has no common type for what it refuses
      return Optional.empty();
    }
  }
}
