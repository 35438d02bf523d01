package dev.metaops.stories;

import dev.metaops.chain.Hash;
import dev.metaops.command.Answer;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.OrderAnswers;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderName;
import dev.metaops.command.Page;
import dev.metaops.command.PeopleAnswers;
import dev.metaops.command.PeopleCommand;
import dev.metaops.command.Person;
import dev.metaops.command.PlanAnswers;
import dev.metaops.command.PlanCommand;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.demo.RegistryContract;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.store.Database;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A venue with an order that is behind, our own store, and people at their machines. */
final class KeptPlans {
  private static final Pattern NAME = Pattern.compile("plan apply (P-[0-9A-Z]{4})");

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
    try (HandDriven listener = HandDriven.of(venue)) {
      listener.catchUp();
    }
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
                    OrderCommand.Witnesses.TWO_OF_SEVERAL),
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

  Path machine(String machine) {
    return directory.resolve(machine);
  }

  Conversation at(String machine) throws IOException {
    Path data = Files.createDirectories(machine(machine));
    Path file = data.resolve("metaops.toml");
    String text = "[environment]\nname = \"" + name + "\"\n[orders]\nmode = \"repair\"\n" + people;
    // Never while another thread reads it.
    if (!Files.exists(file) || !Files.readString(file).equals(text)) {
      Files.writeString(file, text);
    }
    return new Conversation(
        Configuration.read(
            new Where(
                Map.of(
                    "METAOPS_DATA_DIR", data.toString(),
                    "DATABASE_URL", venue.orders().url().secretText(),
                    "OPS_DATABASE_URL", ops.url().secretText(),
                    "RPC_URL", nodes,
                    "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text()),
                Optional.empty(),
                Optional.of(file),
                Where.UsualFile.IGNORED,
                directory,
                directory)),
        Shared.STANDARD,
        new Nobody(),
        SystemTicker.SYSTEM);
  }

  /** Writes down what it hears, and is not there to answer. */
  private final class Nobody implements Person {
    @Override
    public void tell(String sentence) {
      heard.add(sentence);
    }

    @Override
    public void show(String line) {
      heard.add(line);
    }

    @Override
    public Optional<String> ask(String question) {
      return Optional.empty();
    }
  }

  static String text(Answer answer) {
    var page = new Page(Page.Colour.NONE);
    answer.picture().drawText(page);
    return page.text();
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
