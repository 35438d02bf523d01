package dev.metaops.escrow;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;

/** How an order's row gives the key by which the contract's events name the order. */
public enum KeyRule {
  /** {@link EscrowKey} of the row's terms, as in the reference registry. */
  DERIVED,
  /** The hash of the order id's UTF-8: what a log holds of a {@code string indexed} id. */
  KECCAK_ID,
  /** The order id, a decimal number, as a {@code uint256}. */
  UINT_ID,
  /** The order id, 32 bytes in hex. */
  BYTES32_ID,
  /** Only what the row's own key column says. */
  COLUMN,
  /** The address of the order's own contract. */
  CONTRACT;

  /**
   * The key; empty when the row lacks what the rule needs, or holds something that is no key. A key
   * column that says something wins over every rule.
   *
   * @param column the key column's text: 32 bytes or an address in hex, or a decimal number
   */
  public Optional<Hash> keyOf(
      String id,
      Optional<Address> buyer,
      Optional<Address> seller,
      Optional<Address> token,
      Optional<BigInteger> amount,
      Optional<Address> contract,
      Optional<String> column) {
    Optional<String> said = column.map(String::strip).filter(text -> !text.isEmpty());
    if (said.isPresent()) {
      return word(said.get());
    }
    return switch (this) {
      case DERIVED ->
          buyer.isPresent() && seller.isPresent() && token.isPresent() && amount.isPresent()
              ? Optional.of(EscrowKey.of(id, buyer.get(), seller.get(), token.get(), amount.get()))
              : Optional.empty();
      case KECCAK_ID -> Optional.of(Words.keccak(id));
      case UINT_ID -> number(id.strip());
      case BYTES32_ID -> bytes(id.strip());
      case COLUMN -> Optional.empty();
      case CONTRACT -> contract.map(Words::of);
    };
  }

  private static Optional<Hash> word(String text) {
    return bytes(text).or(() -> address(text)).or(() -> number(text));
  }

  /** With 0x, with the {@code \x} of a database's bytes, or bare. */
  private static Optional<Hash> bytes(String text) {
    String digits = digits(text);
    return digits.matches("[0-9a-f]{64}") ? Optional.of(new Hash("0x" + digits)) : Optional.empty();
  }

  private static Optional<Hash> address(String text) {
    String digits = digits(text);
    return digits.matches("[0-9a-f]{40}") && digits.length() < text.length()
        ? Optional.of(Words.of(new Address("0x" + digits)))
        : Optional.empty();
  }

  private static Optional<Hash> number(String text) {
    return text.matches("[0-9]{1,78}")
        ? Optional.of(new BigInteger(text)).filter(n -> n.bitLength() <= 256).map(Words::of)
        : Optional.empty();
  }

  private static String digits(String text) {
    return text.replaceFirst("^(0[xX]|\\\\x)", "").toLowerCase(Locale.ROOT);
  }
}
