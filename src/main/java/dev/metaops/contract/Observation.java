package dev.metaops.contract;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import java.util.Optional;

/**
 * What one node says of the contract at one block.
 *
 * @param code of the address itself
 * @param nonce transactions the account sent, or contracts it made; 0 where nothing ever was
 * @param running the code that runs: the implementation's behind a proxy, else {@code code}
 * @param admin who may change an EIP-1967 proxy
 */
public record Observation(
    long chainId,
    Address address,
    BlockRef block,
    Bytecode code,
    long nonce,
    Optional<Proxy> proxy,
    Bytecode running,
    Optional<Address> admin,
    Roles roles) {

  /**
   * What the contract's own reading functions say; empty where it has none or gives no sense.
   *
   * @param pendingArbiter whom the arbiter's part was offered to
   */
  public record Roles(
      Optional<Boolean> paused,
      Optional<Address> arbiter,
      Optional<Address> pendingArbiter,
      Optional<Address> owner) {
    static final Roles UNKNOWN =
        new Roles(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
