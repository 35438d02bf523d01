package dev.metaops.testing;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * A mined transaction.
 *
 * @param outcome whether it took effect
 * @param contract what it deployed
 * @param fee what the sender paid for gas, in wei
 */
public record Receipt(
    Hash transaction,
    BlockRef block,
    Outcome outcome,
    Optional<Address> contract,
    BigInteger fee,
    List<Log> logs) {
  /** Whether a mined transaction took effect. */
  public enum Outcome {
    DONE,
    REVERTED
  }
}
