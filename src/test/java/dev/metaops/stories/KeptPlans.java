package dev.metaops.stories;

import static dev.metaops.testing.Drawn.text;

import dev.metaops.chain.Hash;
import dev.metaops.command.Answer;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderName;
import dev.metaops.command.PeopleCommand;
import dev.metaops.command.PlanCommand;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.demo.RegistryContract;
import dev.metaops.intervention.PeopleAnswers;
import dev.metaops.intervention.PlanAnswers;
import dev.metaops.order.Witnesses;
import dev.metaops.orderdesk.OrderAnswers;
import dev.metaops.plan.Approval;
import dev.metaops.plan.Decision;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.plan.SigningKey;
import dev.metaops.store.Database;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A venue with an order that is behind, our own store, and people at their machines. */
final class KeptPlans {
  private static final Pattern NAME = Pattern.compile("plan (?:apply|approve) (P-[0-9A-Z]{4})");

  final TestChain chain;
  final TestVenue venue;
  final Database ops = TestPostgres.freshDatabase("db/ops");
  final List<String> heard = new ArrayList<>();
  String people = "";
  String name = "here";
  String nodes;
  private final Path directory;

  KeptPlans(TestChain chain, Path directory) {
    this.chain = chain;
    this.venue = new TestVenue(chain);
    this.nodes = chain.url();
    this.directory = directory;
    chain.mine(8);
  }

  /** Orders that are released on chain, finally, and whose rows say PENDING. */
  void behind(String... ids) throws SQLException {
    List<Hash> keys = new ArrayList<>();
    for (String id : ids) {
      keys.add(RegistryContract.key(venue.order(id)));
      venue.registry().create(id);
    }
    follow();
    keys.forEach(venue.registry()::release);
    chain.finalizeBlock(chain.latest().ref());
  }

  void follow() throws SQLException {
    HandDriven.follow(venue);
  }

  /** What {@code order fix} without a terminal keeps. */
  String planFor(String id) throws IOException {
    Answer answer =
        new OrderAnswers()
            .to(
                new OrderCommand.Fix(
                    new OrderName(id), Optional.empty(), Optional.of("hung"), Consent.ASK),
                at("desk"));
    return named(text(answer));
  }

  /** An order whose row says SETTLED while the chain refunded it, finally. */
  void contradicted(String id) throws SQLException {
    Hash key = RegistryContract.key(venue.order(id));
    venue.registry().create(id);
    follow();
    venue.registry().refund(key);
    chain.finalizeBlock(chain.latest().ref());
    inOrders("UPDATE public.orders SET state = 'SETTLED' WHERE id = '" + id + "'");
  }

  /** An order nobody funded, and whose window is over. */
  void unfunded(String id, String state) throws SQLException {
    venue.order(id);
    inOrders(
        "UPDATE public.orders SET state = '"
            + state
            + "', fund_by = now() - interval '1 h' WHERE id = '"
            + id
            + "'");
    follow();
    chain.finalizeBlock(chain.latest().ref());
  }

  /** As somebody who goes around the guard. */
  void inOrders(String sql) {
    venue.execute("ALTER TABLE public.orders DISABLE TRIGGER metaops_guard");
    venue.execute(sql);
    venue.execute("ALTER TABLE public.orders ENABLE ALWAYS TRIGGER metaops_guard");
  }

  Answer fix(String id, String... reason) throws IOException {
    return new OrderAnswers()
        .to(
            new OrderCommand.Fix(
                new OrderName(id),
                Optional.empty(),
                List.of(reason).stream().findFirst(),
                Consent.ASK),
            at("desk"));
  }

  /** People and their keys; each may approve. */
  void configure(String... keys) {
    people =
        "[people]\nkeys = [\""
            + String.join("\", \"", keys)
            + "\"]\napprovers = ["
            + List.of(keys).stream()
                .map(key -> "\"" + key.split(" ", -1)[0] + "\"")
                .distinct()
                .collect(Collectors.joining(", "))
            + "]\n";
  }

  /** The key of whoever plans here, at the desk. */
  String planner() throws IOException {
    return key(System.getProperty("user.name"), "desk");
  }

  /** Signs it after seeing it. */
  Answer approve(String plan, String machine) throws Exception {
    return ask(
        new PlanCommand.Approve(
            plan, Consent.ASK, Optional.of(kept(plan).plan().digest().text().substring(2, 8))),
        machine);
  }

  /** What {@code order bulk-fix} without a terminal keeps, of all orders that are open. */
  String planForAll() throws IOException {
    Answer answer =
        new OrderAnswers()
            .to(
                new OrderCommand.BulkFix(
                    new OrderCommand.Choice.Stuck(Optional.of(Duration.ZERO)),
                    Optional.empty(),
                    Optional.of("hung"),
                    Consent.ASK,
                    Optional.empty(),
                    Witnesses.TWO_OF_SEVERAL),
                at("desk"));
    return named(text(answer));
  }

  static String named(String text) {
    Matcher name = NAME.matcher(text);
    if (!name.find()) {
      throw new IllegalStateException(text);
    }
    return name.group(1);
  }

  KeptPlan kept(String plan) throws SQLException {
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      return ((KeptPlanStore.Found.One) new KeptPlanStore(connection).find(plan)).kept();
    }
  }

  /** Keeps the plan again under another name, with its text changed. */
  String keepAltered(String plan, String from, String to) throws SQLException {
    KeptPlan kept = kept(plan);
    String name = plan.equals("P-0000") ? "P-0001" : "P-0000";
    String text = kept.plan().text().replace(from, to).replace(plan, name);
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      if (!new KeptPlanStore(connection)
          .keep(FrozenPlan.read(text).orElseThrow(), kept.environment())) {
        throw new IllegalStateException(name + " is taken");
      }
    }
    return name;
  }

  /** The same plan, signed as its planner's, whose time is over. */
  String expired(String plan) throws Exception {
    FrozenPlan one = kept(plan).plan();
    String name =
        keepAltered(plan, one.expiresAt().toString(), one.createdAt().plusNanos(1000).toString());
    propose(name);
    return name;
  }

  Answer bulkOf(Path ids, Consent consent) throws IOException {
    return new OrderAnswers()
        .to(
            new OrderCommand.BulkFix(
                new OrderCommand.Choice.Listed(ids),
                Optional.empty(),
                Optional.of("hung"),
                consent,
                Optional.of(10),
                Witnesses.TWO_OF_SEVERAL),
            at("desk"));
  }

  /** The same plan as if made so much earlier, signed as its planner's. */
  String made(String plan, Duration earlier) throws Exception {
    FrozenPlan one = kept(plan).plan();
    String name =
        keepAltered(plan, one.createdAt().toString(), one.createdAt().minus(earlier).toString());
    propose(name);
    return name;
  }

  /** Signed at the desk, as whoever plans there signs. */
  void propose(String name) throws Exception {
    SigningKey key = signingKey("desk");
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      var plans = new KeptPlanStore(connection);
      KeptPlan kept = kept(name);
      plans.sign(
          name,
          Approval.signed(
              kept.environment(), kept.plan().digest(), Decision.PROPOSE, key, plans.now()));
    }
  }

  Answer ask(PlanCommand command) throws IOException {
    return ask(command, "desk");
  }

  Answer ask(PlanCommand command, String machine) throws IOException {
    return new PlanAnswers().to(command, at(machine));
  }

  /** Makes a person's key at a machine of that name; the line for the configuration. */
  String key(String person) throws IOException {
    return key(person, person);
  }

  String key(String person, String machine) throws IOException {
    String text = text(new PeopleAnswers().to(new PeopleCommand.MakeKey(person), at(machine)));
    return text.lines()
        .filter(line -> line.startsWith("keys = ["))
        .findFirst()
        .orElseThrow()
        .replaceAll("^keys = \\[\"|\"]$", "");
  }

  /** What lies in a machine's key file. */
  SigningKey signingKey(String machine) throws IOException {
    Map<String, String> lines =
        Files.readAllLines(machine(machine).resolve("person.key")).stream()
            .filter(line -> line.contains(": "))
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.indexOf(": ")),
                    line -> line.substring(line.indexOf(": ") + 2)));
    return SigningKey.of(
            lines.getOrDefault("person", ""),
            lines.getOrDefault("public", ""),
            lines.getOrDefault("private", ""))
        .orElseThrow();
  }

  Path machine(String machine) {
    return directory.resolve(machine);
  }

  /** The environment of that machine. */
  Map<String, String> variables(String machine) {
    return Map.of(
        "METAOPS_DATA_DIR", machine(machine).toString(),
        "DATABASE_URL", venue.orders().url().secretText(),
        "OPS_DATABASE_URL", ops.url().secretText(),
        "RPC_URL", nodes,
        "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text());
  }

  Conversation at(String machine) throws IOException {
    Path data = Files.createDirectories(machine(machine));
    Path file = data.resolve("metaops.toml");
    String text = "[environment]\nname = \"" + name + "\"\n[orders]\nmode = \"repair\"\n" + people;
    // Whoever reads it meanwhile reads all of the one or all of the other.
    Files.move(
        Files.writeString(Files.createTempFile(data, "metaops", ".toml"), text),
        file,
        StandardCopyOption.ATOMIC_MOVE);
    return new Conversation(
        Configuration.read(
            new Where(
                variables(machine),
                Optional.empty(),
                Optional.of(file),
                Where.UsualFile.IGNORED,
                directory,
                directory)),
        Shared.STANDARD,
        TestPerson.leaving(heard::add),
        SystemTicker.SYSTEM);
  }

  /** As the superuser of our own store. */
  void inStore(String sql) throws SQLException {
    try (Connection connection = ops.connect(TestPostgres.minute());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String records() {
    return String.join(
        ", ", venue.all("SELECT kind || ' ' || order_id FROM metaops.record ORDER BY id"));
  }
}
