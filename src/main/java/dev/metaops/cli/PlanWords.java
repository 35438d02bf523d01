package dev.metaops.cli;

import static dev.metaops.cli.Verb.flag;
import static dev.metaops.cli.Verb.value;
import static dev.metaops.cli.Verb.word;

import dev.metaops.command.PeopleCommand;
import dev.metaops.command.PlanCommand;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** The verbs of {@code plan} and {@code people}. */
final class PlanWords {
  private PlanWords() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of(
            "list",
            "The newest plans and where each is in its life.",
            spec -> Given.acceptLimit(spec, 20),
            given -> new PlanCommand.Plans(given.listing(20))),
        Verb.of(
            "show",
            "What a plan does, who stands behind it, its life until now.",
            PlanWords::aPlan,
            given -> new PlanCommand.Show(plan(given, "show"))),
        Verb.of(
            "approve",
            "Sign that it may be applied, after seeing it.",
            spec -> {
              aPlan(spec);
              spec.addOption(flag("--execute", "Sign without asking what takes one person."));
              spec.addOption(
                  value("--digest", "HEX", "How the digest begins of the plan you looked at."));
            },
            given ->
                new PlanCommand.Approve(
                    plan(given, "approve"), OrderWords.consent(given), digest(given))),
        Verb.of(
            "reject",
            "Nobody can apply it any more; takes one person, at once.",
            spec -> {
              aPlan(spec);
              spec.addPositional(word(1, "REASON", "Why, for the record."));
            },
            given -> new PlanCommand.Reject(plan(given, "reject"), given.reason(given.word(1)))),
        Verb.of(
            "apply",
            "Apply what was shown, or say what came of it before.",
            spec -> {
              aPlan(spec);
              spec.addOption(
                  flag("--break-glass", "Alone, what takes two people; recorded and reviewed."));
              spec.addOption(
                  flag(
                      "--accept-one-provider",
                      "Of several, one that answers is enough; recorded."));
            },
            given ->
                new PlanCommand.Apply(
                    plan(given, "apply"),
                    given.has("--break-glass") ? PlanCommand.Glass.BROKEN : PlanCommand.Glass.WHOLE,
                    OrderWords.witnesses(given))),
        Verb.of(
            "revert",
            "Plan to take back what a plan moved, where the chain proves that.",
            spec -> {
              aPlan(spec);
              spec.addPositional(word(1, "REASON", "Why, for the record."));
            },
            given -> new PlanCommand.Revert(plan(given, "revert"), given.reason(given.word(1)))));
  }

  static List<Verb> people() {
    return List.of(
        Verb.of(
            "key",
            "Make your signing key, once; print the line for the configuration.",
            spec -> spec.addPositional(word(0, "NAME", "One name a person, in lower case.")),
            given -> new PeopleCommand.MakeKey(person(given))));
  }

  private static void aPlan(CommandSpec spec) {
    spec.addPositional(word(0, "PLAN", "Its name, such as P-8K2F."));
  }

  private static Optional<String> digest(Given given) {
    Optional<String> digest =
        given.option("--digest").map(text -> text.toLowerCase(Locale.ROOT).replaceFirst("^0x", ""));
    digest
        .filter(text -> !text.matches("[0-9a-f]{6,64}"))
        .ifPresent(text -> {
          throw Refusal.of("--digest", text, "6 to 64 hexadecimal digits; metaops plan show");
        });
    return digest;
  }

  private static String plan(Given given, String verb) {
    String text =
        given
            .word(0)
            .orElseThrow(() ->
                new Refusal("plan " + verb + " wants a plan: metaops plan " + verb + " PLAN"));
    String name = text.toUpperCase(Locale.ROOT);
    if (!name.matches("P-[0-9A-HJKMNP-TV-Z]{4}")) {
      throw Refusal.of("PLAN", text, "a name such as P-8K2F; metaops plan list");
    }
    return name;
  }

  private static String person(Given given) {
    String text =
        given
            .word(0)
            .orElseThrow(() -> new Refusal("people key wants a name: metaops people key NAME"));
    if (!text.matches("[a-z0-9][a-z0-9._-]{0,31}")) {
      throw Refusal.of("NAME", text, "1 to 32 lower-case letters, digits, dots, - and _");
    }
    return text;
  }
}
