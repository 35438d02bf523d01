package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.Function;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * The reading functions of a contract that holds one order's money, and its code. Answers that
 * cannot be read are empty; a contract that gives them is not such a contract.
 */
public final class TradeContract {
  private static final Function CURRENT_STATE = new Function("currentState()", "(uint8)");
  private static final Function BALANCE_OF = new Function("balanceOf(address)", "(uint256)");
  private static final int PUSH1 = 0x60;
  private static final int PUSH32 = 0x7f;

  private TradeContract() {}

  /** What the contract says of itself. The order is that of its own numbers. */
  public enum State {
    AWAITING_DEPOSIT,
    AWAITING_CONFIRMATION,
    /** Confirmed; swapped and paid out too, perhaps. */
    COMPLETE,
    REFUNDED
  }

  public static byte[] currentState() {
    return CURRENT_STATE.encodeCallWithArgs().array();
  }

  public static Optional<State> readCurrentState(byte[] answer) {
    return word(answer)
        .filter(number -> number.compareTo(BigInteger.valueOf(State.values().length)) < 0)
        .map(number -> State.values()[number.intValue()]);
  }

  /** What a token's contract is asked. */
  public static byte[] balanceOf(Address holder) {
    return BALANCE_OF.encodeCallWithArgs(EscrowKey.word(holder)).array();
  }

  /** In base units. */
  public static Optional<BigInteger> readBalanceOf(byte[] answer) {
    return word(answer);
  }

  /**
   * The hash of code in which every 32-byte operand is blank: constructors write immutables there,
   * and so all contracts of one source have the same. Constants of 32 bytes are blank too.
   *
   * @param code as {@code eth_getCode} gives it
   */
  public static Hash mark(byte[] code) {
    byte[] blank = code.clone();
    for (int at = 0; at < blank.length; at++) {
      int operation = blank[at] & 0xff;
      if (operation == PUSH32) {
        Arrays.fill(blank, at + 1, Math.min(blank.length, at + 33), (byte) 0);
      }
      if (operation >= PUSH1 && operation <= PUSH32) {
        at += operation - PUSH1 + 1;
      }
    }
    return Words.keccak(blank);
  }

  private static Optional<BigInteger> word(byte[] answer) {
    return answer.length == 32 ? Optional.of(new BigInteger(1, answer)) : Optional.empty();
  }
}
