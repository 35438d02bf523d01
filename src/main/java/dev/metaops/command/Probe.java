package dev.metaops.command;

/**
 * What an endpoint answers.
 *
 * @param standing how a load balancer or a monitor that looks at the status alone reads it
 */
public record Probe(Standing standing, Picture picture) {
  /** In one word. */
  public enum Standing {
    GOOD,
    BAD
  }
}
