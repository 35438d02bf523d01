package dev.metaops.cli;

import static dev.metaops.cli.Verb.flag;
import static dev.metaops.cli.Verb.oldFlag;
import static dev.metaops.cli.Verb.value;
import static dev.metaops.cli.Verb.word;

import dev.metaops.command.ContractCommand;
import dev.metaops.config.Durations;
import dev.metaops.contract.PauseSwitch;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The verbs of {@code contract}. */
final class ContractWords {
  private static final Duration LONGEST_WATCH = Duration.ofHours(24);

  private ContractWords() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of(
            "verify",
            "Code, owner, arbiter, proxy, chain and events against what they should be.",
            spec -> {
              spec.addPositional(word(0, "PART", parts(ContractCommand.VerifyPart.values())));
              acceptBlocks(spec);
            },
            given ->
                new ContractCommand.Verify(
                    part(given, ContractCommand.VerifyPart.values()), blocks(given))),
        Verb.of(
            "test",
            "Read-only calls with expected results; the money against the open orders.",
            spec -> {
              spec.addPositional(word(0, "PART", parts(ContractCommand.TestPart.values())));
              acceptBlocks(spec);
            },
            given ->
                new ContractCommand.Test(
                    part(given, ContractCommand.TestPart.values()), blocks(given))),
        Verb.of(
            "pin",
            "Approve what is there now as the baseline of verify.",
            spec -> spec.addOption(flag("--execute", "Pin without asking.")),
            given -> new ContractCommand.Pin(OrderWords.consent(given))),
        switching(PauseSwitch.PAUSE, "The transaction that stops new escrows; sends nothing."),
        switching(PauseSwitch.UNPAUSE, "The transaction that lifts a pause; sends nothing."));
  }

  private static Verb switching(PauseSwitch which, String does) {
    return Verb.of(
            which.verb(),
            does,
            spec ->
                spec.addOption(
                        OptionSpec.builder("--watch")
                            .arity("0..1")
                            .fallbackValue("10m")
                            .type(String.class)
                            .paramLabel("TIME")
                            .description(
                                "Then look until the chain says so, at most so long. Alone: 10m.")
                            .build())
                    .addOption(flag("--safe", "As a batch for Safe's transaction builder.")),
            given ->
                new ContractCommand.Switch(
                    which,
                    given.option("--watch").map(ContractWords::watch),
                    given.has("--safe")
                        ? ContractCommand.Form.SAFE_BATCH
                        : ContractCommand.Form.TRANSACTION))
        .alsoForSafe();
  }

  private static Duration watch(String text) {
    return Durations.read(text, Duration.ofMinutes(1), LONGEST_WATCH)
        .orElseThrow(
            () -> Refusal.of("--watch", text, "minutes above 0, or like 90s, 10m, up to 24h"));
  }

  private static void acceptBlocks(CommandSpec spec) {
    spec.addOption(
            value(
                "--blocks",
                "N",
                "How many blocks of events are read. Standard: "
                    + ContractCommand.STANDARD_BLOCKS
                    + "."))
        .addOption(oldFlag("--verbose", "-v"));
  }

  private static long blocks(Given given) {
    String text = given.option("--blocks").orElse(Long.toString(ContractCommand.STANDARD_BLOCKS));
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw Refusal.of("--blocks", text, "a number from 1 to 999999999");
    }
    return Long.parseLong(text);
  }

  private static <E extends Enum<E>> String parts(E[] parts) {
    return Arrays.stream(parts).map(ContractWords::name).collect(Collectors.joining(", "))
        + ". Standard: "
        + name(parts[0])
        + ".";
  }

  private static <E extends Enum<E>> E part(Given given, E[] parts) {
    Optional<String> word = given.word(0);
    if (word.isEmpty()) {
      return parts[0];
    }
    return Arrays.stream(parts)
        .filter(part -> name(part).equals(word.get()))
        .findFirst()
        .orElseThrow(() ->
            Refusal.of(
                "PART",
                word.get(),
                Arrays.stream(parts).map(ContractWords::name).collect(Collectors.joining(", "))));
  }

  private static <E extends Enum<E>> String name(E part) {
    return part.name().toLowerCase(Locale.ROOT);
  }
}
