package dev.metaops.contract;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a person approved as right.
 *
 * @param codeHash of the address' own code
 * @param instructionsHash of the code that runs, without the compiler's notes and with zeros for
 *     the artifact's immutables: the same for the same source deployed twice
 * @param implementationHash of the implementation's whole code, behind a proxy
 * @param artifact the artifact it matched; empty when it matched none
 * @param block where it was read
 */
public record Baseline(
    long chainId,
    Address address,
    Hash codeHash,
    Hash instructionsHash,
    Optional<Address> implementation,
    Optional<Hash> implementationHash,
    Optional<Address> admin,
    Optional<Address> owner,
    Optional<Address> arbiter,
    Optional<Boolean> paused,
    Optional<String> artifact,
    String who,
    Instant when,
    BlockRef block) {

  /** What is there now, to be approved. */
  public static Baseline of(
      Observation seen, Optional<Artifact> artifact, String who, Instant when) {
    Optional<Artifact> matching =
        artifact.filter(each -> CodeMatch.of(each, seen.running()).isSame());
    return new Baseline(
        seen.chainId(),
        seen.address(),
        seen.code().hash(),
        instructions(seen, matching),
        seen.proxy().map(Proxy::implementation),
        seen.proxy().map(_ -> seen.running().hash()),
        seen.admin(),
        seen.roles().owner(),
        seen.roles().arbiter(),
        seen.roles().paused(),
        matching.map(Artifact::name),
        who,
        when,
        seen.block());
  }

  /** As {@link #instructionsHash}, with the masks of an artifact that matches. */
  static Hash instructions(Observation seen, Optional<Artifact> matching) {
    Bytecode code = seen.running().executable();
    return matching
        .flatMap(Artifact::code)
        .map(foretold -> code.masked(foretold.masks()))
        .orElse(code)
        .hash();
  }

  /** Every approved value by its name, in the order of the screen; {@code none} for what is not. */
  public Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("chain-id", Long.toString(chainId));
    values.put("address", address.text());
    values.put("code-hash", codeHash.text());
    values.put("instructions-hash", instructionsHash.text());
    values.put("implementation", text(implementation));
    values.put("implementation-hash", text(implementationHash));
    values.put("admin", text(admin));
    values.put("owner", text(owner));
    values.put("arbiter", text(arbiter));
    values.put("paused", text(paused));
    values.put("artifact", text(artifact));
    return values;
  }

  /** Whether the same is approved, whoever did it and when. */
  public boolean approvesTheSameAs(Baseline other) {
    return values().equals(other.values());
  }

  private static <T> String text(Optional<T> value) {
    return value.map(Object::toString).orElse("none");
  }
}
