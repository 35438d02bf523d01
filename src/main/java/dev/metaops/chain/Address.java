package dev.metaops.chain;

/**
 * 20 bytes that name an account: 0x and 40 lower-case digits; checksummed spellings are accepted.
 */
public record Address(String text) implements Comparable<Address> {
  public static final Address ZERO = new Address("0x0000000000000000000000000000000000000000");

  public Address {
    text = Hex.canonical("address", text, 20);
  }

  public static Address of(byte[] bytes) {
    return new Address(Hex.text(bytes));
  }

  public byte[] bytes() {
    return Hex.bytes(text);
  }

  /** The first and last digits, for screens. */
  public String brief() {
    return text.substring(0, 6) + "…" + text.substring(38);
  }

  @Override
  public int compareTo(Address other) {
    return text.compareTo(other.text);
  }

  /** Written out, as what a record brings is linked at run time: 10 ms of every short command. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Address(String its) && text.equals(its);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
