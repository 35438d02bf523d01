package dev.metaops.page;

import dev.metaops.config.EscrowSection;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Settings;
import java.util.List;

/** Which environment a command acts on, in one line without secrets. */
public final class EnvironmentLine {
  private EnvironmentLine() {}

  /** {@code production · orders postgres:host/db · chain 137 · escrow 0x12…ef · observing}. */
  public static String of(Settings settings) {
    return String.join(
        " · ",
        List.of(
            settings.environment().name(),
            "orders " + settings.orders().door().map(OrdersDoor::place).orElse("not configured"),
            chain(settings),
            "escrow " + escrow(settings.escrow()),
            settings.orders().mode().doing()));
  }

  private static String chain(Settings settings) {
    if (settings.chain().providers().isEmpty()) {
      return "chain not configured";
    }
    return settings.chain().expectedChainId().map(id -> "chain " + id).orElse("chain not pinned");
  }

  private static String escrow(EscrowSection escrow) {
    return escrow
        .address()
        .map(EnvironmentLine::brief)
        .or(() -> escrow.factory().map(factory -> "factory " + brief(factory)))
        .orElse(escrow.isNamed() ? "one per order" : "not configured");
  }

  private static String brief(String address) {
    return address.substring(0, 4) + "…" + address.substring(address.length() - 2);
  }
}
