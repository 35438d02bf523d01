package dev.metaops.cli;

import static dev.metaops.cli.Verb.flag;
import static dev.metaops.cli.Verb.oldFlag;
import static dev.metaops.cli.Verb.oldValue;
import static dev.metaops.cli.Verb.value;
import static dev.metaops.cli.Verb.word;
import static dev.metaops.cli.Verb.words;

import dev.metaops.command.ServicesCommand;
import dev.metaops.config.Durations;
import dev.metaops.services.Asked;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** The verbs of {@code services}. */
final class ServicesWords {
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private ServicesWords() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.plain(
            "status",
            "How each is: process, since when, ports, whether it is ready.",
            new ServicesCommand.Status()),
        undertaking(
            Asked.Verb.RESTART,
            "Stop and start again at once, in the order of what depends on what."),
        undertaking(Asked.Verb.STOP, "Stop at once; what depends on others first."),
        undertaking(Asked.Verb.START, "Start at once; what depends on others last."),
        Verb.of(
            "logs",
            "The newest lines that one wrote.",
            spec ->
                spec.addPositional(word(0, "NAME", "A configured service."))
                    .addOption(
                        value(
                            "--lines",
                            "N",
                            "How many. Standard: " + ServicesCommand.Logs.STANDARD + ".")),
            given ->
                new ServicesCommand.Logs(
                    given.word(0).orElseThrow(() -> new Refusal("services logs wants a NAME")),
                    lines(given))),
        Verb.plain(
            "discover",
            "What pm2, systemd and docker run here, as configuration to paste.",
            new ServicesCommand.Discover()));
  }

  private static Verb undertaking(Asked.Verb verb, String does) {
    return Verb.of(
        verb.word(), does, ServicesWords::undertakingWords, given -> undertake(verb, given));
  }

  private static void undertakingWords(CommandSpec spec) {
    spec.addPositional(words("NAME", "Configured services."))
        .addOption(flag("--all", "All that are configured."))
        .addOption(
            flag(
                "--force",
                "Start also what a stranger holds the port of, or what depends on one that is not"
                    + " ready. Kills nothing more."))
        .addOption(flag("--skip-health-check", "Do not look at the quick health afterwards."))
        .addOption(oldFlag("-Force", "-force"))
        .addOption(oldFlag("-SkipHealthCheck", "-skiphealthcheck"))
        .addOption(oldValue("-TimeoutSeconds"));
  }

  private static ServicesCommand undertake(Asked.Verb verb, Given given) {
    return new ServicesCommand.Undertake(
        verb,
        chosen(verb, given),
        given.has("--force") || given.has("-Force") ? Asked.Zeal.FORCED : Asked.Zeal.CAREFUL,
        given.has("--skip-health-check") || given.has("-SkipHealthCheck")
            ? ServicesCommand.Afterwards.NOTHING
            : ServicesCommand.Afterwards.QUICK_HEALTH,
        given
            .option("-TimeoutSeconds")
            .map(ServicesWords::timeout)
            .or(() -> given.option("--timeout").map(ServicesWords::timeout)));
  }

  private static Duration timeout(String text) {
    return Durations.read(text, Duration.ofSeconds(1), LONGEST)
        .orElseThrow(() -> Refusal.of("--timeout", text, "seconds above 0, or like 2m, up to 30m"));
  }

  /** {@code all} is what pm2 calls them. */
  private static ServicesCommand.Chosen chosen(Asked.Verb verb, Given given) {
    List<String> names = given.words();
    boolean isAll = given.has("--all") || names.equals(List.of("all"));
    if (given.has("--all") && !names.isEmpty()) {
      throw new Refusal("services " + verb.word() + ": give names or --all, not both");
    }
    if (!isAll && names.isEmpty()) {
      throw new Refusal(
          "services "
              + verb.word()
              + " wants names, or --all: metaops services "
              + verb.word()
              + " NAME…");
    }
    return isAll
        ? new ServicesCommand.Chosen.All()
        : new ServicesCommand.Chosen.Named(names.stream().distinct().toList());
  }

  private static int lines(Given given) {
    Optional<String> text = given.option("--lines");
    if (text.isEmpty()) {
      return ServicesCommand.Logs.STANDARD;
    }
    if (!text.get().matches("[1-9][0-9]{0,3}")) {
      throw Refusal.of("--lines", text.get(), "a number from 1 to 9999");
    }
    return Integer.parseInt(text.get());
  }
}
