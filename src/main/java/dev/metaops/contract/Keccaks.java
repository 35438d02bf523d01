package dev.metaops.contract;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Hash;
import java.nio.charset.StandardCharsets;

/** Keccak-256, as contracts compute it. */
final class Keccaks {
  private Keccaks() {}

  static Hash of(byte[] bytes) {
    return Hash.of(new Keccak(256).digest(bytes));
  }

  /** Of a signature or a name, as in {@code Upgraded(address)}. */
  static Hash of(String ascii) {
    return of(ascii.getBytes(StandardCharsets.US_ASCII));
  }
}
