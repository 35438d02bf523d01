package dev.metaops.contract;

import dev.metaops.chain.Address;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An account that runs the code of another.
 *
 * @param target what it names: the implementation, or the beacon that knows it
 * @param implementation whose code runs
 */
public record Proxy(Kind kind, Address target, Address implementation) {
  /** EIP-1167; the address may be written with fewer bytes when it begins with zeros. */
  private static final Pattern MINIMAL =
      Pattern.compile(
          "0x363d3d373d3d3d363d(?:73(?<full>[0-9a-f]{40})|(?<push>6[0-9a-f]|7[0-2])(?<part>[0-9a-f]{2,38}))"
              + "5af43d82803e903d91602[0-9a-f]57fd5bf3");

  private static final Pattern DELEGATED = Pattern.compile("0xef0100([0-9a-f]{40})");

  /** By which convention. */
  public enum Kind {
    EIP_1967("EIP-1967 proxy"),
    BEACON("EIP-1967 beacon proxy"),
    EIP_1822("EIP-1822 proxy"),
    ZEPPELIN("proxy of OpenZeppelin's old kind"),
    EIP_1167("EIP-1167 minimal proxy, which cannot be upgraded"),
    EIP_7702("account of a person that delegates (EIP-7702)");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /** Minimal proxies and delegating accounts carry the address in their code. */
  static Optional<Proxy> inCode(Bytecode code) {
    Matcher delegated = DELEGATED.matcher(code.text());
    if (delegated.matches()) {
      return Optional.of(direct(Kind.EIP_7702, delegated.group(1)));
    }
    Matcher minimal = MINIMAL.matcher(code.text());
    if (!minimal.matches()) {
      return Optional.empty();
    }
    String full = minimal.group("full");
    if (full != null) {
      return Optional.of(direct(Kind.EIP_1167, full));
    }
    String part = minimal.group("part");
    int pushed = Integer.parseInt(minimal.group("push"), 16) - 0x5f;
    return part.length() == 2 * pushed
        ? Optional.of(direct(Kind.EIP_1167, "0".repeat(40 - part.length()) + part))
        : Optional.empty();
  }

  private static Proxy direct(Kind kind, String digits) {
    Address address = new Address("0x" + digits);
    return new Proxy(kind, address, address);
  }
}
