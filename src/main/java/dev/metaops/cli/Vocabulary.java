package dev.metaops.cli;

import static dev.metaops.cli.Verb.flag;
import static dev.metaops.cli.Verb.oldFlag;
import static dev.metaops.cli.Verb.value;
import static dev.metaops.cli.Verb.word;

import dev.metaops.command.AuditCommand;
import dev.metaops.command.CompletionCommand;
import dev.metaops.command.ConfigCommand;
import dev.metaops.command.ConnectionsCommand;
import dev.metaops.command.DatabaseCommand;
import dev.metaops.command.DemoCommand;
import dev.metaops.command.DoctorCommand;
import dev.metaops.command.EventsCommand;
import dev.metaops.command.FreezeCommand;
import dev.metaops.command.HealthCommand;
import dev.metaops.command.KeysCommand;
import dev.metaops.command.ListenerCommand;
import dev.metaops.command.MetricsCommand;
import dev.metaops.command.ReadinessCommand;
import dev.metaops.command.SenderCommand;
import dev.metaops.command.ServeCommand;
import dev.metaops.command.StatusCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every noun and verb there is, and the names the operators knew them by. */
final class Vocabulary {
  private static final Pattern BLOCKS = Pattern.compile("([0-9]+)(?:\\.\\.([0-9]+))?");

  private Vocabulary() {}

  /** Old commands that were one word: what they are now. */
  static final Map<String, List<String>> OLD_NAMES =
      Map.ofEntries(
          Map.entry("check-stuck-orders", List.of("order", "check-stuck")),
          Map.entry("check-order-states", List.of("order", "states")),
          Map.entry("explain", List.of("order", "show")),
          Map.entry("fix-order", List.of("order", "fix")),
          Map.entry("bulk-order-fix", List.of("order", "bulk-fix")),
          Map.entry("cleanup-stuck-orders", List.of("order", "bulk-fix")),
          Map.entry("check-recent-events", List.of("events", "recent")),
          Map.entry("resync-events", List.of("events", "resync")),
          Map.entry("fallback-event-checker", List.of("events", "sweep")),
          Map.entry("check-recent-db-updates", List.of("db", "updates")),
          Map.entry("reset-db-pool", List.of("db", "reset-pool")),
          Map.entry("verify-contract-deployment", List.of("contract", "verify")),
          Map.entry("verify-network-contracts", List.of("contract", "verify", "network")),
          Map.entry("manual-contract-test", List.of("contract", "test")),
          Map.entry("test-all-connections", List.of("connections", "test")),
          Map.entry("test-websocket", List.of("connections", "test")),
          Map.entry("ws-health-check", List.of("connections", "test")),
          Map.entry("test-event-connection", List.of("listener", "test")),
          Map.entry("test-event-subscription", List.of("listener", "test")),
          Map.entry("manual-event-test", List.of("listener", "test")),
          Map.entry("restart-all-services", List.of("services", "restart", "--all")),
          Map.entry("pm2", List.of("services")),
          Map.entry("emergency-order-fix", List.of("order")),
          Map.entry("system-health-check", List.of("health")),
          Map.entry("generate-health-report", List.of("health", "report")),
          Map.entry("get-performance-metrics", List.of("metrics", "show")),
          Map.entry("orchestrator", List.of("keys")));

  static final List<Noun> NOUNS =
      List.of(
          single("status", "One screen: what is wrong, and one next command.", Vocabulary::status),
          group("order", "Orders: find, explain, prove, repair.", OrderWords::verbs),
          group("plan", "Interventions, kept: see, approve, apply.", PlanWords::verbs),
          group("people", "Who stands behind plans.", PlanWords::people),
          group("events", "The chain's events beside the rows.", Vocabulary::events),
          group("listener", "The process that moves rows.", Vocabulary::listener),
          group("sender", "The accounts that send settlements.", Vocabulary::sender),
          group("db", "The orders database.", Vocabulary::database),
          new Noun(
              List.of("health"),
              "Whether all parts are well; alone: quick.",
              Vocabulary::health,
              Optional.of("quick")),
          single(
              "readiness", "Whether a night can come, and what is missing.", Vocabulary::readiness),
          group("keys", "The venue's keys, by address.", Vocabulary::keys),
          group("metrics", "What serve measured.", Vocabulary::metrics),
          group("contract", "The escrow contract: is it the right one.", ContractWords::verbs),
          group("services", "The venue's own processes.", ServicesWords::verbs),
          group("connections", "The ways to everything configured.", Vocabulary::connections),
          single("freeze", "Write no order row until unfreeze.", Vocabulary::freeze),
          single("unfreeze", "Lift the freeze.", Vocabulary::unfreeze),
          group("audit", "The record of interventions.", Vocabulary::audit),
          group("evidence", "What happened, in one file to check anywhere.", EvidenceWords::verbs),
          single("serve", "Follow the chain until stopped.", Vocabulary::serve),
          single("demo", "A local world with a failure in it.", Vocabulary::demo),
          single("chaos-rpc", "A node that misbehaves on purpose.", ChaosWords::verb),
          single("doctor", "What would stand in the way on this machine.", Vocabulary::doctor),
          group("config", "The configuration.", Vocabulary::config),
          single("completion", "A completion script for bash and zsh.", Vocabulary::completion));

  /** A noun that is its own only verb. */
  private static Noun single(String name, String does, Supplier<Verb> verb) {
    return new Noun(List.of(name), does, () -> List.of(verb.get()), Optional.of(name));
  }

  private static Noun group(String name, String does, Supplier<List<Verb>> verbs) {
    return new Noun(List.of(name), does, verbs, Optional.empty());
  }

  static Verb status() {
    return Verb.plain(
        "status", "One screen: what is wrong, and one next command.", new StatusCommand.Show());
  }

  private static List<Verb> events() {
    return List.of(
        Verb.of(
            "recent",
            "The chain's events beside the rows they should have moved.",
            Vocabulary::recentWords,
            given ->
                new EventsCommand.Recent(
                    given.option("--contract").orElse("escrow"),
                    Given.hours("--hours", given.option("--hours").orElse("1")),
                    given.has("--no-compare")
                        ? EventsCommand.Compare.EVENTS_ONLY
                        : EventsCommand.Compare.WITH_ROWS,
                    given.listing(100, "--verbose"))),
        Verb.of(
            "follow",
            "The escrow's events as they come, become final, or are orphaned.",
            spec ->
                spec.addOption(
                    value("--for", "TIME", "How long, like 90s or 10m. Standard: until Ctrl-C.")),
            given -> new EventsCommand.Follow(given.option("--for").map(Given::seconds))),
        Verb.of(
            "sweep",
            "Every open order against its contract, whatever the ledger says.",
            spec -> Given.acceptLimit(spec, 50),
            given -> new EventsCommand.Sweep(given.listing(50))),
        Verb.of(
            "gaps",
            "Which settled blocks are proved complete, and which are not.",
            spec -> Given.acceptLimit(spec, 50),
            given -> new EventsCommand.Gaps(given.listing(50))),
        Verb.of(
            "resync",
            "Read settled blocks again, prove them, write what was missing.",
            spec ->
                spec.addOption(value("--from-block", "N", "The first block."))
                    .addOption(
                        value("--to-block", "M", "The last block. Standard: the last settled.")),
            given ->
                new EventsCommand.Resync(
                    given
                        .option("--from-block")
                        .map(text -> Given.block("--from-block", text))
                        .orElseThrow(() -> new Refusal("--from-block N is missing")),
                    given.option("--to-block").map(text -> Given.block("--to-block", text)))),
        Verb.of(
            "prove",
            "The proofs of an order's events, or of all in some blocks, to hand to anybody.",
            spec ->
                spec.addPositional(word(0, "ORDER", OrderWords.AN_ORDER))
                    .addOption(value("--blocks", "A..B", "Every event of these blocks."))
                    .addOption(
                        value(
                            "--to",
                            "FILE",
                            "A new file; a new directory with --blocks. Standard: standard"
                                + " output.")),
            Vocabulary::prove),
        Verb.of(
            "check-proof",
            "Verify the proofs in a file or directory: no node, no database, no configuration.",
            spec -> spec.addPositional(word(0, "FILE", "What events prove wrote.")),
            given -> new EventsCommand.CheckProof(given.file(given.word(0), "FILE"))));
  }

  private static EventsCommand prove(Given given) {
    Optional<Path> to = given.option("--to").map(text -> Given.path("--to", text));
    Optional<String> blocks = given.option("--blocks");
    if (blocks.isEmpty()) {
      return new EventsCommand.Prove(given.order(given.word(0)), to);
    }
    if (given.word(0).isPresent()) {
      throw new Refusal("give an order or --blocks, not both");
    }
    Matcher range = BLOCKS.matcher(blocks.get());
    if (!range.matches()) {
      throw Refusal.of("--blocks", blocks.get(), "two block numbers like 120..140, or one");
    }
    long first = Given.block("--blocks", range.group(1));
    long last =
        Optional.ofNullable(range.group(2))
            .map(text -> Given.block("--blocks", text))
            .orElse(first);
    if (last < first) {
      throw Refusal.of("--blocks", blocks.get(), "the lower block first");
    }
    return new EventsCommand.ProveBlocks(first, last, to);
  }

  private static void recentWords(CommandSpec spec) {
    spec.addOption(value("--contract", "NAME", "A configured contract. Standard: escrow."))
        .addOption(value("--hours", "HOURS", "How far back. Standard: 1."))
        .addOption(flag("--no-compare", "Only the events."))
        .addOption(oldFlag("--compare", "-c"))
        .addOption(oldFlag("--verbose", "-v"));
    Given.acceptLimit(spec, 100);
  }

  private static List<Verb> listener() {
    return List.of(
        Verb.plain(
            "status",
            "Dead, hung, paused or idle, seen from another process.",
            new ListenerCommand.Status()),
        Verb.plain(
            "test",
            "Whether it could hear what it has to, tried from here.",
            new ListenerCommand.Test()),
        Verb.of(
            "rewind",
            "Go back past settled blocks that the chain took back, with proof.",
            spec ->
                spec.addPositional(word(0, "REASON", "Why, for the record."))
                    .addOption(value("--to", "HASH", "Standard: the last block both forks share."))
                    .addOption(flag("--execute", "Rewind without asking.")),
            given ->
                new ListenerCommand.Rewind(
                    given.option("--to").map(Given::hash),
                    given.reason(given.word(0)),
                    OrderWords.consent(given))));
  }

  private static List<Verb> connections() {
    return List.of(
        Verb.plain(
            "test",
            "Everything configured, hop by hop: DNS, TCP, TLS, key, request.",
            new ConnectionsCommand.Test()));
  }

  private static List<Verb> sender() {
    return List.of(
        Verb.of(
            "status",
            "What waits and why, and for how many settlements its balance pays.",
            spec ->
                spec.addPositional(word(0, "ADDRESS", "Standard: as configured, or the arbiter.")),
            given -> new SenderCommand.Status(given.word(0).map(Given::address))));
  }

  private static List<Verb> database() {
    return List.of(
        Verb.of(
            "updates",
            "Who changed which orders.",
            spec -> {
              spec.addOption(value("--minutes", "MINUTES", "How far back. Standard: 30."))
                  .addOption(oldFlag("--details", "-d"))
                  .addOption(oldFlag("--verbose", "-v"));
              Given.acceptLimit(spec, 100);
            },
            given ->
                new DatabaseCommand.Updates(
                    Given.minutes("--minutes", given.option("--minutes").orElse("30")),
                    given.listing(100, "--details", "--verbose"))),
        Verb.of(
            "reset-pool",
            "Have the process that serves open its database connections anew.",
            _ -> {},
            _ -> new DatabaseCommand.ResetPool()),
        Verb.of(
            "restored",
            "After a backup was restored: what it lost, and end the freeze.",
            spec ->
                spec.addPositional(word(0, "REASON", "Why, for the record."))
                    .addOption(
                        value("--to", "TIME", "Of when the backup is: 2026-11-30T02:40:00Z."))
                    .addOption(flag("--execute", "Say so without being asked.")),
            given ->
                new DatabaseCommand.Restored(
                    given
                        .option("--to")
                        .map(text -> Given.instant("--to", text))
                        .orElseThrow(() -> new Refusal("--to TIME-OF-THE-BACKUP is missing")),
                    given.reason(given.word(0)),
                    OrderWords.consent(given))));
  }

  private static List<Verb> health() {
    return List.of(
        look(HealthCommand.Subject.QUICK, "Database, chain and listener, within 3 s."),
        look(HealthCommand.Subject.FULL, "Everything, within 10 s.").alsoCalled("all"),
        look(HealthCommand.Subject.DATABASE, "The orders database."),
        Verb.of(
            "blockchain",
            "Each provider of the chain.",
            spec -> {
              spec.addOption(watch())
                  .addOption(flag("--lies", "What nodes said that was not so, with the evidence."))
                  .addOption(value("--provider", "NAME", "Only lies of this one."));
              Given.acceptLimit(spec, 20);
            },
            Vocabulary::blockchain),
        look(HealthCommand.Subject.LISTENER, "The listener.").alsoCalled("events"),
        look(
            HealthCommand.Subject.ORDERS, "Open orders by verdict, the oldest, the next deadline."),
        look(HealthCommand.Subject.KEYS, "The keys' addresses, and the chain's arbiter."),
        look(HealthCommand.Subject.FRONTEND, "What people's browsers see."),
        look(HealthCommand.Subject.SERVICES, "The venue's own processes."),
        look(
            HealthCommand.Subject.RESOURCES,
            "Memory, disk, load, files and clock of this machine."),
        Verb.of(
            "report",
            "Everything as one HTML page or as JSON, with what was seen before.",
            spec ->
                spec.addOption(value("--format", "FORMAT", "json or html. Standard: json."))
                    .addOption(value("--out", "FILE", "Where to. Standard: standard output.")),
            given ->
                new HealthCommand.Report(
                    given
                        .option("--format")
                        .map(Vocabulary::format)
                        .orElse(HealthCommand.Format.JSON),
                    given.option("--out").map(text -> Given.path("--out", text)))));
  }

  private static Verb look(HealthCommand.Subject subject, String does) {
    return Verb.of(
        subject.word(),
        does,
        spec -> spec.addOption(watch()),
        given -> new HealthCommand.Look(subject, times(given)));
  }

  private static OptionSpec watch() {
    return flag("--watch", "Again every few seconds, until Ctrl-C.");
  }

  private static HealthCommand.Times times(Given given) {
    return given.has("--watch") ? HealthCommand.Times.UNTIL_STOPPED : HealthCommand.Times.ONCE;
  }

  private static HealthCommand.Format format(String text) {
    return switch (text) {
      case "json" -> HealthCommand.Format.JSON;
      case "html" -> HealthCommand.Format.HTML;
      default -> throw Refusal.of("--format", text, "json or html");
    };
  }

  private static Verb readiness() {
    return Verb.of(
        "readiness",
        "Whether a night can come, measured, and what is missing.",
        spec -> spec.addOption(value("--html", "FILE", "Also as one HTML page.")),
        given ->
            new ReadinessCommand.Report(
                given.option("--html").map(text -> Given.path("--html", text))));
  }

  private static List<Verb> metrics() {
    return List.of(
        Verb.of(
            "show",
            "The main series of the last hours, drawn.",
            spec -> spec.addOption(value("--hours", "HOURS", "How far back. Standard: 1.")),
            given ->
                new MetricsCommand.Show(
                    Given.hours("--hours", given.option("--hours").orElse("1")))));
  }

  private static List<Verb> keys() {
    return List.of(
        Verb.plain(
            "status",
            "Which are configured, by address, and whether the chain knows them.",
            new KeysCommand.Status()));
  }

  private static HealthCommand blockchain(Given given) {
    if (given.has("--lies") && given.has("--watch")) {
      throw new Refusal("--lies is a list of what was: it is not watched");
    }
    if (given.has("--lies")) {
      return new HealthCommand.Lies(given.option("--provider"), given.listing(20));
    }
    for (String ofLies : List.of("--provider", "--limit")) {
      given
          .option(ofLies)
          .ifPresent(text -> {
            throw Refusal.of(ofLies, text, "only together with --lies");
          });
    }
    return new HealthCommand.Look(HealthCommand.Subject.BLOCKCHAIN, times(given));
  }

  private static Verb freeze() {
    return Verb.of(
        "freeze",
        "Write no order row until unfreeze; reading and paging go on.",
        spec -> spec.addPositional(word(0, "REASON", "Why, for the record.")),
        given -> new FreezeCommand.Freeze(given.reason(given.word(0))));
  }

  private static Verb unfreeze() {
    return Verb.of(
        "unfreeze",
        "Lift the freeze.",
        spec -> spec.addPositional(word(0, "REASON", "Why, for the record.")),
        given -> new FreezeCommand.Unfreeze(given.reason(given.word(0))));
  }

  private static List<Verb> audit() {
    return List.of(
        Verb.of(
            "list",
            "Who did what, why and from where: to orders, and in our own store.",
            spec -> {
              spec.addOption(value("--hours", "HOURS", "How far back. Standard: 24."))
                  .addOption(value("--order", "ORDER", "Only of this order."));
              Given.acceptLimit(spec, 100);
            },
            given ->
                new AuditCommand.Entries(
                    Given.hours("--hours", given.option("--hours").orElse("24")),
                    given.option("--order").map(text -> given.order(Optional.of(text))),
                    given.listing(100))),
        Verb.of(
            "verify",
            "Whether the record is whole, of the orders database and of our own store.",
            spec ->
                spec.addOption(value("--from", "DIR", "An export, instead of the databases."))
                    .addOption(
                        OptionSpec.builder("--key")
                            .arity("1")
                            .type(List.class)
                            .auxiliaryTypes(String.class)
                            .paramLabel("KEY")
                            .description(
                                "A public key that is believed, one for each log; may be repeated."
                                    + " Standard: those kept here.")
                            .build()),
            given ->
                new AuditCommand.Verify(
                    given.option("--from").map(text -> Given.path("--from", text)),
                    given.options("--key"))),
        Verb.of(
            "export",
            "The record as a directory to check anywhere, in it one for each log.",
            spec -> spec.addPositional(word(0, "DIR", "A directory that is not there yet.")),
            given -> new AuditCommand.Export(given.file(given.word(0), "DIR"))),
        Verb.of(
            "claim",
            "Say that edits which others made by SQL were yours, and why.",
            spec ->
                spec.addOption(
                        value("--actor", "LOGIN", "Whose edits, as audit list has them under who."))
                    .addOption(
                        value("--since", "TIME", "2026-11-30T04:00:00Z, or so long ago: 20m, 2h."))
                    .addPositional(word(0, "REASON", "Why, for the record.")),
            given ->
                new AuditCommand.Claim(
                    given
                        .option("--actor")
                        .orElseThrow(() -> new Refusal("--actor LOGIN is missing")),
                    Given.since(
                        given
                            .option("--since")
                            .orElseThrow(() -> new Refusal("--since TIME is missing"))),
                    given
                        .reason(given.word(0))
                        .orElseThrow(
                            () -> new Refusal("audit claim wants a reason: why it was done")))),
        Verb.of(
            "key",
            "The public keys of checkpoints, one for each log.",
            spec -> spec.addOption(flag("--rotate", "Sign with a new key from now on.")),
            given ->
                new AuditCommand.Key(
                    given.has("--rotate")
                        ? AuditCommand.Key.Change.ROTATE
                        : AuditCommand.Key.Change.NONE)));
  }

  private static Verb serve() {
    return Verb.plain("serve", "Follow the chain until stopped.", new ServeCommand.Run());
  }

  private static Verb demo() {
    return Verb.of(
        "demo",
        "Traders, a killed listener, and the repair; then it stays up.",
        spec ->
            spec.addOption(flag("--once", "Ask nothing, take it down, and say if all was true.")),
        given ->
            new DemoCommand.Play(
                given.has("--once") ? DemoCommand.Ending.LEAVE : DemoCommand.Ending.STAY));
  }

  private static Verb doctor() {
    return Verb.plain(
        "doctor", "What would stand in the way on this machine.", new DoctorCommand.Examine());
  }

  private static List<Verb> config() {
    return List.of(
        Verb.of(
            "init",
            "Look at table, chain, contract and processes; write a commented metaops.toml.",
            spec ->
                spec.addOption(value("--out", "FILE", "Where to. Standard: metaops.toml."))
                    .addOption(flag("--force", "Replace it; the old one is kept beside it.")),
            given ->
                new ConfigCommand.Init(
                    given.option("--out").orElse("metaops.toml"),
                    given.has("--force")
                        ? ConfigCommand.Replace.KEEPING_THE_OLD
                        : ConfigCommand.Replace.NEVER)),
        Verb.plain(
            "show", "Each value and where it came from; secrets hidden.", new ConfigCommand.Show()),
        Verb.plain("check", "Everything that is wrong, together.", new ConfigCommand.Check()));
  }

  private static Verb completion() {
    return Verb.plain(
        "completion",
        "A completion script: source <(metaops completion)",
        new CompletionCommand.Script());
  }
}
