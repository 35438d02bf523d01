package dev.metaops.cli;

import static dev.metaops.cli.Verb.value;

import dev.metaops.chaos.Fault;
import dev.metaops.command.ChaosRpcCommand;
import dev.metaops.config.Secret;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The words of {@code chaos-rpc}. */
final class ChaosWords {
  private ChaosWords() {}

  static Verb verb() {
    return Verb.of(
        "chaos-rpc",
        "A node that misbehaves on purpose, in front of a real one.",
        ChaosWords::words,
        given ->
            new ChaosRpcCommand.Run(
                given.option("--upstream").map(Secret::new),
                given.option("--upstream-ws").map(Secret::new),
                port(given.option("--port").orElse("8546")),
                given.options("--fault").stream().map(ChaosWords::fault).toList(),
                given.option("--seed").map(ChaosWords::seed).orElse(OptionalLong.empty()),
                given.option("--for").map(Given::seconds)));
  }

  private static void words(CommandSpec spec) {
    spec.addOption(value("--upstream", "URL", "The node behind. Standard: the first configured."))
        .addOption(value("--upstream-ws", "URL", "Its WebSocket. Standard: at the same place."))
        .addOption(value("--port", "PORT", "On loopback. Standard: 8546; 0 for any free one."))
        .addOption(
            OptionSpec.builder("--fault")
                .arity("1")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel("FAULT")
                .description(
                    "As often as you like: NAME, NAME=RATE, NAME=COUNT, NAME=every:N,"
                        + " NAME=block:N; with a number NAME=N or NAME=N,RATE. See docs/chaos.md.")
                .build())
        .addOption(value("--seed", "SEED", "Decides every random choice. Standard: any."))
        .addOption(value("--for", "TIME", "How long, like 90s or 10m. Standard: until Ctrl-C."));
  }

  private static Fault fault(String text) {
    try {
      return Fault.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new Refusal("chaos-rpc: " + wrong.getMessage());
    }
  }

  private static int port(String text) {
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65_535) {
      throw Refusal.of("--port", text, "0 to 65535");
    }
    return Integer.parseInt(text);
  }

  private static OptionalLong seed(String text) {
    if (!text.matches("-?[0-9]{1,18}")) {
      throw Refusal.of("--seed", text, "a whole number");
    }
    return OptionalLong.of(Long.parseLong(text));
  }
}
