package dev.metaops.config;

import java.util.List;
import java.util.stream.Stream;

/** Everything configured, one record a section. */
public record Settings(
    EnvironmentSection environment,
    OrdersSection orders,
    ChainSection chain,
    RpcSection rpc,
    EscrowSection escrow,
    OpsSection ops,
    ListenSection listen,
    HttpSection http,
    OrderStatusSection orderStatus,
    PeopleSection people,
    HealthSection health,
    LogSection log,
    TelemetrySection telemetry,
    KeysSection keys,
    ServicesSection services,
    FrontendSection frontend) {

  /** Every key of a table there is once. */
  private static final List<Key> FIXED =
      Stream.of(
              EnvironmentSection.KEYS,
              OrdersSection.KEYS,
              ChainSection.KEYS,
              RpcSection.KEYS,
              EscrowSection.KEYS,
              OpsSection.KEYS,
              ListenSection.KEYS,
              HttpSection.KEYS,
              OrderStatusSection.KEYS,
              PeopleSection.KEYS,
              HealthSection.KEYS,
              LogSection.KEYS,
              TelemetrySection.KEYS,
              KeysSection.KEYS)
          .flatMap(List::stream)
          .toList();

  /** Every key there is, in the order of the documentation. */
  public static final List<Key> KEYS =
      Stream.of(FIXED, ServicesSection.KEYS, FrontendSection.KEYS).flatMap(List::stream).toList();

  /** Those of what this file names included. */
  static List<Key> keys(Sources sources) {
    return Stream.of(FIXED, ServicesSection.keys(sources), FrontendSection.keys(sources))
        .flatMap(List::stream)
        .toList();
  }

  static Settings from(Sources sources) {
    Section section = new Section(sources);
    return new Settings(
        EnvironmentSection.from(section, sources.where()),
        OrdersSection.from(section),
        ChainSection.from(section),
        RpcSection.from(section),
        EscrowSection.from(section),
        OpsSection.from(section),
        ListenSection.from(section),
        HttpSection.from(section),
        OrderStatusSection.from(section),
        PeopleSection.from(section),
        HealthSection.from(section),
        LogSection.from(section),
        TelemetrySection.from(section),
        KeysSection.from(section),
        ServicesSection.from(section, sources),
        FrontendSection.from(section, sources));
  }
}
