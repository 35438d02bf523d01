package dev.metaops.deployment;

import dev.metaops.chain.Address;
import dev.metaops.command.Conversation;
import dev.metaops.contract.Artifact;
import dev.metaops.contract.ArtifactFile;
import dev.metaops.contract.Baseline;
import dev.metaops.contract.BaselineFile;
import dev.metaops.contract.Expected;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the contract is compared with, as configured and as pinned. */
final class ContractExpectation {
  private final Conversation conversation;

  ContractExpectation(Conversation conversation) {
    this.conversation = conversation;
  }

  BaselineFile baselines() {
    return new BaselineFile(conversation.settings().environment().dataDirectory());
  }

  /**
   * Everything that is known.
   *
   * @throws Misconfigured when the artifact or the baselines cannot be read
   */
  Expected of(Address contract, long chainId) {
    return new Expected(
        conversation.settings().chain().expectedChainId(), artifact(), baseline(contract, chainId));
  }

  Optional<Baseline> baseline(Address contract, long chainId) {
    try {
      return baselines().find(contract, chainId);
    } catch (IOException unreadable) {
      throw new Misconfigured("baseline " + unreadable.getMessage(), unreadable);
    }
  }

  /** The configured artifact, else the reference contract's. */
  Expected.Compiled artifact() {
    Optional<Path> file = conversation.settings().escrow().artifact();
    try {
      return file.isPresent()
          ? new Expected.Compiled.Configured(parsed(Files.readString(file.get())))
          : new Expected.Compiled.Reference(parsed(EscrowReach.text(Optional.empty())));
    } catch (IllegalArgumentException wrong) {
      throw new Misconfigured("escrow.artifact: " + wrong.getMessage(), wrong);
    } catch (IOException unreadable) {
      throw new Misconfigured(
          "escrow.artifact: " + file.map(Path::toString).orElse("") + " cannot be read",
          unreadable);
    }
  }

  private static Artifact parsed(String json) {
    return ArtifactFile.parse(json);
  }
}
