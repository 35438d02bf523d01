package dev.metaops.cli;

import dev.metaops.command.Shared;
import dev.metaops.config.Durations;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options every verb takes. */
final class SharedWords {
  /** Those that take the next word as their value. */
  static final Set<String> WITH_VALUE =
      Set.of("-o", "--output", "--config", "--env-file", "--timeout");

  private SharedWords() {}

  static void addTo(CommandSpec spec, Verb verb) {
    spec.addOption(
            OptionSpec.builder("-o", "--output")
                .arity("1")
                .type(String.class)
                .paramLabel(verb.typedOutputs("|"))
                .description("The form of standard output. Standard: table.")
                .build())
        .addOption(Verb.value("--config", "FILE", "The configuration file."))
        .addOption(Verb.value("--env-file", "FILE", "NAME=value lines; they win over the shell's."))
        .addOption(
            Verb.value("--timeout", "TIME", "End when nothing answers for so long. Standard: 10s."))
        .addOption(Verb.flag("--no-color", "No colours."))
        .addOption(Verb.flag("--quiet", "Nothing on standard error but refusals."))
        .addOption(Verb.flag("--demo", "Speak to the running demo's world."))
        .addOption(Verb.flag("--dry-run", "Change nothing; stop after the plan."))
        .addOption(
            OptionSpec.builder("-h", "--help")
                .arity("0")
                .type(boolean.class)
                .description("This.")
                .build());
  }

  static Shared read(Given given, Verb verb) {
    return new Shared(
        given.option("--output").map(text -> output(text, verb)).orElse(Shared.Output.TABLE),
        given.option("--config"),
        given.option("--env-file"),
        given.option("--timeout").map(SharedWords::timeout),
        given.has("--no-color") ? Shared.Colours.NEVER : Shared.Colours.WHERE_SEEN,
        given.has("--quiet") ? Shared.Talk.QUIET : Shared.Talk.NORMAL,
        world(given),
        given.has("--dry-run") ? Shared.Purpose.DRY_RUN : Shared.Purpose.REAL);
  }

  private static Shared.World world(Given given) {
    if (!given.has("--demo")) {
      return Shared.World.CONFIGURED;
    }
    Optional<String> other =
        given
            .option("--config")
            .map(_ -> "--config")
            .or(() -> given.option("--env-file").map(_ -> "--env-file"));
    other.ifPresent(option -> {
      throw new Refusal("--demo and " + option + " name two environments: keep one");
    });
    return Shared.World.DEMO;
  }

  private static Shared.Output output(String text, Verb verb) {
    return verb.outputs().stream()
        .filter(output -> output.name().toLowerCase(Locale.ROOT).equals(text))
        .findFirst()
        .orElseThrow(() -> Refusal.of("--output", text, verb.typedOutputs(" or ")));
  }

  private static Duration timeout(String text) {
    return Durations.read(text, Duration.ofSeconds(1), Duration.ofHours(1))
        .orElseThrow(
            () -> Refusal.of("--timeout", text, "seconds above 0, or like 500ms, 2m, up to 1h"));
  }
}
