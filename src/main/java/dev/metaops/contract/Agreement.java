package dev.metaops.contract;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether all providers show the same contract. Pure. */
public final class Agreement {
  private Agreement() {}

  /** What one provider said. */
  public sealed interface Said {
    String provider();

    /**
     * An answer.
     *
     * @param block the block of the number all were asked for
     * @param codeHash of the contract's code there
     */
    record Seen(String provider, long chainId, BlockRef block, Hash codeHash) implements Said {}

    /** No usable answer, or not to everything. */
    record Failed(String provider, String why) implements Said {}
  }

  /** One check a provider. The first that answered is what the others are compared with. */
  public static List<Check> judge(List<Said> all, Optional<Long> expectedChainId) {
    Optional<Said.Seen> first = all.stream().flatMap(said -> seen(said).stream()).findFirst();
    List<Check> checks = new ArrayList<>();
    for (Said said : all) {
      checks.add(
          switch (said) {
            case Said.Failed(String provider, String why) ->
                Check.wrong(
                    first.isPresent() ? Grade.WARNING : Grade.CRITICAL,
                    Symptom.PROVIDER_DOWN,
                    provider,
                    "an answer",
                    why,
                    Check.PROVIDERS);
            case Said.Seen seen -> one(seen, first.orElse(seen), expectedChainId);
          });
    }
    if (all.size() == 1) {
      checks.add(
          Check.noted("providers", "1 configured: nobody contradicts it (RPC_URL takes several)"));
    }
    return checks;
  }

  private static Optional<Said.Seen> seen(Said said) {
    return switch (said) {
      case Said.Seen seen -> Optional.of(seen);
      case Said.Failed _ -> Optional.empty();
    };
  }

  private static Check one(Said.Seen seen, Said.Seen first, Optional<Long> expectedChainId) {
    long wanted = expectedChainId.orElse(first.chainId());
    String found =
        "chain "
            + seen.chainId()
            + ", code "
            + seen.codeHash().brief()
            + " at block "
            + seen.block().number();
    if (seen.chainId() != wanted) {
      return Check.wrong(
          Grade.CRITICAL,
          Symptom.WRONG_CHAIN,
          seen.provider(),
          "chain " + wanted,
          found,
          Check.CONFIGURATION);
    }
    String asFirst =
        "chain "
            + wanted
            + ", code "
            + first.codeHash().brief()
            + " at block "
            + first.block().number();
    if (!seen.block().equals(first.block())) {
      return Check.wrong(
          Grade.CRITICAL,
          Symptom.PROVIDERS_DISAGREE,
          seen.provider(),
          asFirst + " " + first.block().hash().brief(),
          found + " " + seen.block().hash().brief() + ": another block of that number",
          Check.PROVIDERS);
    }
    return seen.codeHash().equals(first.codeHash())
        ? Check.fine(seen.provider(), asFirst, found)
        : Check.wrong(
            Grade.CRITICAL,
            Symptom.PROVIDERS_DISAGREE,
            seen.provider(),
            asFirst,
            found + ": other code than " + first.provider() + " shows",
            Check.PROVIDERS);
  }
}
