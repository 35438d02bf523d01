package dev.metaops.look;

import dev.metaops.chain.Address;
import dev.metaops.command.Conversation;
import dev.metaops.config.Endpoint;
import dev.metaops.config.KeysSection;
import dev.metaops.config.Secret;
import dev.metaops.config.Settings;
import dev.metaops.contract.ContractReader;
import dev.metaops.escrow.EscrowView;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.keys.PrivateKey;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The configured keys, looked at once and never used: their addresses, and the chain's arbiter. */
public final class KeysLook {
  public static final String COMPONENT = "keys";
  public static final String NOT_CONFIGURED =
      "keys: not configured (PRIVATE_KEY, ARBITER_PRIVATE_KEY)";

  private static final String NOT_KNOWN = "no rotation is on record";

  private final Conversation conversation;

  KeysLook(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Whether there is a key to look at. */
  public static boolean isConfigured(Settings settings) {
    return settings.keys().signing().or(settings.keys()::arbiter).isPresent();
  }

  /**
   * By the deadline.
   *
   * @param provider of the right chain; or why there is none
   */
  Diagnosis ask(Optional<Endpoint> provider, String without, Deadline deadline) {
    KeysSection keys = conversation.settings().keys();
    List<Vital> vitals = new ArrayList<>();
    keys.signing().ifPresent(key -> vitals.add(address("signing key", key)));
    Optional<Address> arbiter = keys.arbiter().flatMap(key -> PrivateKey.address(key.reveal()));
    keys.arbiter()
        .ifPresent(key -> {
          vitals.add(address("arbiter key", key));
          arbiter.ifPresent(ours -> vitals.add(arbiter(ours, provider, without, deadline)));
        });
    Condition worst = vitals.stream().map(Vital::condition).reduce(Condition.UP, Condition::worse);
    String wrongs = wrongs(vitals);
    vitals.add(Vital.untold("age", NOT_KNOWN));
    return new Diagnosis(
        worst,
        keys.signing().isPresent() && keys.arbiter().isPresent()
            ? "2 keys" + wrongs
            : "1 key" + wrongs,
        vitals,
        next(worst));
  }

  /** In few words: why the chain could not be asked is said where the chain is. */
  private static String wrongs(List<Vital> vitals) {
    boolean isBlind = vitals.stream().anyMatch(vital -> vital.condition() == Condition.UNKNOWN);
    return ProviderLook.wrongs(
            vitals.stream().filter(vital -> vital.condition() == Condition.DOWN).toList())
        + (isBlind ? ", not compared with the contract's arbiter" : "");
  }

  private static Optional<String> next(Condition worst) {
    return switch (worst) {
      case UP -> Optional.empty();
      case DEGRADED, DOWN -> Optional.of("metaops contract verify deployment");
      case UNKNOWN -> Optional.of("metaops health blockchain");
    };
  }

  private static Vital address(String name, Secret key) {
    return PrivateKey.address(key.reveal())
        .map(address -> Vital.shown(name, address.text()))
        .orElseGet(
            () -> new Vital(name, "is no private key", "0x and 64 hex digits", Condition.DOWN));
  }

  private Vital arbiter(
      Address ours, Optional<Endpoint> provider, String without, Deadline deadline) {
    String name = "arbiter on chain";
    Optional<Address> contract = EscrowReach.onlyContract(conversation.settings().escrow());
    if (contract.isEmpty()) {
      return new Vital(
          name, "UNKNOWN: no single escrow contract is configured", ours.text(), Condition.UNKNOWN);
    }
    if (provider.isEmpty()) {
      return new Vital(name, "UNKNOWN: " + without, ours.text(), Condition.UNKNOWN);
    }
    try {
      return new ContractReader(
              Reach.provider(provider.get(), Patience.ONCE, conversation.ticker()), contract.get())
          .view(EscrowView.arbiter(), At.Tag.LATEST, deadline)
          .flatMap(EscrowView::readArbiter)
          .map(theirs ->
              theirs.equals(ours)
                  ? Vital.shown(name, "is ours")
                  : new Vital(name, theirs.text(), "ours, " + ours.text(), Condition.DOWN))
          .orElseGet(() ->
              new Vital(name, "UNKNOWN: the contract names none", ours.text(), Condition.UNKNOWN));
    } catch (RpcUnavailable unavailable) {
      return new Vital(
          name,
          "UNKNOWN: " + provider.get().place() + ": " + unavailable.failure().sentence(),
          ours.text(),
          Condition.UNKNOWN);
    }
  }
}
