package dev.metaops.serve;

import dev.metaops.page.Picture;
import java.util.Optional;

/**
 * What an endpoint answers.
 *
 * @param standing how a load balancer or a monitor that looks at the status alone reads it
 * @param summary for whoever asks: no value, no address; empty when there is nothing for them
 */
public record Probe(Standing standing, Picture picture, Optional<Picture> summary) {
  /** In one word. */
  public enum Standing {
    GOOD,
    BAD
  }

  /** Only for those with the credential. */
  Probe(Standing standing, Picture picture) {
    this(standing, picture, Optional.empty());
  }
}
