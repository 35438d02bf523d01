package dev.metaops.setup;

import static dev.metaops.setup.ConfigLine.remark;
import static dev.metaops.setup.ConfigLine.warning;

import dev.metaops.config.Configuration;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Origin;
import dev.metaops.config.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the file says of the secrets that stay outside of it, and of what an earlier file said. */
final class ConfigInitDoors {
  /** Keys whose values are never copied, and what they are for. */
  private static final Map<String, String> KEPT_OUT =
      Map.of(
          "orders.url", "the orders database over SQL",
          "orders.direct-url", "the same database past a pooler",
          "orders.supabase-url", "the orders over Supabase's REST door",
          "orders.supabase-key", "the key of that door",
          "chain.rpc-url", "the nodes",
          "chain.rpc-ws-url", "hints of new blocks",
          "ops.url", "our own store");

  private ConfigInitDoors() {}

  /** Where each secret stands. */
  static List<ConfigLine> secrets(Configuration configuration) {
    List<ConfigLine> lines = new ArrayList<>();
    for (Value value : configuration.values()) {
      String use = KEPT_OUT.get(value.key().path());
      if (use != null) {
        said(value, use).ifPresent(lines::add);
      }
    }
    configuration
        .settings()
        .orders()
        .door()
        .map(OrdersDoor::place)
        .ifPresent(place -> lines.add(remark("orders", "That is " + place + ".")));
    if (configuration.settings().chain().webSocket().isEmpty()) {
      lines.add(
          remark(
              "chain",
              "No RPC_WS_URL: new blocks are seen by polling alone. metaops doctor says what push"
                  + " would save."));
    }
    if (configuration.settings().ops().url().isEmpty()) {
      lines.add(
          remark(
              "ops",
              "No OPS_DATABASE_URL: our own store is an embedded server in the data directory."));
    }
    return lines;
  }

  private static Optional<ConfigLine> said(Value value, String use) {
    String section = value.key().section();
    return switch (value.origin()) {
      case Origin.BuiltIn() -> Optional.empty();
      case Origin.Variable(String name, Optional<Path> file) ->
          Optional.of(
              remark(
                  section,
                  value.key().name()
                      + ": "
                      + use
                      + ", from $"
                      + name
                      + file.map(path -> " in " + path).orElse("")
                      + ", where it stays."));
      case Origin.InFile _ ->
          Optional.of(
              warning(
                  section,
                  value.key().name()
                      + " ("
                      + use
                      + ") stood in the earlier file, which is kept; secrets are not copied. Set "
                      + value.key().variable().map(name -> "$" + name).orElse("it anew")
                      + ", or point "
                      + value.key().name()
                      + "-file at a file that holds it."));
    };
  }

  /**
   * The lines, with what an earlier file says in the place of guesses and defaults. What the
   * contract itself told wins over it; what looking holds against it stays as a remark.
   */
  static List<ConfigLine> withEarlier(List<ConfigLine> lines, Configuration configuration) {
    List<ConfigLine> all = new ArrayList<>(lines);
    for (Value value : configuration.values()) {
      if (value.origin() instanceof Origin.InFile && !KEPT_OUT.containsKey(value.key().path())) {
        Optional<ConfigLine> seen = lines.stream().filter(line -> isOf(line, value)).findFirst();
        all.removeIf(line -> isOf(line, value));
        all.addAll(merged(value, seen));
      }
    }
    return all;
  }

  private static List<ConfigLine> merged(Value value, Optional<ConfigLine> seen) {
    String section = value.key().section();
    ConfigLine earlier =
        ConfigLine.told(section, value.key().name(), value.shown(), "As the earlier file says.");
    if (seen.isPresent()
        && seen.get() instanceof ConfigLine.Told(_, String name, String toml, String why)
        && section.equals("escrow")) {
      boolean isSame = toml.replace("\"", "").equals(value.shown());
      return List.of(
          new ConfigLine.Told(
              section,
              name,
              toml,
              isSame ? why : why + " The earlier file said " + value.shown() + "."));
    }
    return seen.isPresent()
            && seen.get()
                instanceof
                ConfigLine.Untold(_, String name, String toml, String why, ConfigLine.Weight weight)
            && weight == ConfigLine.Weight.HEAVY
        ? List.of(
            warning(section, "Against the earlier " + name + " (perhaps " + toml + "): " + why),
            earlier)
        : List.of(earlier);
  }

  private static boolean isOf(ConfigLine line, Value value) {
    return line.section().equals(value.key().section())
        && switch (line) {
          case ConfigLine.Told told -> told.name().equals(value.key().name());
          case ConfigLine.Untold untold -> untold.name().equals(value.key().name());
          case ConfigLine.Remark _ -> false;
        };
  }
}
