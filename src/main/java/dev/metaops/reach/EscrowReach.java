package dev.metaops.reach;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.config.EscrowSection;
import dev.metaops.config.ListenSection;
import dev.metaops.config.Settings;
import dev.metaops.escrow.Deployment;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.Escrows;
import dev.metaops.escrow.KeyRule;
import dev.metaops.escrow.StatusFunction;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.Unproved;
import dev.metaops.listen.Watched;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The escrow contracts that configuration describes. */
public final class EscrowReach {
  private static final String REFERENCE_ABI = "/contracts/RegistryEscrow.json";

  private EscrowReach() {}

  /**
   * The contracts and what their events mean.
   *
   * @throws Misconfigured when the ABI cannot be read or lacks an event that is needed
   */
  public static Escrows escrows(Settings settings) {
    return new Escrows(
        profile(settings.escrow()),
        settings.escrow().deployments().stream()
            .map(one -> new Deployment(new Address(one.address()), one.from(), one.until()))
            .toList());
  }

  /**
   * The same, when at least one contract is known without asking for orders.
   *
   * @throws Misconfigured also when none is
   */
  public static Escrows named(Settings settings) {
    Escrows escrows = escrows(settings);
    if (escrows.contracts().isEmpty()) {
      throw new Misconfigured(
          "escrow.factory: not set, and without orders nothing names the contracts (set"
              + " escrow.factory or escrow.address)",
          new IllegalArgumentException("no contract"));
    }
    return escrows;
  }

  /** What is followed, as configured. */
  public static Watched watched(Settings settings) {
    return new Watched(
        settings.chain().expectedChainId(),
        escrows(settings),
        SettleOn.parse(settings.chain().settleOn()),
        settings.listen().blocksPerTransaction(),
        assurance(settings.listen()));
  }

  private static Assurance assurance(ListenSection listen) {
    return new Assurance(
        switch (listen.proof()) {
          case AT_ONCE -> Assurance.Proofs.AT_ONCE;
          case LATER -> Assurance.Proofs.LATER;
        },
        switch (listen.unproved()) {
          case STOP -> Unproved.STOP;
          case AGREE -> Unproved.AGREE;
          case TRUST -> Unproved.TRUST;
        },
        listen.anchors());
  }

  /** How a row without a key column names its escrow. */
  static KeyRule keyRule(EscrowSection escrow) {
    return escrow
        .key()
        .map(rule -> KeyRule.valueOf(rule.name()))
        .orElseGet(() ->
            switch (escrow.profile()) {
              case REGISTRY -> KeyRule.DERIVED;
              case TRADE_INSTANCE -> KeyRule.CONTRACT;
              case CUSTOM -> KeyRule.COLUMN;
            });
  }

  /** The contract every order without one of its own settles through, where there is one only. */
  public static Optional<Address> onlyContract(EscrowSection escrow) {
    return escrow.deployments().size() == 1
        ? Optional.of(new Address(escrow.deployments().getFirst().address()))
        : Optional.empty();
  }

  /**
   * What the configured contract declares; the reference contract's when no ABI is configured.
   *
   * @throws Misconfigured when the ABI cannot be read
   */
  public static EscrowAbi abi(EscrowSection escrow) {
    try {
      return EscrowAbi.parse(text(escrow.abi()));
    } catch (IllegalArgumentException broken) {
      throw new Misconfigured("escrow.abi: " + broken.getMessage(), broken);
    } catch (UncheckedIOException unreadable) {
      throw new Misconfigured(
          "escrow.abi: "
              + escrow.abi().map(Path::toString).orElse(REFERENCE_ABI)
              + " cannot be read",
          unreadable);
    }
  }

  private static EscrowProfile profile(EscrowSection escrow) {
    try {
      return switch (escrow.profile()) {
        case REGISTRY -> EscrowProfile.registry(abi(escrow));
        case CUSTOM ->
            EscrowProfile.mapped(
                abi(escrow),
                events(escrow.events()),
                escrow.statusFunction().map(StatusFunction::parse));
        case TRADE_INSTANCE ->
            EscrowProfile.perOrder(
                escrow
                    .factory()
                    .map(address ->
                        new EscrowProfile.Factory(new Address(address), escrow.factoryEvent())),
                escrow.codeHash().map(Hash::new));
      };
    } catch (IllegalArgumentException lacking) {
      throw new Misconfigured(
          (escrow.profile() == EscrowSection.Profile.REGISTRY ? "escrow.abi: " : "escrow: ")
              + lacking.getMessage(),
          lacking);
    }
  }

  private static Map<EscrowKind, String> events(Map<String, String> configured) {
    Map<EscrowKind, String> events = new EnumMap<>(EscrowKind.class);
    configured.forEach((kind, event) ->
        events.put(EscrowKind.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_')), event));
    return events;
  }

  /** An ABI's file, or the reference contract's. */
  public static String text(Optional<Path> file) {
    try {
      if (file.isPresent()) {
        return Files.readString(file.get());
      }
      try (InputStream artifact = EscrowReach.class.getResourceAsStream(REFERENCE_ABI)) {
        if (artifact == null) {
          throw new IllegalStateException(REFERENCE_ABI + " is not on the class path");
        }
        return new String(artifact.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
