package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.ContractError;
import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import dev.metaops.chain.Hex;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What a contract said when it refused. Reading is total: hostile bytes give a sentence too, short
 * and printable. Thread-safe.
 */
public final class RevertReasons {
  /** {@code Error(string)}: a require or revert with a text. */
  private static final String TEXT = "0x08c379a0";

  /** {@code Panic(uint256)}: what Solidity itself checks. */
  private static final String PANIC = "0x4e487b71";

  private static final TupleType<Tuple> ONE_TEXT = TupleType.parse("(string)");
  private static final TupleType<Tuple> ONE_NUMBER = TupleType.parse("(uint256)");
  private static final int SELECTOR = 10;

  private final Map<String, ContractError<Tuple>> bySelector = new HashMap<>();

  public RevertReasons(EscrowAbi abi) {
    for (ContractError<Tuple> error : abi.errors()) {
      Function function = error.function();
      bySelector.put("0x" + function.selectorHex(), error);
    }
  }

  /**
   * The reason as a phrase: {@code "not yours"}, {@code WrongStatus(0x5f…, 3)}, {@code panic 0x11:
   * arithmetic overflow}.
   *
   * @param data what the contract returned, 0x and hex digits
   */
  public String of(String data) {
    if (data.length() < SELECTOR) {
      return "no reason given";
    }
    String selector = data.substring(0, SELECTOR);
    return switch (selector) {
      case TEXT ->
          arguments(ONE_TEXT, data)
              .map(tuple -> '"' + Printable.text(tuple.<String>get(0)) + '"')
              .orElse("a reason that cannot be read (Error)");
      case PANIC ->
          arguments(ONE_NUMBER, data)
              .map(tuple -> panic(tuple.get(0)))
              .orElse("a reason that cannot be read (Panic)");
      default -> custom(selector, data);
    };
  }

  private String custom(String selector, String data) {
    return Optional.ofNullable(bySelector.get(selector))
        .map(error ->
            arguments(error.getInputs(), data)
                .map(tuple -> Printable.text(error.getName() + spelled(tuple)))
                .orElse("a reason that cannot be read (" + error.getName() + ")"))
        .orElse("error " + selector + ", which the configured ABI does not name");
  }

  private static Optional<Tuple> arguments(TupleType<Tuple> types, String data) {
    try {
      byte[] bytes = Hex.bytes(Hex.canonical("data", "0x" + data.substring(SELECTOR)));
      return Optional.of(types.decode(bytes));
    } catch (RuntimeException hostile) { // whatever the bytes provoked, they cannot be read
      return Optional.empty();
    }
  }

  private static String spelled(Tuple tuple) {
    StringJoiner words = new StringJoiner(", ", "(", ")");
    for (Object value : tuple) {
      words.add(value instanceof byte[] bytes ? Hex.text(bytes) : value.toString());
    }
    return words.toString();
  }

  /** The codes of Solidity's documentation, "Panic via assert and Error via require". */
  private static String panic(BigInteger code) {
    String number = code.toString(16);
    String meaning =
        code.bitLength() > 8
            ? "not a code of Solidity"
            : switch (code.intValue()) {
              case 0x00 -> "the compiler's own";
              case 0x01 -> "an assertion failed";
              case 0x11 -> "arithmetic overflow or underflow";
              case 0x12 -> "division by zero";
              case 0x21 -> "no such value of an enum";
              case 0x22 -> "a storage array of bytes is damaged";
              case 0x31 -> "pop of an empty array";
              case 0x32 -> "array index out of bounds";
              case 0x41 -> "too much memory";
              case 0x51 -> "a call of a function that was never set";
              default -> "not a code of Solidity";
            };
    return "panic 0x" + (number.length() == 1 ? "0" + number : number) + ": " + meaning;
  }
}
