package dev.metaops.config;

import java.util.List;
import java.util.Optional;

/**
 * The venue's own keys, as far as this machine holds them. They are only ever compared with what
 * the chain says of their address.
 *
 * @param signing signs orders and settlements
 * @param arbiter acts as the escrow's arbiter
 */
public record KeysSection(Optional<Secret> signing, Optional<Secret> arbiter) {
  static final Key SIGNING =
      Key.of(
              "keys",
              "signing-key",
              "a private key, 0x and 64 hex digits",
              "The key that signs orders and settlements: its address is shown, it never is.")
          .variable("PRIVATE_KEY")
          .secret();
  static final Key ARBITER =
      Key.of(
              "keys",
              "arbiter-key",
              "a private key, 0x and 64 hex digits",
              "The arbiter's key: its address is compared with the contract's arbiter.")
          .variable("ARBITER_PRIVATE_KEY")
          .secret();
  static final List<Key> KEYS = List.of(SIGNING, ARBITER);

  static KeysSection from(Section section) {
    return new KeysSection(section.secret(SIGNING), section.secret(ARBITER));
  }
}
