package dev.metaops.cli;

import static dev.metaops.cli.Verb.value;
import static dev.metaops.cli.Verb.word;

import dev.metaops.command.EvidenceCommand;
import dev.metaops.command.PlanCommand;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;

/** The verbs of {@code evidence}. */
final class EvidenceWords {
  private static final Pattern INCIDENT = Pattern.compile("(I|INC)-[0-9A-Z]{1,20}");

  private EvidenceWords() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of(
            "export",
            "Everything known of an order, plan or incident as one file that proves itself.",
            spec ->
                spec.addPositional(word(0, "SUBJECT", "An order, a plan (P-8K2F), an incident."))
                    .addOption(value("--to", "FILE", "Standard: evidence-SUBJECT.zip here.")),
            given ->
                new EvidenceCommand.Export(
                    subject(given), given.option("--to").map(text -> Given.path("--to", text)))),
        Verb.of(
            "verify",
            "Whether such a file holds; asks nobody.",
            spec ->
                spec.addPositional(word(0, "FILE", "What evidence export wrote."))
                    .addOption(
                        OptionSpec.builder("--key")
                            .arity("1")
                            .type(List.class)
                            .auxiliaryTypes(String.class)
                            .paramLabel("KEY")
                            .description(
                                "A public key that is believed, of checkpoints or \"NAME BASE64\";"
                                    + " several times. Standard: those kept here.")
                            .build()),
            given ->
                new EvidenceCommand.Verify(
                    given.file(given.word(0), "FILE"), given.options("--key"))));
  }

  private static EvidenceCommand.Subject subject(Given given) {
    Optional<String> word = given.word(0);
    String name = word.orElse("").toUpperCase(Locale.ROOT);
    Optional<String> plan = word.flatMap(PlanCommand::plan);
    if (plan.isPresent()) {
      return new EvidenceCommand.Subject.Plan(plan.get());
    }
    return INCIDENT.matcher(name).matches()
        ? new EvidenceCommand.Subject.Incident(name)
        : new EvidenceCommand.Subject.Order(given.order(word));
  }
}
