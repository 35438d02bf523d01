package dev.metaops.contract;

import java.util.Optional;

/**
 * What a compiler made of a contract.
 *
 * @param name as the compiler calls it; empty when the file does not say
 * @param code the code it will have on chain; empty when the file does not hold it
 */
public record Artifact(String name, Optional<ForetoldCode> code) {
  /** For sentences. */
  public String called() {
    return name.isEmpty() ? "the artifact" : name;
  }
}
