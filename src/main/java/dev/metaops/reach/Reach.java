package dev.metaops.reach;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SettleOn;
import dev.metaops.command.Conversation;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Endpoint;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.OrdersSection;
import dev.metaops.config.Settings;
import dev.metaops.escrow.KeyRule;
import dev.metaops.escrow.RevertReasons;
import dev.metaops.freeze.LocalFreeze;
import dev.metaops.journal.Journal;
import dev.metaops.order.OrderState;
import dev.metaops.orders.Column;
import dev.metaops.orders.KeyOf;
import dev.metaops.orders.TableMap;
import dev.metaops.orders.VenueOrders;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.postgrest.Postgrest;
import dev.metaops.postgrest.PostgrestPlace;
import dev.metaops.reconcile.Inquiry;
import dev.metaops.reconcile.Inspector;
import dev.metaops.reconcile.Registry;
import dev.metaops.reconcile.TransactionLook;
import dev.metaops.rpc.Budget;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Noticed;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.services.Services;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

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

  /**
   * The orders and the ledger beside them, opened; a door that does not open travels as {@link
   * SQLException}.
   *
   * @throws SQLException also when no door is configured
   */
  static Books books(Conversation conversation, String application, Deadline deadline)
      throws SQLException {
    Settings settings = conversation.settings();
    OrdersDoor door = settings.orders().door().orElseThrow(() -> new SQLException(Books.NO_ORDERS));
    return switch (door) {
      case OrdersDoor.Sql(DatabaseUrl url) ->
          overSql(
              new Database(url, application, conversation.ticker()).connect(deadline),
              conversation,
              deadline);
      case OrdersDoor.Rest _ ->
          Books.observing(venue(conversation, application, deadline), conversation, deadline);
    };
  }

  private static Books overSql(Connection connection, Conversation conversation, Deadline deadline)
      throws SQLException {
    try {
      return Books.over(connection, conversation, deadline);
    } catch (SQLException | RuntimeException unfit) {
      connection.close();
      throw unfit;
    }
  }

  /**
   * The rows as they are, through whichever door, and no ledger beside them.
   *
   * @throws SQLException also when no door is configured
   */
  public static VenueOrders venue(Conversation conversation, String application, Deadline deadline)
      throws SQLException {
    Settings settings = conversation.settings();
    OrdersDoor door = settings.orders().door().orElseThrow(() -> new SQLException(Books.NO_ORDERS));
    return switch (door) {
      case OrdersDoor.Sql(DatabaseUrl url) ->
          VenueOrders.over(
              new Database(url, application, conversation.ticker()).connect(deadline),
              tableMap(settings),
              conversation.ticker());
      case OrdersDoor.Rest rest ->
          VenueOrders.over(
              restDoor(rest, settings, conversation.ticker()),
              tableMap(settings),
              deadline,
              conversation.ticker());
    };
  }

  /** Supabase's REST door. */
  public static Postgrest restDoor(OrdersDoor.Rest rest, Settings settings, Ticker ticker) {
    return new Postgrest(
        PostgrestPlace.of(rest.url()), tableMap(settings).schema(), rest.key(), ticker);
  }

  /** How the configured table is read. */
  public static TableMap tableMap(Settings settings) {
    OrdersSection orders = settings.orders();
    int dot = orders.table().indexOf('.');
    Map<Column, String> columns = new EnumMap<>(Column.class);
    for (Column column : Column.values()) {
      Optional.ofNullable(orders.columns().get(column.key()))
          .ifPresent(name -> columns.put(column, name));
    }
    Map<String, OrderState> states = new LinkedHashMap<>();
    orders
        .states()
        .forEach(
            (word, state) -> OrderState.parse(state).ifPresent(meant -> states.put(word, meant)));
    return new TableMap(
        dot < 0 ? "public" : orders.table().substring(0, dot),
        orders.table().substring(dot + 1),
        columns,
        states,
        keyOf(settings),
        EscrowReach.onlyContract(settings.escrow()),
        orders.token().map(Address::new),
        orders.amountDecimals(),
        orders.fundingWindow());
  }

  private static KeyOf keyOf(Settings settings) {
    return keyOf(EscrowReach.keyRule(settings.escrow()));
  }

  /** Keys by this rule. */
  public static KeyOf keyOf(KeyRule rule) {
    return (terms, column) -> {
      Optional<Hash> key =
          rule.keyOf(
              terms.orderId(),
              terms.buyer(),
              terms.seller(),
              terms.token(),
              terms.amount(),
              terms.contract(),
              column);
      if (column.isPresent() && key.isEmpty()) {
        throw new IllegalArgumentException(
            "expected: 32 bytes or an address in hex, or a decimal number");
      }
      return key;
    };
  }

  /** The first configured node, asked once per question. */
  public static Optional<Provider> provider(Settings settings, Ticker ticker) {
    return settings.chain().providers().stream()
        .findFirst()
        .map(endpoint -> provider(endpoint, Patience.ONCE, ticker));
  }

  /** What to say where the chain has to be asked and no node is configured. */
  public static Misconfigured noNode() {
    return new Misconfigured(
        "chain.rpc-url: no node is configured (set RPC_URL)",
        new IllegalArgumentException("no node"));
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
   * All configured nodes of the chain, within their budget; empty when none is configured. Where
   * there are several, another is asked rather than the same again.
   *
   * @param chainId the chain they have to belong to, when it is known
   * @param patience with a node that has no others beside it
   * @param listener hears of lies, quarantines and returns
   */
  public static Optional<Providers> providers(
      Settings settings,
      Optional<Long> chainId,
      Patience patience,
      Consumer<Noticed> listener,
      Ticker ticker) {
    List<Endpoint> endpoints = settings.chain().providers();
    if (endpoints.isEmpty()) {
      return Optional.empty();
    }
    Budget budget = new Budget(settings.rpc().budget(), settings.rpc().rate());
    Patience each = endpoints.size() == 1 ? patience : patience.once();
    return Optional.of(
        Providers.of(
            endpoints.stream()
                .map(endpoint -> provider(endpoint, each, ticker).within(budget))
                .toList(),
            chainId,
            Providers.Pace.STEADY,
            listener,
            ticker));
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

  /** Asks every configured node about orders, each once; empty without a node or an address. */
  public static Optional<Inquiry> inquiry(Settings settings, Optional<Long> pinned, Ticker ticker) {
    List<Provider> nodes =
        settings.chain().providers().stream()
            .limit(Providers.MOST)
            .map(endpoint -> provider(endpoint, Patience.ONCE, ticker))
            .toList();
    return nodes.isEmpty()
        ? Optional.empty()
        : registry(settings, pinned)
            .map(registry ->
                new Inquiry(
                    Providers.of(nodes, Optional.empty(), Providers.Pace.UNHEDGED, _ -> {}, ticker),
                    registry));
  }

  /**
   * Asks every configured node about many orders, within their budget and again where a node was
   * only busy; empty without a node or an address.
   */
  public static Optional<Inquiry> inquiryOfMany(
      Settings settings, Optional<Long> pinned, Ticker ticker) {
    Budget budget = new Budget(settings.rpc().budget(), settings.rpc().rate());
    List<Provider> nodes =
        settings.chain().providers().stream()
            .limit(Providers.MOST)
            .map(endpoint -> provider(endpoint, Patience.STEADY, ticker).within(budget))
            .toList();
    return nodes.isEmpty()
        ? Optional.empty()
        : registry(settings, pinned)
            .map(registry ->
                new Inquiry(
                    Providers.of(nodes, Optional.empty(), Providers.Pace.UNHEDGED, _ -> {}, ticker),
                    registry));
  }

  /**
   * Follows transactions; empty without a node.
   *
   * @param pinned the chain the ledger follows, when there is a ledger
   */
  static Optional<TransactionLook> transactions(
      Settings settings, Optional<Long> pinned, Ticker ticker) {
    return provider(settings, ticker)
        .map(provider ->
            new TransactionLook(
                provider,
                pinned.or(settings.chain()::expectedChainId),
                SettleOn.parse(settings.chain().settleOn()),
                new RevertReasons(EscrowReach.abi(settings.escrow()))));
  }

  /** Freezes that this machine recorded, whatever is down. */
  public static LocalFreeze localFreeze(Conversation conversation) {
    return new LocalFreeze(journal(conversation));
  }

  /** What this machine writes down while no database answers. */
  public static Journal journal(Conversation conversation) {
    return new Journal(
        conversation.settings().environment().dataDirectory(), conversation.ticker());
  }

  /** The configured services. */
  public static Services services(Conversation conversation) {
    Settings settings = conversation.settings();
    return new Services(
        settings.services(),
        conversation.configuration().where(),
        settings.environment().dataDirectory(),
        conversation.ticker());
  }

  /** What is remembered of the orders database outside it; our own store is never started. */
  public static OrdersMemory ordersMemory(Conversation conversation) {
    Settings settings = conversation.settings();
    return new OrdersMemory(
        settings.environment().dataDirectory(),
        () -> {
          try {
            return OpsHome.running(settings)
                .map(url -> new Database(url, "metaops", conversation.ticker()));
          } catch (PostgresUnavailable unreadable) {
            return Optional.empty();
          }
        },
        conversation.ticker());
  }

  /** How long a command may take in all. */
  public static Deadline deadline(Conversation conversation) {
    return Deadline.in(conversation.shared().patience(), conversation.ticker());
  }

  /** The same, less what starting and drawing take. */
  public static Deadline beforeDrawing(Conversation conversation) {
    return Deadline.in(allowed(conversation), conversation.ticker());
  }

  /** What is left of the person's patience after starting and before drawing. */
  public static Duration allowed(Conversation conversation) {
    return conversation.shared().patience().multipliedBy(85).dividedBy(100);
  }
}
