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
    PeopleSection people,
    HealthSection health,
    LogSection log,
    TelemetrySection telemetry,
    KeysSection keys,
    ServicesSection services) {

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
              PeopleSection.KEYS,
              HealthSection.KEYS,
              LogSection.KEYS,
              TelemetrySection.KEYS,
              KeysSection.KEYS)
          .flatMap(List::stream)
          .toList();

  /** Every key there is, in the order of the documentation. */
  public static final List<Key> KEYS =
      Stream.concat(FIXED.stream(), ServicesSection.KEYS.stream()).toList();

  /** Those of what this file names included. */
  static List<Key> keys(Sources sources) {
    return Stream.concat(FIXED.stream(), ServicesSection.keys(sources).stream()).toList();
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
        PeopleSection.from(section),
        HealthSection.from(section),
        LogSection.from(section),
        TelemetrySection.from(section),
        KeysSection.from(section),
        ServicesSection.from(section, sources));
  }
}
