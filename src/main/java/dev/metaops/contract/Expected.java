package dev.metaops.contract;

import java.util.Optional;

/**
 * What the contract is compared with.
 *
 * @param chainId the configured one
 * @param artifact what the code should come from
 * @param baseline what was approved
 */
public record Expected(Optional<Long> chainId, Compiled artifact, Optional<Baseline> baseline) {

  /** What is known of how the contract was compiled. */
  public sealed interface Compiled {
    Artifact artifact();

    /** Somebody configured it: other code is wrong. */
    record Configured(Artifact artifact) implements Compiled {}

    /** Only a guess: a contract of the venue's own is as likely. */
    record Reference(Artifact artifact) implements Compiled {}
  }
}
