package dev.metaops.cli;

import static dev.metaops.cli.Verb.flag;
import static dev.metaops.cli.Verb.oldFlag;
import static dev.metaops.cli.Verb.oldValue;
import static dev.metaops.cli.Verb.value;
import static dev.metaops.cli.Verb.word;

import dev.metaops.command.Consent;
import dev.metaops.command.OrderCommand;
import dev.metaops.order.Witnesses;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** The verbs of {@code order}. */
final class OrderWords {
  static final String AN_ORDER = "An id, escrow key, transaction hash, or unique prefix.";

  private OrderWords() {}

  static List<Verb> verbs() {
    return List.of(
        Verb.of(
            "check-stuck",
            "Orders contradicted, past their deadline, or too long in one state.",
            OrderWords::checkStuckWords,
            OrderWords::checkStuck),
        Verb.of(
            "states",
            "Count, value and oldest age by state.",
            spec -> spec.addOption(value("--hours", "HOURS", "How far back. Standard: 24.")),
            given ->
                new OrderCommand.States(
                    Given.hours("--hours", given.option("--hours").orElse("24")))),
        Verb.of(
                "show",
                "Why an order is where it is, what next, and all evidence.",
                spec -> spec.addPositional(word(0, "ORDER", AN_ORDER)),
                given -> new OrderCommand.Show(given.order(given.word(0))))
            .alsoCalled("explain"),
        Verb.of(
                "verify",
                "What the finalized chain says of an order.",
                spec ->
                    spec.addPositional(word(0, "ORDER", AN_ORDER))
                        .addOption(oldValue("--order-id")),
                given ->
                    new OrderCommand.Verify(given.order(given.wordOr(0, "ORDER", "--order-id"))))
            .alsoCalled("verify-order"),
        Verb.of(
                "fix",
                "Move a row to where the chain proves it.",
                OrderWords::fixWords,
                OrderWords::fix)
            .alsoCalled("fix-order"),
        Verb.of(
                "bulk-fix",
                "Move every row that is behind the chain to where the chain proves it.",
                OrderWords::bulkFixWords,
                OrderWords::bulkFix)
            .alsoCalled("bulk-order-fix", "cleanup-stuck-orders"),
        Verb.of(
                "refundable",
                "Money in escrow past its deadline: who may send what; sends nothing.",
                OrderWords::refundableWords,
                given ->
                    new OrderCommand.Refundable(
                        given.listing(100), given.option("--arbiter").map(Given::address)))
            .alsoForSafe(),
        Verb.plain(
            "report",
            "States, oldest stuck, interventions, edits nobody owns.",
            new OrderCommand.Report()));
  }

  private static void checkStuckWords(CommandSpec spec) {
    spec.addPositional(word(0, "HOURS", "Too long in one state. Standard: 2, or as configured."))
        .addOption(value("--state", "STATE", "Only rows in this state."))
        .addOption(flag("--no-chain", "Do not ask the chain."))
        .addOption(oldValue("--hours"))
        .addOption(oldFlag("--on-chain"))
        .addOption(oldFlag("--verbose", "-v"));
    Given.acceptLimit(spec, 20);
  }

  private static OrderCommand checkStuck(Given given) {
    return new OrderCommand.CheckStuck(
        given.wordOr(0, "HOURS", "--hours").map(text -> Given.hours("HOURS", text)),
        given.option("--state").map(given::state),
        given.listing(20, "--verbose"),
        given.has("--no-chain") ? OrderCommand.Evidence.ROWS_ONLY : OrderCommand.Evidence.CHAIN);
  }

  private static void refundableWords(CommandSpec spec) {
    spec.addOption(value("--arbiter", "ADDRESS", "Whose batch, when contracts have several."));
    Given.acceptLimit(spec, 100);
  }

  private static void fixWords(CommandSpec spec) {
    spec.addPositional(word(0, "ORDER", AN_ORDER))
        .addPositional(word(1, "STATE", "Only if the chain proves this state."))
        .addPositional(word(2, "REASON", "Why, for the record."))
        .addOption(flag("--execute", "Apply without asking."))
        .addOption(
            flag("--accept-one-provider", "Of several, one that answers is enough; recorded."))
        .addOption(oldValue("--order-id"))
        .addOption(oldValue("--new-state"))
        .addOption(oldValue("--reason"));
  }

  private static OrderCommand fix(Given given) {
    return new OrderCommand.Fix(
        given.order(given.wordOr(0, "ORDER", "--order-id")),
        given.wordOr(1, "STATE", "--new-state").map(given::state),
        given.reason(given.wordOr(2, "REASON", "--reason")),
        consent(given),
        witnesses(given));
  }

  private static void bulkFixWords(CommandSpec spec) {
    spec.addPositional(word(0, "HOURS", "Too long in one state. Standard: 2, or as configured."))
        .addPositional(word(1, "STATE", "Only those the chain proves to be in this state."))
        .addPositional(word(2, "REASON", "Why, for the record."))
        .addOption(value("--ids", "FILE|-", "These orders, one id a line; then without HOURS."))
        .addOption(flag("--execute", "Apply without asking; wants --max."))
        .addOption(value("--max", "N", "Refuse when more than N rows would change."))
        .addOption(
            flag("--accept-one-provider", "Of several, one that answers is enough; recorded."))
        .addOption(oldValue("--hours"))
        .addOption(oldValue("--new-state"))
        .addOption(oldValue("--reason"));
  }

  private static OrderCommand bulkFix(Given given) {
    Consent consent = consent(given);
    Optional<Integer> most = given.option("--max").map(OrderWords::most);
    if (consent == Consent.EXECUTE && most.isEmpty()) {
      throw new Refusal("order bulk-fix --execute wants --max N: how many rows may change at most");
    }
    Optional<String> ids = given.option("--ids");
    // The ids say which orders, so the words begin with STATE.
    int state = ids.isPresent() ? 0 : 1;
    return new OrderCommand.BulkFix(
        ids.isPresent() ? listed(given, ids.get()) : stuck(given),
        given.wordOr(state, "STATE", "--new-state").map(given::state),
        given.reason(given.wordOr(state + 1, "REASON", "--reason")),
        consent,
        most,
        witnesses(given));
  }

  private static OrderCommand.Choice stuck(Given given) {
    return new OrderCommand.Choice.Stuck(
        given.wordOr(0, "HOURS", "--hours").map(text -> Given.hours("HOURS", text)));
  }

  private static OrderCommand.Choice listed(Given given, String ids) {
    if (given.has("--hours") || given.word(2).isPresent()) {
      throw new Refusal(
          "order bulk-fix: --ids says which orders: give STATE and REASON without HOURS");
    }
    return ids.equals("-")
        ? new OrderCommand.Choice.Piped()
        : new OrderCommand.Choice.Listed(Given.path("--ids", ids));
  }

  private static int most(String text) {
    if (!text.matches("[1-9][0-9]{0,5}")) {
      throw Refusal.of("--max", text, "a number from 1 to 999999");
    }
    return Integer.parseInt(text);
  }

  static Witnesses witnesses(Given given) {
    return given.has("--accept-one-provider") ? Witnesses.ONE_IS_ENOUGH : Witnesses.TWO_OF_SEVERAL;
  }

  static Consent consent(Given given) {
    if (given.has("--execute") && given.has("--dry-run")) {
      throw new Refusal("--execute and --dry-run contradict each other: keep one");
    }
    if (given.has("--dry-run")) {
      return Consent.DRY_RUN;
    }
    return given.has("--execute") ? Consent.EXECUTE : Consent.ASK;
  }
}
