package dev.metaops.proof;

import com.joemelsha.crypto.hash.Keccak;

/** Keccak-256, as Ethereum hashes. */
final class Keccaks {
  private Keccaks() {}

  static byte[] of(byte[] bytes) {
    return new Keccak(256).digest(bytes);
  }
}
