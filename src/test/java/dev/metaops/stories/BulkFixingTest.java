package dev.metaops.stories;

import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.chaos.Chaos;
import dev.metaops.chaos.ChaosProxy;
import dev.metaops.chaos.Fault;
import dev.metaops.command.Answer;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand.BulkFix;
import dev.metaops.command.OrderCommand.Choice;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.main.Main;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.order.OrderState;
import dev.metaops.order.Witnesses;
import dev.metaops.orderdesk.OrderAnswers;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.Transport;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestContract;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestToken;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code order bulk-fix}: many rows are moved where the chain proves them, each once. */
class BulkFixingTest {
  private static final String MOVED =
      "SELECT count(*) FROM metaops.order_change WHERE from_state = 'PENDING'";

  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private final TestVenue venue = new TestVenue(chain);
  private final TestToken usdc = chain.deployToken(TestToken.Kind.SILENT);
  private final Map<String, Hash> keys = new HashMap<>();
  private final List<String> heard = new ArrayList<>();
  private UnaryOperator<Optional<String>> typing = UnaryOperator.identity();
  private Optional<String> typed = Optional.empty();
  private String mode = "repair";

  // ----------------------------------------------------------------------------------- the venue

  private Hash key(String id) {
    return Optional.ofNullable(keys.get(id)).orElseThrow();
  }

  private void held(Terms terms) {
    venue.insert(terms, RegistryContract.key(terms));
    venue.registry().create(terms);
    keys.put(terms.orderId(), RegistryContract.key(terms));
  }

  private void held(String id, String coins) {
    BigInteger wei = new BigDecimal(coins).movePointRight(18).toBigIntegerExact();
    held(venue.registry().terms(id, wei));
  }

  private void finalizeHead() {
    chain.finalizeBlock(chain.latest().ref());
  }

  private void age(String... intervals) {
    for (int at = 0; at < intervals.length; at += 2) {
      venue.execute(
          "UPDATE public.orders SET state_since = now() - interval '"
              + intervals[at + 1]
              + "' WHERE id = '"
              + intervals[at]
              + "'");
    }
  }

  /** SPEC's example: four released, two held, one refunded, and nobody listened. */
  private void example() throws Exception {
    held("ord_1", "1");
    held("ord_2", "0.5");
    held("ord_3", "0.5");
    held("ord_4", "0.31");
    held("ord_71", "1.51");
    held(venue.registry().terms("ord_88", usdc, BigInteger.valueOf(1_200_000_000)));
    held("ord_90", "0.25");
    HandDriven.follow(venue);
    for (String id : List.of("ord_1", "ord_2", "ord_3", "ord_4")) {
      venue.registry().release(key(id));
    }
    venue.registry().refund(key("ord_90"));
    finalizeHead();
    venue.execute("UPDATE public.orders SET state_since = now() - interval '5 h'");
    age("ord_1", "9 h 12 min 10 s");
  }

  // -------------------------------------------------------------------------------- the commands

  private String configured() {
    return "[orders]\nmode = \""
        + mode
        + "\"\n[chain]\ntokens = [\""
        + usdc.address().text()
        + " USDC 6\"]\n";
  }

  private Map<String, String> environment(String nodes) {
    return Map.of(
        "METAOPS_DATA_DIR", directory.toString(),
        "DATABASE_URL", venue.orders().url().secretText(),
        "RPC_URL", nodes,
        "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text());
  }

  private Said types(String line) throws IOException {
    return new Operator(directory, environment(chain.url())).configured(configured()).types(line);
  }

  private Answer fix(Optional<OrderState> only, Consent consent) throws IOException {
    return fix(
        new BulkFix(
            new Choice.Stuck(Optional.of(Duration.ofHours(4))),
            only,
            Optional.of("system_restart"),
            consent,
            Optional.of(100),
            Witnesses.TWO_OF_SEVERAL));
  }

  private Answer fix(BulkFix command) throws IOException {
    Path file = Files.writeString(directory.resolve("metaops.toml"), configured());
    return new OrderAnswers()
        .to(
            command,
            new Conversation(
                Configuration.read(
                    new Where(
                        environment(chain.url()),
                        Optional.empty(),
                        Optional.of(file),
                        Where.UsualFile.IGNORED,
                        directory,
                        directory)),
                Shared.STANDARD,
                TestPerson.listening(heard, _ -> typing.apply(typed)),
                SystemTicker.SYSTEM));
  }

  private List<String> records() {
    return venue.all(
        "SELECT kind || ' ' || coalesce(order_id, '(all)') FROM metaops.record"
            + " WHERE kind IN ('plan', 'refusal') ORDER BY id");
  }

  private String states() {
    return String.join(" ", venue.all("SELECT state FROM public.orders ORDER BY id"));
  }

  // ----------------------------------------------------------------------------------- the screen

  @Test
  void theOldLineShowsWhatTheChainSaysAndAppliesWhatWasShown() throws Exception {
    example();
    typed = Optional.of("4");

    Answer answer = fix(Optional.of(OrderState.SETTLED), Consent.ASK);

    assertThat(heard.getFirst())
        .isEqualTo(
            """
            7 orders PENDING for more than 4 h (oldest 9 h 12 min): 4.07 ETH, 1,200 USDC
              4  released on chain      → SETTLED   2.31 ETH
                 ord_1, ord_2, ord_3, ord_4
              2  escrow still holds it  left alone  1.51 ETH, 1,200 USDC
                 ord_71, ord_88  metaops order show ord_71
              1  refunded on chain      left alone  0.25 ETH
                 ord_90  you asked for SETTLED; the chain says REFUNDED
            No listener is on its way: nothing else will move these.\
            """);
    assertThat(heard.get(1)).isEqualTo("Type 4 to apply now, Enter to change nothing:");
    assertThat(text(answer))
        .isEqualTo("4 of 4 orders moved and VERIFIED: row and contract were read again\n");
    assertThat(answer.exit()).isEqualTo(ExitCode.FINE);
    assertThat(states()).isEqualTo("SETTLED SETTLED SETTLED SETTLED PENDING PENDING PENDING");
    assertThat(records())
        .containsExactly("refusal ord_90", "plan ord_1", "plan ord_2", "plan ord_3", "plan ord_4");
    assertThat(venue.one("SELECT count(*) FROM metaops.unsealed")).isEqualTo("0");
    assertThat(
            venue.one(
                "SELECT count(*) FROM metaops.record WHERE kind = 'plan'"
                    + " AND (entry::jsonb) #>> '{body,reason}' = 'system_restart'"))
        .isEqualTo("4");
  }

  @Test
  void withoutAStateEachGoesWhereTheChainProvesIt() throws Exception {
    example();

    Answer answer = fix(Optional.empty(), Consent.EXECUTE);

    assertThat(text(answer)).contains("5 of 5 orders moved and VERIFIED");
    assertThat(states()).isEqualTo("SETTLED SETTLED SETTLED SETTLED PENDING PENDING REFUNDED");
    assertThat(fix(Optional.empty(), Consent.EXECUTE).exit()).isEqualTo(ExitCode.WARNING);
    assertThat(venue.one(MOVED)).isEqualTo("5");
  }

  @Test
  void aListenerThatIsOnItsWayIsSaid() throws Exception {
    example();
    venue.execute(
        "UPDATE metaops.stream SET lease_holder = 'other', seen_at = clock_timestamp(),"
            + " lease_expires_at = clock_timestamp() + interval '1 min', cursor_time = cursor_time"
            + " - interval '40 s', head_time = cursor_time - interval '40 s'");

    fix(Optional.of(OrderState.SETTLED), Consent.DRY_RUN);

    assertThat(heard.getFirst().lines().toList().getLast())
        .matches(
            "The listener is (4[0-9]|5[0-9]) s from these blocks and will move the same 4 by"
                + " itself\\.");
  }

  @Test
  void anotherNumberOrNobodyChangesNothing() throws Exception {
    example();
    for (Optional<String> word :
        List.of(Optional.of("5"), Optional.of(""), Optional.of("yes"), Optional.<String>empty())) {
      typed = word;
      Answer answer = fix(Optional.of(OrderState.SETTLED), Consent.ASK);
      assertThat(answer.exit()).isEqualTo(ExitCode.WARNING);
      assertThat(text(answer))
          .startsWith("NOTHING WAS CHANGED: ")
          .endsWith(
              "4 of 7 orders can be moved. Apply: metaops order bulk-fix 4 SETTLED system_restart"
                  + " --execute --max 4\n");
    }
    assertThat(text(fix(Optional.of(OrderState.SETTLED), Consent.DRY_RUN)))
        .isEqualTo("dry run: nothing was changed: 4 of 7 orders can be moved\n");
    assertThat(venue.one(MOVED)).isEqualTo("0");
    assertThat(records()).isEmpty();
  }

  @Test
  void theLineOfTheRunbookTypedWithoutATerminal() throws Exception {
    example();

    Said said = types("emergency-order-fix bulk-fix 4 SETTLED 'system restart'");

    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out().lines().toList().getLast())
        .isEqualTo(
            "NOTHING WAS CHANGED: 4 of 7 orders can be moved. Apply: metaops order bulk-fix 4"
                + " SETTLED \"system restart\" --execute --max 4");
    Said small = types("order bulk-fix 4 SETTLED --execute --max 3");
    assertThat(small.exit()).as(small.all()).isEqualTo(ExitCode.REFUSED);
    assertThat(small.out())
        .contains("refused, nothing was changed: 4 orders would change, --max allows 3");
    assertThat(records()).containsExactly("refusal (all)");
    JsonNode json = types("bulk-order-fix 4 SETTLED --execute --max 4 -o json").json();
    assertThat(json.path("shape").asString()).isEqualTo("order-bulk-fix/1");
    assertThat(json.path("movable").asInt()).isEqualTo(4);
    assertThat(json.path("orders").valueStream().filter(one -> one.path("verified").asBoolean()))
        .hasSize(4);
    assertThat(types("order bulk-fix 4 SETTLED").out()).contains("0 of 3 orders can be moved");
  }

  @Test
  void idsFromAFileAndThoseThatNobodyKnows() throws Exception {
    example();
    Files.writeString(directory.resolve("ids"), "ord_2\n\n  ord_71 \nord_99\nord_2\n");

    Said said = types("order bulk-fix --ids " + directory.resolve("ids") + " --execute --max 9");

    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out())
        .contains("2 orders PENDING, as listed")
        .contains("1  no order has this id")
        .contains("ord_99")
        .contains("1 of 1 order moved and VERIFIED");
    assertThat(venue.state("ord_2")).isEqualTo("SETTLED");
    assertThat(venue.one(MOVED)).isEqualTo("1");
    assertThat(types("order bulk-fix --ids " + directory.resolve("none")).exit())
        .isEqualTo(ExitCode.COULD_NOT);
    assertThat(types("order bulk-fix --ids - SETTLED").exit()).isEqualTo(ExitCode.COULD_NOT);
  }

  // ---------------------------------------------------------------------------- what it refuses

  @Test
  void whatOneFixRefusesManyDoNot() throws Exception {
    example();
    venue.registry().release(key("ord_71")); // and that is not final
    List<String> rows = venue.all("SELECT id FROM public.orders ORDER BY id");
    List<String> refused = new ArrayList<>();
    for (String id : rows) {
      ExitCode exit = types("order fix " + id + " SETTLED --dry-run").exit();
      if (exit == ExitCode.REFUSED) {
        refused.add(id);
      }
    }
    fix(Optional.of(OrderState.SETTLED), Consent.EXECUTE);
    assertThat(refused).containsExactly("ord_71", "ord_88", "ord_90");
    assertThat(venue.all("SELECT id FROM public.orders WHERE state = 'PENDING' ORDER BY id"))
        .isEqualTo(refused);
  }

  @Test
  void whileFrozenOrOnlyObservingNothingIsApplied() throws Exception {
    example();
    venue.execute("SELECT metaops_api.freeze('f1', 'kim', 'rows look wrong', now())");
    Answer frozen = fix(Optional.empty(), Consent.EXECUTE);
    assertThat(frozen.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(frozen)).contains("NOTHING WAS CHANGED").contains("writing is frozen");
    venue.execute("SELECT metaops_api.unfreeze('f2', 'kim', '', now())");
    mode = "observe";
    assertThat(fix(Optional.empty(), Consent.EXECUTE).exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(venue.one(MOVED)).isEqualTo("0");
    assertThat(records()).contains("refusal (all)");
  }

  @Test
  void twoProvidersHaveToVouchForEach() throws Exception {
    example();
    Operator operator =
        new Operator(
                directory,
                environment(chain.url() + ",http://127.0.0.1:" + FakeServer.closedPort()))
            .configured(configured());

    Said alone = operator.types("order bulk-fix 4 SETTLED --execute --max 9");

    assertThat(alone.exit()).as(alone.all()).isEqualTo(ExitCode.REFUSED);
    assertThat(records())
        .contains("refusal ord_1", "refusal ord_2", "refusal ord_3", "refusal ord_4");
    assertThat(alone.out())
        .contains("NOTHING WAS CHANGED: 0 of 7 orders can be moved")
        .contains("moving a row takes two providers that agree: 1 of 2 (");
    Said taken = operator.types("order bulk-fix 4 SETTLED --execute --max 9 --accept-one-provider");
    assertThat(taken.out()).as(taken.all()).contains("4 of 4 orders moved and VERIFIED");
    assertThat(venue.all("SELECT entry FROM metaops.record WHERE kind = 'plan'"))
        .allMatch(entry -> entry.contains("accepted on one provider's word"));
  }

  @Test
  void whatIsNotUnderItsBlocksRootIsLeftAlone() throws Exception {
    example();
    Chaos chaos =
        new Chaos(
            Transport.http(Endpoint.parse("anvil", chain.url())),
            List.of(Fault.parse("omit-receipt-log")),
            7,
            SystemTicker.SYSTEM,
            _ -> {});
    try (ChaosProxy proxy = ChaosProxy.open(chaos, Optional.empty(), 0, SystemTicker.SYSTEM)) {
      Said said =
          new Operator(directory, environment("http://127.0.0.1:" + proxy.port()))
              .configured(configured())
              .types("order bulk-fix 4 SETTLED --execute --max 9");

      assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.COULD_NOT);
      assertThat(said.out())
          .contains("7  could not be proved")
          .contains("receipts give the root")
          .contains("     metaops order verify ord_1\n")
          .contains("NOTHING WAS CHANGED: 0 of 7 orders can be moved");
    }
    assertThat(venue.one(MOVED)).isEqualTo("0");
  }

  // ----------------------------------------------------------------- what changes in the meantime

  @Test
  void whatChangesWhileThePersonThinksIsSkippedOrderByOrder() throws Exception {
    example();
    typed = Optional.of("4");
    typing =
        word -> {
          venue.execute("UPDATE public.orders SET notes = 'I was here' WHERE id = 'ord_2'");
          // A reorg as the ledger sees it: another block where ord_3's release was.
          venue.execute(
              "INSERT INTO metaops.block (chain_id, number, hash, parent_hash, time)"
                  + " SELECT chain_id, ?, sha256('other'), sha256('parent'), now()"
                  + " FROM metaops.stream",
              release("ord_3"));
          return word;
        };

    Answer answer = fix(Optional.of(OrderState.SETTLED), Consent.ASK);

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(answer))
        .contains("1  skipped, written by somebody else meanwhile: ord_2 (the row was written")
        .contains("1  skipped, the evidence is void: ord_3 (a block it rests on")
        .contains("2 of 4 orders moved");
    assertThat(states()).isEqualTo("SETTLED PENDING PENDING SETTLED PENDING PENDING PENDING");
  }

  private long release(String id) {
    return chain
        .ask(
            "eth_getLogs",
            Map.of(
                "fromBlock",
                "0x0",
                "toBlock",
                "latest",
                "address",
                venue.registry().address().text(),
                "topics",
                List.of(List.of(), key(id).text())))
        .valueStream()
        .mapToLong(log -> Long.decode(log.path("blockNumber").asString()))
        .max()
        .orElseThrow();
  }

  @Test
  void whoMovedItMeanwhileIsSuccess() throws Exception {
    example();
    typed = Optional.of("4");
    typing =
        word -> {
          try {
            HandDriven.follow(venue);
          } catch (SQLException failed) {
            throw new IllegalStateException(failed);
          }
          return word;
        };

    Answer answer = fix(Optional.of(OrderState.SETTLED), Consent.ASK);

    assertThat(answer.exit()).as(text(answer)).isEqualTo(ExitCode.FINE);
    assertThat(text(answer))
        .contains("4  there already: ord_1, ord_2, ord_3, ord_4")
        .contains("4 of 4 orders moved and VERIFIED");
    assertThat(venue.one(MOVED)).isEqualTo("5");
  }

  @Test
  void aRunThatWasKilledIsTakenUpAndMovesEachOnce() throws Exception {
    int count = 240;
    TestContract buyer =
        chain.deployContract("BulkParty", venue.registry().address(), chain.seller());
    chain.setBalance(buyer.address(), TestChain.ETHER);
    for (int order = 0; order < count; order++) {
      Terms terms =
          new Terms(
              String.format(Locale.ROOT, "ord_%07d", order),
              buyer.address(),
              chain.seller(),
              dev.metaops.chain.Address.ZERO,
              BigInteger.ONE,
              java.time.Instant.EPOCH);
      venue.insert(terms, RegistryContract.key(terms));
    }
    for (int from = 0; from < count; from += 4) {
      buyer.send("run", big(from), big(4), big(0), big(0));
    }
    HandDriven.follow(venue);
    for (int from = 0; from < count; from += 6) {
      buyer.send("run", big(0), big(0), big(from), big(6));
    }
    finalizeHead();
    venue.execute("UPDATE public.orders SET state_since = now() - interval '5 h'");

    try (var holder = venue.orders().connect(TestPostgres.minute());
        var statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute(
          "SELECT FROM metaops.order_status WHERE order_id = 'ord_0000150' FOR UPDATE");
      try (ServeProcess child = child("order bulk-fix 4 SETTLED --execute --max 300")) {
        await(child, "SELECT count(*) FROM public.orders WHERE state = 'SETTLED'", "100");
        await(
            child,
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND application_name = 'metaops order bulk-fix'",
            "1");
        child.process().destroyForcibly();
        child.awaitEnd(Duration.ofSeconds(10));
      }
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'metaops order bulk-fix'");
      holder.rollback();
    }
    assertThat(venue.one(MOVED)).isEqualTo("100");

    Answer answer =
        fix(
            new BulkFix(
                new Choice.Stuck(Optional.of(Duration.ofHours(4))),
                Optional.of(OrderState.SETTLED),
                Optional.empty(),
                Consent.EXECUTE,
                Optional.of(150),
                Witnesses.TWO_OF_SEVERAL));

    assertThat(text(answer)).contains("140 of 140 orders moved and VERIFIED");
    assertThat(
            venue.one(
                "SELECT count(*) FROM (SELECT order_id FROM metaops.order_change"
                    + " WHERE to_state = 'SETTLED' GROUP BY 1 HAVING count(*) = 1) once"))
        .isEqualTo(Integer.toString(count));
    assertThat(venue.one("SELECT count(*) FROM metaops.record WHERE kind = 'plan'"))
        .isEqualTo(Integer.toString(count));
  }

  private static BigInteger big(int number) {
    return BigInteger.valueOf(number);
  }

  private ServeProcess child(String line) throws IOException {
    Path file = Files.writeString(directory.resolve("metaops.toml"), configured());
    Map<String, String> variables = new HashMap<>(environment(chain.url()));
    variables.put("METAOPS_CONFIG", file.toString());
    return ServeProcess.start(
        Main.class.getName(),
        List.of(line.split(" ", -1)),
        variables,
        directory.resolve("child.log"));
  }

  private void await(ServeProcess child, String sql, String wanted) {
    child.await(sql, Duration.ofSeconds(60), () -> venue.one(sql).equals(wanted));
  }
}
