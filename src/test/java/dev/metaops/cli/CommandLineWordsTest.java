package dev.metaops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.metaops.chain.Address;
import dev.metaops.command.AuditCommand;
import dev.metaops.command.Command;
import dev.metaops.command.ConnectionsCommand;
import dev.metaops.command.Consent;
import dev.metaops.command.ContractCommand;
import dev.metaops.command.DatabaseCommand;
import dev.metaops.command.DemoCommand;
import dev.metaops.command.EventsCommand;
import dev.metaops.command.EvidenceCommand;
import dev.metaops.command.FreezeCommand;
import dev.metaops.command.HealthCommand;
import dev.metaops.command.KeysCommand;
import dev.metaops.command.ListenerCommand;
import dev.metaops.command.MetricsCommand;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderCommand.Evidence;
import dev.metaops.command.OrderName;
import dev.metaops.command.PeopleCommand;
import dev.metaops.command.PlanCommand;
import dev.metaops.command.ReadinessCommand;
import dev.metaops.command.SenderCommand;
import dev.metaops.command.ServicesCommand;
import dev.metaops.command.Shared;
import dev.metaops.command.StatusCommand;
import dev.metaops.contract.PauseSwitch;
import dev.metaops.order.OrderState;
import dev.metaops.order.Witnesses;
import dev.metaops.page.Listing;
import dev.metaops.services.Asked;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineWordsTest {
  private static final OrderName ORDER = new OrderName("ord_71");

  @Test
  void everyWordOfTheRunbookMeansWhatItMeantUnderItsOldName() {
    check(
        new OrderCommand.CheckStuck(
            Optional.of(Duration.ofHours(2)),
            Optional.empty(),
            new Listing.First(20),
            Evidence.CHAIN),
        "order check-stuck 2",
        "order check-stuck --hours=2",
        "emergency-order-fix check-stuck 2",
        "check-stuck-orders --hours 2",
        "check-stuck-orders --hours=2 --on-chain");
    check(
        new OrderCommand.States(Duration.ofHours(24)),
        "order states",
        "order states --hours 24",
        "check-order-states");
    check(
        new OrderCommand.Verify(ORDER),
        "order verify ord_71",
        "emergency-order-fix verify-order ord_71");
    check(
        new OrderCommand.Show(ORDER),
        "order show ord_71",
        "order explain ord_71",
        "explain ord_71");
    check(
        new OrderCommand.Fix(
            ORDER, Optional.of(OrderState.SETTLED), Optional.of("system restart"), Consent.ASK),
        "order fix ord_71 SETTLED 'system restart'",
        "emergency-order-fix fix-order ord_71 SETTLED 'system restart'",
        "fix-order ord_71 settled 'system restart'",
        "fix-order --order-id=ord_71 --new-state=SETTLED --reason 'system restart'");
    check(
        new OrderCommand.Fix(
            ORDER, Optional.of(OrderState.SETTLED), Optional.empty(), Consent.EXECUTE),
        "order fix ord_71 SETTLED --execute",
        "fix-order --order-id ord_71 --new-state SETTLED --execute");
    check(
        bulk(new OrderCommand.Choice.Stuck(Optional.of(Duration.ofHours(4))), Consent.ASK),
        "order bulk-fix 4 SETTLED system_restart",
        "emergency-order-fix bulk-fix 4 SETTLED 'system_restart'",
        "bulk-order-fix 4 settled system_restart",
        "cleanup-stuck-orders --hours=4 --new-state SETTLED --reason=system_restart");
    check(
        bulk(new OrderCommand.Choice.Listed(Path.of("ids.txt")), Consent.DRY_RUN),
        "order bulk-fix --ids ids.txt SETTLED system_restart --dry-run");
    check(
        new OrderCommand.BulkFix(
            new OrderCommand.Choice.Piped(),
            Optional.empty(),
            Optional.empty(),
            Consent.EXECUTE,
            Optional.of(7),
            Witnesses.ONE_IS_ENOUGH),
        "order bulk-fix --ids - --execute --max 7 --accept-one-provider");
    check(new OrderCommand.Report(), "order report", "emergency-order-fix report");
    check(
        new EventsCommand.Recent(
            "escrow", Duration.ofHours(1), EventsCommand.Compare.WITH_ROWS, new Listing.First(100)),
        "events recent",
        "check-recent-events --contract=escrow --hours=1",
        "check-recent-events --contract escrow --hours 1 --compare");
    check(
        new DatabaseCommand.Updates(Duration.ofMinutes(30), new Listing.First(100)),
        "db updates",
        "check-recent-db-updates --minutes=30");
    check(
        new DatabaseCommand.Updates(Duration.ofMinutes(30), new Listing.All()),
        "check-recent-db-updates --minutes 30 --details");
    check(new DatabaseCommand.ResetPool(), "db reset-pool", "reset-db-pool");
    check(
        new DatabaseCommand.Restored(
            Instant.parse("2026-11-30T02:40:00Z"), Optional.of("disk died"), Consent.EXECUTE),
        "db restored 'disk died' --to 2026-11-30T02:40:00Z --execute",
        "db restored 'disk died' --to=2026-11-30T03:40:00+01:00 --execute",
        "db restored 'disk died' --to 2026-11-30T02:40:00 --execute");
    check(
        new ContractCommand.Verify(ContractCommand.VerifyPart.FULL, 5_000),
        "contract verify",
        "contract verify full",
        "verify-contract-deployment",
        "verify-contract-deployment full");
    check(
        new ContractCommand.Verify(ContractCommand.VerifyPart.DEPLOYMENT, 5_000),
        "contract verify deployment",
        "verify-contract-deployment deployment");
    check(
        new ContractCommand.Verify(ContractCommand.VerifyPart.EVENTS, 100),
        "contract verify events --blocks 100",
        "verify-contract-deployment events --blocks=100");
    check(
        new ContractCommand.Verify(ContractCommand.VerifyPart.NETWORK, 5_000),
        "contract verify network",
        "verify-network-contracts",
        "verify-network-contracts --verbose");
    check(
        new ContractCommand.Test(ContractCommand.TestPart.STATE, 5_000),
        "contract test state",
        "manual-contract-test state");
    check(
        new HealthCommand.Look(HealthCommand.Subject.QUICK),
        "health",
        "health quick",
        "system-health-check quick");
    check(
        new HealthCommand.Look(HealthCommand.Subject.FULL),
        "health full",
        "health all",
        "system-health-check full",
        "system-health-check all");
    check(
        new HealthCommand.Look(HealthCommand.Subject.KEYS),
        "health keys",
        "system-health-check keys");
    check(
        new HealthCommand.Look(HealthCommand.Subject.RESOURCES),
        "health resources",
        "system-health-check resources");
    check(
        new HealthCommand.Look(HealthCommand.Subject.FULL, HealthCommand.Times.UNTIL_STOPPED),
        "health full --watch");
    check(
        new HealthCommand.Report(HealthCommand.Format.HTML, Optional.of(Path.of("h.html"))),
        "health report --format html --out h.html",
        "generate-health-report --format=html --out=h.html");
    check(new ReadinessCommand.Report(Optional.empty()), "readiness");
    check(new MetricsCommand.Show(Duration.ofHours(1)), "metrics show", "get-performance-metrics");
    check(new MetricsCommand.Show(Duration.ofHours(6)), "metrics show --hours 6");
    check(new ReadinessCommand.Report(Optional.of(Path.of("r.html"))), "readiness --html r.html");
    check(new KeysCommand.Status(), "keys status", "orchestrator status");
    check(
        new HealthCommand.Look(HealthCommand.Subject.DATABASE),
        "health database",
        "system-health-check database");
    check(
        new HealthCommand.Look(HealthCommand.Subject.BLOCKCHAIN),
        "health blockchain",
        "system-health-check blockchain");
    check(
        new HealthCommand.Look(HealthCommand.Subject.LISTENER),
        "health listener",
        "health events",
        "system-health-check events");
    check(
        new ConnectionsCommand.Test(),
        "connections test",
        "test-all-connections",
        "test-websocket",
        "ws-health-check");
    check(
        new ListenerCommand.Test(),
        "listener test",
        "test-event-connection",
        "test-event-subscription",
        "manual-event-test");
    check(new EventsCommand.Sweep(new Listing.First(50)), "events sweep", "fallback-event-checker");
    check(new EventsCommand.Gaps(new Listing.First(50)), "events gaps");
    check(
        new EventsCommand.Prove(ORDER, Optional.of(Path.of("/tmp/proofs.json"))),
        "events prove ord_71 --to /tmp/proofs.json");
    check(
        new EventsCommand.CheckProof(Path.of("/tmp/proofs.json")),
        "events check-proof /tmp/proofs.json");
    check(
        new EventsCommand.Resync(7, Optional.of(9L)),
        "events resync --from-block 7 --to-block=9",
        "resync-events --from-block=7 --to-block 9");
    check(
        new ListenerCommand.Rewind(Optional.empty(), Optional.of("because"), Consent.ASK),
        "listener rewind because");
    check(new EventsCommand.Follow(Optional.of(Duration.ofSeconds(90))), "events follow --for 90");
  }

  private static OrderCommand.BulkFix bulk(OrderCommand.Choice choice, Consent consent) {
    return new OrderCommand.BulkFix(
        choice,
        Optional.of(OrderState.SETTLED),
        Optional.of("system_restart"),
        consent,
        Optional.empty(),
        Witnesses.TWO_OF_SEVERAL);
  }

  @Test
  void newCommandsMeanWhatTheySay() {
    check(new StatusCommand.Show(), "", "status");
    check(
        new OrderCommand.CheckStuck(
            Optional.of(Duration.ofSeconds(20)),
            Optional.of(OrderState.PENDING),
            new Listing.First(5),
            Evidence.ROWS_ONLY),
        "order check-stuck 20s --state pending --limit 5 --no-chain");
    check(
        new OrderCommand.CheckStuck(
            Optional.empty(), Optional.empty(), new Listing.All(), Evidence.CHAIN),
        "order check-stuck -v");
    check(new ContractCommand.Pin(Consent.EXECUTE), "contract pin --execute");
    check(
        new ContractCommand.Switch(
            PauseSwitch.PAUSE,
            Optional.of(Duration.ofMinutes(10)),
            ContractCommand.Form.TRANSACTION),
        "contract pause --watch",
        "contract pause --watch 10m");
    check(
        new ContractCommand.Switch(
            PauseSwitch.UNPAUSE, Optional.empty(), ContractCommand.Form.SAFE_BATCH),
        "contract unpause --safe");
    check(
        new OrderCommand.Refundable(
            new Listing.First(100), Optional.of(new Address("0x" + "5e".repeat(20)))),
        "order refundable -o safe --arbiter 0x" + "5e".repeat(20));
    check(new PlanCommand.Apply("P-8K2F"), "plan apply P-8K2F", "plan apply p-8k2f");
    check(
        new PlanCommand.Apply("P-8K2F", PlanCommand.Glass.BROKEN),
        "plan apply P-8K2F --break-glass");
    check(
        new PlanCommand.Apply("P-8K2F", PlanCommand.Glass.WHOLE, Witnesses.ONE_IS_ENOUGH),
        "plan apply P-8K2F --accept-one-provider");
    check(
        new PlanCommand.Revert("P-8K2F", Optional.of("wrong night")),
        "plan revert P-8K2F 'wrong night'");
    check(new PlanCommand.Approve("P-8K2F", Consent.EXECUTE), "plan approve P-8K2F --execute");
    check(
        new PlanCommand.Approve("P-8K2F", Consent.ASK, Optional.of("3fa9c1")),
        "plan approve P-8K2F --digest 0x3FA9c1");
    check(
        new PlanCommand.Reject("P-8K2F", Optional.of("wrong night")),
        "plan reject P-8K2F 'wrong night'");
    check(new PeopleCommand.MakeKey("kim"), "people key kim");
    check(new FreezeCommand.Freeze(Optional.of("it pays twice")), "freeze 'it pays twice'");
    check(new DemoCommand.Play(DemoCommand.Ending.LEAVE), "demo --once");
    check(new SenderCommand.Status(Optional.empty()), "sender status");
    check(
        new SenderCommand.Status(Optional.of(new Address("0x" + "5e".repeat(20)))),
        "sender status 0x" + "5E".repeat(20));
    check(
        new AuditCommand.Entries(Duration.ofHours(24), Optional.of(ORDER), new Listing.First(100)),
        "audit list --order ord_71");
    check(AuditCommand.Verify.here(), "audit verify");
    check(
        new AuditCommand.Verify(Optional.of(Path.of("log")), List.of("k+1+A")),
        "audit verify --from log --key k+1+A");
    check(new AuditCommand.Export(Path.of("log")), "audit export log");
    check(
        new AuditCommand.Claim(
            "venue", new AuditCommand.Claim.Since.Ago(Duration.ofHours(2)), "paid by hand"),
        "audit claim --actor venue --since 2h 'paid by hand'");
    check(
        new AuditCommand.Claim(
            "venue",
            new AuditCommand.Claim.Since.At(Instant.parse("2026-11-30T04:00:00Z")),
            "paid by hand"),
        "audit claim --since 2026-11-30T04:00:00Z --actor venue 'paid by hand'",
        "audit claim --since 2026-11-30T05:00:00+01:00 --actor venue 'paid by hand'",
        "audit claim --since '2026-11-30 04:00:00' --actor venue 'paid by hand'");
    ServicesCommand.Chosen all = new ServicesCommand.Chosen.All();
    check(
        new ServicesCommand.Undertake(
            Asked.Verb.RESTART,
            all,
            Asked.Zeal.CAREFUL,
            ServicesCommand.Afterwards.QUICK_HEALTH,
            Optional.empty()),
        "services restart --all",
        "restart-all-services",
        "pm2 restart all");
    check(
        new ServicesCommand.Undertake(
            Asked.Verb.RESTART,
            all,
            Asked.Zeal.FORCED,
            ServicesCommand.Afterwards.NOTHING,
            Optional.of(Duration.ofSeconds(30))),
        "services restart --all --force --skip-health-check --timeout 30",
        "restart-all-services -Force -SkipHealthCheck -TimeoutSeconds 30");
    check(
        new ServicesCommand.Undertake(
            Asked.Verb.RESTART,
            new ServicesCommand.Chosen.Named(List.of("listener")),
            Asked.Zeal.CAREFUL,
            ServicesCommand.Afterwards.QUICK_HEALTH,
            Optional.empty()),
        "services restart listener",
        "pm2 restart listener");
    check(
        new ServicesCommand.Logs("api", 7),
        "services logs api --lines 7",
        "pm2 logs api --lines 7");
    check(new AuditCommand.Key(AuditCommand.Key.Change.ROTATE), "audit key --rotate");
    check(
        new EvidenceCommand.Export(new EvidenceCommand.Subject.Order(ORDER), Optional.empty()),
        "evidence export ord_71");
    check(
        new EvidenceCommand.Export(
            new EvidenceCommand.Subject.Plan("P-8K2F"), Optional.of(Path.of("e.zip"))),
        "evidence export p-8k2f --to e.zip");
    check(
        new EvidenceCommand.Export(new EvidenceCommand.Subject.Incident("INC-7"), Optional.empty()),
        "evidence export INC-7");
    check(
        new EvidenceCommand.Verify(Path.of("e.zip"), List.of("k+1+A", "lee AAAA")),
        "evidence verify e.zip --key k+1+A --key 'lee AAAA'");
  }

  @Test
  void everyVerbTakesEverySharedOptionBeforeAndAfterItsName() {
    for (Noun noun : Vocabulary.NOUNS) {
      for (Verb verb : noun.verbs().get()) {
        String name =
            noun.name().equals(verb.name()) ? verb.name() : noun.name() + " " + verb.name();
        String order =
            switch (name) {
              case "order show",
                  "order verify",
                  "order fix",
                  "events prove",
                  "events check-proof",
                  "audit export",
                  "evidence export",
                  "evidence verify" ->
                  " x";
              case "plan show", "plan approve", "plan reject", "plan apply", "plan revert" ->
                  " P-8K2F";
              case "audit claim" -> " --actor psql --since 2h why";
              case "people key" -> " kim";
              case "services restart", "services stop", "services start", "services logs" -> " api";
              case "events resync" -> " --from-block 7";
              case "db restored" -> " --to 2026-11-30T02:40:00Z";
              case String _ -> "";
            };
        Shared expected =
            new Shared(
                Shared.Output.JSON,
                Optional.of("f.toml"),
                Optional.of("e"),
                Optional.of(Duration.ofSeconds(3)),
                Shared.Colours.NEVER,
                Shared.Talk.QUIET,
                Shared.World.CONFIGURED,
                Shared.Purpose.DRY_RUN);
        assertThat(
                understood(
                        "-o json --timeout=3 "
                            + name
                            + order
                            + " --config f.toml --env-file=e --no-color --quiet --dry-run")
                    .shared())
            .isEqualTo(expected);
        assertThat(understood(name + order + " --demo").shared().world())
            .isEqualTo(Shared.World.DEMO);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ordr states                      | unknown command: ordr; did you mean order?
          check-stuck-order                | unknown command: check-stuck-order; did you mean check-stuck-orders?
          order chek-stuck                 | unknown verb of order: chek-stuck; did you mean order check-stuck?
          order paint                      | unknown verb of order: paint; it knows check-stuck, states, show, verify, fix, bulk-fix, refundable, report
          order check-stuck --hour 2       | order check-stuck: unknown option --hour; did you mean --hours?
          order check-stuck 2 3            | order check-stuck: 3 (expected: no further word here; see metaops order check-stuck --help)
          order check-stuck 0              | HOURS: 0 (expected: hours above 0 and up to 8760, or like 20s, 30m, 2d)
          order check-stuck -1             | HOURS: -1 (expected: hours above 0 and up to 8760, or like 20s, 30m, 2d)
          order check-stuck 8761           | HOURS: 8761 (expected: hours above 0 and up to 8760, or like 20s, 30m, 2d)
          order check-stuck --hours=-3     | HOURS: -3 (expected: hours above 0 and up to 8760, or like 20s, 30m, 2d)
          order check-stuck soon           | HOURS: soon (expected: hours above 0 and up to 8760, or like 20s, 30m, 2d)
          order check-stuck 2 --hours 3    | order check-stuck: HOURS is given twice, as 2 and with --hours
          order check-stuck --hours        | order check-stuck: --hours wants a value
          order check-stuck --limit 0      | --limit: 0 (expected: a number from 1 to 999999)
          order fix x BANANA               | STATE: BANANA (expected: CREATED, PENDING, DEPOSITED, CONFIRMED, TRADED, DISPUTED, SETTLED, REFUNDED, CANCELLED)
          order fix                        | order fix wants an order: metaops order fix ORDER
          order bulk-fix 4 --execute       | order bulk-fix --execute wants --max N: how many rows may change at most
          order bulk-fix --ids f 4         | STATE: 4 (expected: CREATED, PENDING, DEPOSITED, CONFIRMED, TRADED, DISPUTED, SETTLED, REFUNDED, CANCELLED)
          order bulk-fix --ids f A B C     | order bulk-fix: --ids says which orders: give STATE and REASON without HOURS
          order bulk-fix --max 0           | --max: 0 (expected: a number from 1 to 999999)
          order fix x --execute --dry-run  | --execute and --dry-run contradict each other: keep one
          order fix x --quiet --quiet      | order fix: --quiet is given twice
          plan apply                       | plan apply wants a plan: metaops plan apply PLAN
          plan apply 7                     | PLAN: 7 (expected: a name such as P-8K2F; metaops plan list)
          status now                       | status: now (expected: no further word here; see metaops status --help)
          status -o xml                    | --output: xml (expected: table or json)
          status -o safe                   | --output: safe (expected: table or json)
          order refundable -o xml          | --output: xml (expected: table or json or safe)
          status --timeout 0               | --timeout: 0 (expected: seconds above 0, or like 500ms, 2m, up to 1h)
          status --demo --config f         | --demo and --config name two environments: keep one
          contract verify code             | PART: code (expected: full, deployment, events, network)
          contract verify full events      | contract verify: events (expected: no further word here; see metaops contract verify --help)
          contract test --blocks 0         | --blocks: 0 (expected: a number from 1 to 999999999)
          contract pause --watch soon      | --watch: soon (expected: minutes above 0, or like 90s, 10m, up to 24h)
          services restart                 | services restart wants names, or --all: metaops services restart NAME…
          services restart api --all       | services restart: give names or --all, not both
          services logs api --lines 0      | --lines: 0 (expected: a number from 1 to 9999)
          restart-all-services -Forc       | services restart: unknown option -Forc; did you mean -Force?
          order --limit=2                  | order: unknown option --limit; see metaops order --help
          --vesion                         | status: unknown option --vesion; see metaops status --help
          """)
  void aMistakeIsRefusedInOneSentence(String line, String sentence) {
    assertThat(parse(line)).isEqualTo(new Parsed.Refused(sentence));
  }

  @Test
  void aGroupWithoutAVerbPrintsItsVerbs() {
    assertThat(told("order")).contains("check-stuck", "verify", "fix");
    assertThat(told("emergency-order-fix")).isEqualTo(told("order"));
    assertThat(told("order --help")).isEqualTo(told("order"));
  }

  @Test
  void everyVerbHasHelpWithoutAnyConfiguration() {
    for (Noun noun : Vocabulary.NOUNS) {
      for (Verb verb : noun.verbs().get()) {
        String name =
            noun.name().equals(verb.name()) ? verb.name() : noun.name() + " " + verb.name();
        assertThat(told(name + " --help"))
            .startsWith("Usage: metaops " + name)
            .contains(verb.does());
      }
    }
  }

  @Test
  void theListOfCommandsIsTheOneWeAgreedOn() {
    assertThat(told("--help"))
        .isEqualTo(
            """
            metaops NOUN VERB [options]   what is wrong with the orders, proved and repaired

              status              One screen: what is wrong, and one next command.
              order check-stuck   Orders contradicted, past their deadline, or too long in one state.
              order states        Count, value and oldest age by state.
              order show          Why an order is where it is, what next, and all evidence.
              order verify        What the finalized chain says of an order.
              order fix           Move a row to where the chain proves it.
              order bulk-fix      Move every row that is behind the chain to where the chain proves it.
              order refundable    Money in escrow past its deadline: who may send what; sends nothing.
              order report        States, oldest stuck, interventions, edits nobody owns.
              plan list           The newest plans and where each is in its life.
              plan show           What a plan does, who stands behind it, its life until now.
              plan approve        Sign that it may be applied, after seeing it.
              plan reject         Nobody can apply it any more; takes one person, at once.
              plan apply          Apply what was shown, or say what came of it before.
              plan revert         Plan to take back what a plan moved, where the chain proves that.
              people key          Make your signing key, once; print the line for the configuration.
              events recent       The chain's events beside the rows they should have moved.
              events follow       The escrow's events as they come, become final, or are orphaned.
              events sweep        Every open order against its contract, whatever the ledger says.
              events gaps         Which settled blocks are proved complete, and which are not.
              events resync       Read settled blocks again, prove them, write what was missing.
              events prove        The proofs of an order's events, or of all in some blocks, to hand to anybody.
              events check-proof  Verify the proofs in a file or directory: no node, no database, no configuration.
              listener status     Dead, hung, paused or idle, seen from another process.
              listener test       Whether it could hear what it has to, tried from here.
              listener rewind     Go back past settled blocks that the chain took back, with proof.
              sender status       What waits and why, and for how many settlements its balance pays.
              db updates          Who changed which orders.
              db reset-pool       Have the process that serves open its database connections anew.
              db restored         After a backup was restored: what it lost, and end the freeze.
              health quick        Database, chain and listener, within 3 s.
              health full         Everything, within 10 s.
              health database     The orders database.
              health blockchain   Each provider of the chain.
              health listener     The listener.
              health orders       Open orders by verdict, the oldest, the next deadline.
              health keys         The keys' addresses, and the chain's arbiter.
              health frontend     What people's browsers see.
              health services     The venue's own processes.
              health resources    Memory, disk, load, files and clock of this machine.
              health report       Everything as one HTML page or as JSON, with what was seen before.
              readiness           Whether a night can come, measured, and what is missing.
              keys status         Which are configured, by address, and whether the chain knows them.
              metrics show        The main series of the last hours, drawn.
              contract verify     Code, owner, arbiter, proxy, chain and events against what they should be.
              contract test       Read-only calls with expected results; the money against the open orders.
              contract pin        Approve what is there now as the baseline of verify.
              contract pause      The transaction that stops new escrows; sends nothing.
              contract unpause    The transaction that lifts a pause; sends nothing.
              services status     How each is: process, since when, ports, whether it is ready.
              services restart    Stop and start again at once, in the order of what depends on what.
              services stop       Stop at once; what depends on others first.
              services start      Start at once; what depends on others last.
              services logs       The newest lines that one wrote.
              services discover   What pm2, systemd and docker run here, as configuration to paste.
              connections test    Everything configured, hop by hop: DNS, TCP, TLS, key, request.
              freeze              Write no order row until unfreeze; reading and paging go on.
              unfreeze            Lift the freeze.
              audit list          Who did what, why and from where: to orders, and in our own store.
              audit verify        Whether the record is whole, of the orders database and of our own store.
              audit export        The record as a directory to check anywhere, in it one for each log.
              audit claim         Say that edits which others made by SQL were yours, and why.
              audit key           The public keys of checkpoints, one for each log.
              evidence export     Everything known of an order, plan or incident as one file that proves itself.
              evidence verify     Whether such a file holds; asks nobody.
              serve               Follow the chain until stopped.
              demo                Traders, a killed listener, and the repair; then it stays up.
              chaos-rpc           A node that misbehaves on purpose, in front of a real one.
              doctor              What would stand in the way on this machine.
              config init         Look at table, chain, contract and processes; write a commented metaops.toml.
              config show         Each value and where it came from; secrets hidden.
              config check        Everything that is wrong, together.
              completion          A completion script: source <(metaops completion)

            Without words: status. Options of one verb: metaops NOUN VERB --help
            Names of the old scripts work too: metaops check-stuck-orders --hours 2
            """);
  }

  @Test
  void theCompletionScriptKnowsEveryVerb() {
    String script = Completion.script();
    for (Noun noun : Vocabulary.NOUNS) {
      noun.verbs().get().forEach(verb -> assertThat(script).contains(verb.name()));
    }
  }

  private static void check(Command expected, String... lines) {
    for (String line : lines) {
      assertThat(understood(line).command()).as(line).isEqualTo(expected);
    }
  }

  private static Parsed.Understood understood(String line) {
    return parse(line) instanceof Parsed.Understood understood
        ? understood
        : fail(line + " → " + parse(line));
  }

  private static String told(String line) {
    return parse(line) instanceof Parsed.Told(String text)
        ? text
        : fail(line + " → " + parse(line));
  }

  /** Splits at spaces as a shell would; single quotes hold words together. */
  private static Parsed parse(String line) {
    List<String> words = new ArrayList<>();
    String[] quoted = line.split("'", -1);
    for (int i = 0; i < quoted.length; i++) {
      if (i % 2 == 1) {
        words.add(quoted[i]);
      } else {
        for (String word : quoted[i].split(" ", -1)) {
          if (!word.isEmpty()) {
            words.add(word);
          }
        }
      }
    }
    return CommandLineWords.parse(words);
  }
}
