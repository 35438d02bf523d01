package dev.metaops.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProxyTest {
  @Test
  void theSlotsAreWhatTheStandardsCompute() {
    assertThat(ProxySlot.IMPLEMENTATION.slot().text())
        .isEqualTo(minusOne("eip1967.proxy.implementation"));
    assertThat(ProxySlot.BEACON.slot().text()).isEqualTo(minusOne("eip1967.proxy.beacon"));
    assertThat(ProxySlot.ADMIN.slot().text()).isEqualTo(minusOne("eip1967.proxy.admin"));
    assertThat(ProxySlot.PROXIABLE.slot()).isEqualTo(Keccaks.of("PROXIABLE"));
    assertThat(ProxySlot.ZEPPELIN.slot())
        .isEqualTo(Keccaks.of("org.zeppelinos.proxy.implementation"));
  }

  private static String minusOne(String name) {
    byte[] hash = new Keccak(256).digest(name.getBytes(StandardCharsets.US_ASCII));
    String digits = new BigInteger(1, hash).subtract(BigInteger.ONE).toString(16);
    return "0x" + "0".repeat(64 - digits.length()) + digits;
  }

  @Test
  void minimalProxiesAreReadWithWholeAndShortenedAddresses() {
    String whole = "be".repeat(20);
    assertThat(Proxy.inCode(minimal("73" + whole, "2b")))
        .contains(of(Proxy.Kind.EIP_1167, "0x" + whole));
    String part = "be".repeat(16);
    assertThat(Proxy.inCode(minimal("6f" + part, "27")))
        .contains(of(Proxy.Kind.EIP_1167, "0x00000000" + part));
    assertThat(Proxy.inCode(minimal("6f" + "be".repeat(15), "27"))).isEmpty();
    assertThat(Proxy.inCode(new Bytecode("0xef0100" + whole)))
        .contains(of(Proxy.Kind.EIP_7702, "0x" + whole));
    assertThat(Proxy.inCode(new Bytecode("0x6000"))).isEmpty();
    assertThat(Proxy.inCode(Bytecode.NONE)).isEmpty();
  }

  private static Bytecode minimal(String push, String jump) {
    return new Bytecode("0x363d3d373d3d3d363d" + push + "5af43d82803e903d9160" + jump + "57fd5bf3");
  }

  private static Proxy of(Proxy.Kind kind, String address) {
    return new Proxy(kind, new Address(address), new Address(address));
  }
}
