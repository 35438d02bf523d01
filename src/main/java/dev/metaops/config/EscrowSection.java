package dev.metaops.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The escrow contract.
 *
 * @param address 0x and 40 lower-case hex digits; empty when nobody said
 * @param abi the contract's ABI as JSON; empty for the reference contract's
 * @param artifact what its code was compiled to; empty when nobody said
 * @param senders who sends the venue's settlements, spelled as {@code address}
 * @param fromBlock no event of it is older; 0 when nobody said
 */
public record EscrowSection(
    Optional<String> address,
    Optional<Path> abi,
    Optional<Path> artifact,
    List<String> senders,
    long fromBlock,
    Profile profile) {
  public EscrowSection {
    senders = List.copyOf(senders);
  }

  /** How its events are read. */
  public enum Profile {
    /** One contract; events carry the order's key. */
    REGISTRY
  }

  static final Key ADDRESS =
      Key.of("escrow", "address", "0x and 40 hex digits", "The escrow contract.")
          .variable("ESCROW_CONTRACT_ADDRESS");
  static final Key ABI =
      Key.of("escrow", "abi", "a JSON file", "Its ABI, when it is not the reference contract.");
  static final Key ARTIFACT =
      Key.of(
          "escrow",
          "artifact",
          "a JSON file of Hardhat, Foundry or solc",
          "What its code was compiled to; metaops contract verify compares.");
  static final Key SENDERS =
      Key.of(
          "escrow",
          "senders",
          "addresses, separated by commas or as a list",
          "The accounts that send settlements; without any, the contract's arbiter.");
  static final Key FROM_BLOCK =
      Key.of(
              "escrow",
              "from-block",
              "a block number",
              "The block it was deployed in; nothing older is read.")
          .standard("0");
  static final Key PROFILE =
      Key.of("escrow", "profile", "registry", "How its events name the order.")
          .standard("registry");
  static final List<Key> KEYS = List.of(ADDRESS, ABI, ARTIFACT, SENDERS, FROM_BLOCK, PROFILE);

  static EscrowSection from(Section section) {
    return new EscrowSection(
        section.read(ADDRESS, EscrowSection::address),
        section.path(ABI),
        section.path(ARTIFACT),
        section.list(SENDERS, EscrowSection::address),
        section.count(FROM_BLOCK, 0, Long.MAX_VALUE).orElse(0L),
        section.choice(PROFILE, Profile.class));
  }

  static Optional<String> address(String text) {
    return text.matches("0[xX][0-9a-fA-F]{40}")
        ? Optional.of(text.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }
}
