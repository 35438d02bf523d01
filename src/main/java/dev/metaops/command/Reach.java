package dev.metaops.command;

import dev.metaops.chain.SettleOn;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Endpoint;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Settings;
import dev.metaops.freeze.LocalFreeze;
import dev.metaops.journal.Journal;
import dev.metaops.reconcile.Inspector;
import dev.metaops.reconcile.Registry;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.util.Optional;
import java.util.SplittableRandom;

/** What configured things a command talks to. Nothing is opened before it is used. */
public final class Reach {
  private Reach() {}

  /** The orders database over SQL; empty when none is configured or only Supabase's REST door. */
  public static Optional<Database> orders(Settings settings, String application, Ticker ticker) {
    return settings
        .orders()
        .door()
        .flatMap(door ->
            switch (door) {
              case OrdersDoor.Sql(DatabaseUrl url) ->
                  Optional.of(new Database(url, application, ticker));
              case OrdersDoor.Rest _ -> Optional.empty();
            });
  }

  /** The first configured node, asked once per question. */
  public static Optional<Provider> provider(Settings settings, Ticker ticker) {
    return settings.chain().providers().stream()
        .findFirst()
        .map(endpoint -> provider(endpoint, Patience.ONCE, ticker));
  }

  /** A node, asked with this patience. */
  public static Provider provider(Endpoint endpoint, Patience patience, Ticker ticker) {
    return new Provider(
        new JsonRpc(
            dev.metaops.rpc.Endpoint.parse(endpoint.place(), endpoint.url().reveal()),
            patience,
            ticker,
            new SplittableRandom()));
  }

  /**
   * The escrow contracts as configured; empty without an address.
   *
   * @param pinned the chain the ledger follows, when there is a ledger
   */
  public static Optional<Registry> registry(Settings settings, Optional<Long> pinned) {
    return settings.escrow().isNamed()
        ? Optional.of(
            new Registry(
                pinned.or(settings.chain()::expectedChainId),
                EscrowReach.escrows(settings),
                SettleOn.parse(settings.chain().settleOn()),
                settings.chain().finalityStalledAfter()))
        : Optional.empty();
  }

  /** Asks the chain about orders; empty without a node or an address. */
  public static Optional<Inspector> inspector(
      Settings settings, Optional<Long> pinned, Ticker ticker) {
    return provider(settings, ticker)
        .flatMap(provider ->
            registry(settings, pinned).map(registry -> new Inspector(provider, registry)));
  }

  /** Freezes that this machine recorded, whatever is down. */
  public static LocalFreeze localFreeze(Conversation conversation) {
    return new LocalFreeze(
        new Journal(conversation.settings().environment().dataDirectory(), conversation.ticker()));
  }

  /** How long a command may take in all. */
  public static Deadline deadline(Conversation conversation) {
    return Deadline.in(conversation.shared().patience(), conversation.ticker());
  }
}
