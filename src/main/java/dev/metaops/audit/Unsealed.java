package dev.metaops.audit;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What waits for its seal.
 *
 * @param records how many
 * @param oldest the record that waits longest, empty when none waits
 * @param age how long that one waits by the database's clock: since its transaction committed,
 *     where {@code track_commit_timestamp} is on, else since it was written; zero when none waits
 */
public record Unsealed(long records, OptionalLong oldest, Duration age) {
  /** Whether sealing does not keep up, or does not happen. */
  public boolean isOverdue() {
    return age.compareTo(AuditChain.LONGEST_WAIT) > 0;
  }
}
