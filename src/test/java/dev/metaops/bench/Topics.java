package dev.metaops.bench;

import com.joemelsha.crypto.hash.Keccak;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What the reference registry's events are told apart by. */
final class Topics {
  static final String CREATED =
      of("EscrowCreated(bytes32,address,address,string,address,uint256,uint64)");
  static final String RELEASED = of("EscrowReleased(bytes32,address,uint256)");

  private Topics() {}

  private static String of(String signature) {
    byte[] hash = new Keccak(256).digest(signature.getBytes(StandardCharsets.UTF_8));
    return "0x" + HexFormat.of().formatHex(hash);
  }
}
