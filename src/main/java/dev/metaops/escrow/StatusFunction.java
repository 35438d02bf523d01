package dev.metaops.escrow;

import com.esaulpaugh.headlong.abi.Function;
import dev.metaops.chain.Hash;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A contract's reading function that says where one escrow stands, as configuration describes it:
 * {@code statusOf(bytes32) 0=none 1=held 2=released}.
 *
 * @param selector what its signature hashes to, four bytes
 * @param word which 32-byte word of the answer is the number, from 0
 * @param meanings of the numbers
 */
public record StatusFunction(
    String signature, String selector, int word, Map<BigInteger, EscrowStatus> meanings) {
  public StatusFunction {
    meanings = Map.copyOf(meanings);
  }

  /**
   * Reads the description.
   *
   * @throws IllegalArgumentException with one sentence when it is none
   */
  public static StatusFunction parse(String text) {
    String stripped = text.strip();
    String signature = stripped.substring(0, stripped.indexOf(')') + 1);
    if (!signature.matches("[A-Za-z_$][\\w$]*\\((bytes[0-9]+|uint[0-9]*|address)\\)")) {
      throw new IllegalArgumentException(
          "function: " + text + " (expected: name(type of the key) 0=none 1=held …)");
    }
    Map<BigInteger, EscrowStatus> meanings = new TreeMap<>();
    int word = 0;
    for (String pair : stripped.substring(signature.length()).strip().split("\\s+", -1)) {
      if (pair.matches("word=[0-9]{1,2}")) {
        word = Integer.parseInt(pair.substring(5));
      } else if (pair.matches("[0-9]{1,9}=[a-z]+")) {
        int equals = pair.indexOf('=');
        meanings.put(new BigInteger(pair.substring(0, equals)), status(pair.substring(equals + 1)));
      } else {
        throw new IllegalArgumentException(
            "status: " + pair + " (expected: number=status, or word=number)");
      }
    }
    String selector = Function.parse(signature.replace("uint)", "uint256)")).selectorHex();
    return new StatusFunction(signature, selector, word, meanings);
  }

  private static EscrowStatus status(String word) {
    return Arrays.stream(EscrowStatus.values())
        .filter(status -> status.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "status: "
                    + word
                    + " (expected: "
                    + Arrays.stream(EscrowStatus.values())
                        .map(status -> status.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "))
                    + ")"));
  }

  public byte[] call(Hash key) {
    return dev.metaops.chain.Hex.bytes("0x" + selector + key.text().substring(2));
  }

  /** Empty when the answer is too short or its number has no meaning here. */
  public Optional<EscrowStatus> read(byte[] answer) {
    int end = (word + 1) * 32;
    return answer.length < end
        ? Optional.empty()
        : Optional.ofNullable(
            meanings.get(new BigInteger(1, Arrays.copyOfRange(answer, end - 32, end))));
  }
}
