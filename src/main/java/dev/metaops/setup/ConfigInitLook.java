package dev.metaops.setup;

import dev.metaops.chain.Address;
import dev.metaops.chain.ChainHead;
import dev.metaops.command.Conversation;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Settings;
import dev.metaops.look.ProviderLook;
import dev.metaops.orders.TableMap;
import dev.metaops.orders.TableSurveyor;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Looks at what the variables name, side by side; writes nothing anywhere. */
final class ConfigInitLook {
  private static final Duration PROCESSES = Duration.ofSeconds(2);
  private static final Executor LOOKS = look -> Thread.ofVirtual().name("init").start(look);

  private final Conversation conversation;
  private final Settings settings;
  private final Deadline deadline;

  ConfigInitLook(Conversation conversation, Deadline deadline) {
    this.conversation = conversation;
    this.settings = conversation.settings();
    this.deadline = deadline;
  }

  ConfigInitSeen look() {
    CompletableFuture<ConfigInitSeen.Table> table =
        CompletableFuture.supplyAsync(this::table, LOOKS);
    CompletableFuture<List<Neighbours>> neighbours =
        CompletableFuture.supplyAsync(
            () ->
                Neighbours.listeners(
                    conversation.configuration().where(), deadline.atMost(PROCESSES)),
            LOOKS);
    Optional<Provider> provider = Reach.provider(settings, conversation.ticker());
    ConfigInitSeen.Chain chain =
        provider.map(this::chain).orElseGet(ConfigInitSeen.Chain.NotConfigured::new);
    ConfigInitSeen.Contract contract =
        provider
            .map(node -> contract(node, chain))
            .orElseGet(ConfigInitSeen.Contract.NotConfigured::new);
    return new ConfigInitSeen(table.join(), chain, contract, neighbours.join());
  }

  private ConfigInitSeen.Table table() {
    Optional<OrdersDoor> door = settings.orders().door();
    if (door.isEmpty()) {
      return new ConfigInitSeen.Table.NotConfigured();
    }
    try {
      return switch (door.get()) {
        case OrdersDoor.Sql(DatabaseUrl url) -> overSql(url);
        case OrdersDoor.Rest rest ->
            table(
                TableSurveyor.over(
                    Reach.restDoor(rest, settings, conversation.ticker()), deadline));
      };
    } catch (SQLException | IllegalArgumentException unread) {
      return new ConfigInitSeen.Table.Unread(
          unread instanceof SQLException failed
              ? DatabaseWords.of(failed)
              : String.valueOf(unread.getMessage()));
    }
  }

  private ConfigInitSeen.Table overSql(DatabaseUrl url) throws SQLException {
    try (Connection connection =
        new Database(url, "metaops config init", conversation.ticker()).connect(deadline)) {
      return table(TableSurveyor.over(connection));
    }
  }

  private ConfigInitSeen.Table table(TableSurveyor surveyor) throws SQLException {
    TableMap map = Reach.tableMap(settings);
    Map<String, Set<String>> tables = tables(surveyor, map);
    List<String> candidates = TableSurveyor.candidates(map, tables);
    if (tables.isEmpty() || tables.containsKey(map.name())) {
      return new ConfigInitSeen.Table.Read(
          surveyor.look(map, TableSurveyor.Words.ALL),
          candidates.stream().filter(name -> !name.equals(map.name())).toList(),
          ConfigInitSeen.Choice.NAMED);
    }
    if (candidates.size() != 1) {
      return new ConfigInitSeen.Table.NotThere(map.name(), candidates, tables.size());
    }
    String only = candidates.getFirst();
    int dot = only.indexOf('.');
    return new ConfigInitSeen.Table.Read(
        surveyor.look(
            map.of(only.substring(0, dot), only.substring(dot + 1)), TableSurveyor.Words.ALL),
        List.of(),
        ConfigInitSeen.Choice.ONLY_CANDIDATE);
  }

  /** None when the door does not list them: the table may be there all the same. */
  private static Map<String, Set<String>> tables(TableSurveyor surveyor, TableMap map) {
    try {
      return surveyor.tables(map);
    } catch (SQLException unlisted) {
      return Map.of();
    }
  }

  private ConfigInitSeen.Chain chain(Provider provider) {
    try {
      long id = provider.chainId(deadline);
      ChainHead head = provider.head(deadline);
      return new ConfigInitSeen.Chain.Read(
          id, head, ProviderLook.pace(provider, head.latest(), deadline));
    } catch (RpcUnavailable unread) {
      return new ConfigInitSeen.Chain.Unread(words(unread));
    }
  }

  private ConfigInitSeen.Contract contract(Provider provider, ConfigInitSeen.Chain chain) {
    Optional<Address> address = settings.escrow().address().map(Address::new);
    if (address.isEmpty() || !(chain instanceof ConfigInitSeen.Chain.Read read)) {
      return new ConfigInitSeen.Contract.NotConfigured();
    }
    try {
      return new ConfigInitContractLook(provider, address.get(), deadline).look(read);
    } catch (RpcUnavailable unread) {
      return new ConfigInitSeen.Contract.Unread(words(unread));
    }
  }

  static String words(RpcUnavailable unread) {
    return unread.endpoint() + ": " + unread.failure().sentence();
  }
}
