package dev.metaops.telemetry;

import java.util.Optional;

/**
 * Whose telemetry it is: on every line, report and push.
 *
 * @param release {@code metaops@VERSION}
 * @param chain the chain that is expected; empty when nobody said
 */
record Identity(String environment, String release, Optional<Long> chain) {
  private static final String NAME = "metaops@";

  static Identity of(String environment, Optional<Long> chain) {
    String version = Identity.class.getPackage().getImplementationVersion();
    return new Identity(environment, NAME + (version == null ? "development" : version), chain);
  }

  String version() {
    return release.substring(NAME.length());
  }
}
