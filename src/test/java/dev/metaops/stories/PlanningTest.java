package dev.metaops.stories;

import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.command.Answer;
import dev.metaops.command.Consent;
import dev.metaops.command.ExitCode;
import dev.metaops.command.PlanCommand;
import dev.metaops.page.Listing;
import dev.metaops.plan.KeptPlan;
import dev.metaops.testing.Drawn;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A plan is kept, looked at, approved and applied once, whoever tries what. */
class PlanningTest {
  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private KeptPlans world;

  @BeforeEach
  void anOrderIsBehind() throws SQLException {
    world = new KeptPlans(chain, directory);
    world.behind("ord_1");
  }

  private Answer apply(String plan) throws Exception {
    return world.ask(new PlanCommand.Apply(plan));
  }

  @Test
  void whatNobodyWasThereToConfirmWaitsAndIsAppliedOnce() throws Exception {
    String plan = world.planFor("ord_1");
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
    assertThat(text(world.ask(new PlanCommand.Plans(new Listing.First(20)))))
        .contains(plan, "PLANNED", "RESYNC", "order fix");
    assertThat(text(world.ask(new PlanCommand.Show(plan))))
        .contains("PENDING", "SETTLED", "takes one person", "Next: metaops plan apply " + plan);

    Answer first = apply(plan);
    Answer second = apply(plan);

    assertThat(text(first)).contains("1 of 1 orders", "applied and VERIFIED");
    assertThat(first.exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(second)).isEqualTo(text(first));
    assertThat(second.exit()).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
    assertThat(world.records()).isEqualTo("plan ord_1");
    assertThat(text(world.ask(new PlanCommand.Show(plan)))).contains("CLOSED", "APPLIED");
  }

  @Test
  void whatWasRejectedIsNotApplied() throws Exception {
    String plan = world.planFor("ord_1");
    Answer rejected = world.ask(new PlanCommand.Reject(plan, Optional.of("wrong night")));
    assertThat(rejected.exit()).isEqualTo(ExitCode.FINE);

    assertThat(apply(plan).exit()).isEqualTo(ExitCode.REFUSED);

    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
    assertThat(text(world.ask(new PlanCommand.Show(plan)))).contains("REJECTED", "wrong night");
  }

  @Test
  void whatIsAppliedIsNotRejected() throws Exception {
    String plan = world.planFor("ord_1");
    apply(plan);
    assertThat(world.ask(new PlanCommand.Reject(plan, Optional.empty())).exit())
        .isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void twoApprovalsForOneExecution() throws Exception {
    String plan = world.planFor("ord_1");
    List<Answer> answers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      Callable<Answer> one = () -> apply(plan);
      for (Future<Answer> each : threads.invokeAll(List.of(one, one, one, one))) {
        answers.add(each.get());
      }
    }
    assertThat(answers)
        .as(answers.stream().map(Drawn::text).toList().toString())
        .extracting(Answer::exit)
        .containsOnly(ExitCode.FINE, ExitCode.COULD_NOT)
        .contains(ExitCode.FINE);
    assertThat(apply(plan).exit()).isEqualTo(ExitCode.FINE);
    assertThat(world.records()).isEqualTo("plan ord_1");
    assertThat(world.venue.changes("ord_1")).hasSize(2);
  }

  @Test
  void expired() throws Exception {
    String plan = world.planFor("ord_1");
    KeptPlan kept = world.kept(plan);
    String late =
        world.keepAltered(
            plan,
            kept.plan().expiresAt().toString(),
            kept.plan().createdAt().plusNanos(1).toString());

    assertThat(apply(late).exit()).isEqualTo(ExitCode.REFUSED);

    assertThat(text(apply(late))).contains("expired");
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void aRowWrittenMeanwhileVoidsItForGood() throws Exception {
    String plan = world.planFor("ord_1");
    world.venue.execute("UPDATE public.orders SET notes = 'here' WHERE id = 'ord_1'");

    Answer first = apply(plan);

    assertThat(first.exit()).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(first)).contains("CHANGED", "nothing was changed");
    assertThat(text(apply(plan))).isEqualTo(text(first));
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void aRowAnotherSessionHoldsIsTakenUpLater() throws Exception {
    String plan = world.planFor("ord_1");
    try (var idle = world.venue.orders().connect(TestPostgres.minute());
        var statement = idle.createStatement()) {
      idle.setAutoCommit(false);
      statement.execute("UPDATE public.orders SET notes = 'looking' WHERE id = 'ord_1'");
      assertThat(apply(plan).exit()).isEqualTo(ExitCode.COULD_NOT);
      idle.rollback();
    }
    assertThat(apply(plan).exit()).isEqualTo(ExitCode.FINE);
    assertThat(world.venue.state("ord_1")).isEqualTo("SETTLED");
  }

  @Test
  void whileFrozenNothingIsAppliedAndAfterwardsItIs() throws Exception {
    String plan = world.planFor("ord_1");
    world.venue.execute("SELECT metaops_api.freeze('f1', 'kim', 'rows look wrong', now())");
    assertThat(apply(plan).exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
    world.venue.execute("SELECT metaops_api.unfreeze('f2', 'kim', '', now())");
    assertThat(apply(plan).exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void oneProviderOfTwoMovesNoRow() throws Exception {
    String plan = world.planFor("ord_1");
    world.nodes = world.chain.url() + ",http://127.0.0.1:" + FakeServer.closedPort();

    Answer alone = apply(plan);

    assertThat(alone.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text(alone)).contains("moving a row takes two providers that agree: 1 of 2");
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
    world.nodes = world.chain.url();
    assertThat(apply(plan).exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void replayedOnAnotherEnvironment() throws Exception {
    String plan = world.planFor("ord_1");
    world.name = "staging";
    Answer answer = apply(plan);
    assertThat(answer.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(answer)).contains("another environment");
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void editedInTheStore() throws Exception {
    String plan = world.planFor("ord_1");
    String edit =
        "UPDATE metaops_ops.plan SET text = replace(text, 'SETTLED', 'REFUNDED') WHERE id = '"
            + plan
            + "'";
    assertThatThrownBy(() -> world.inStore(edit)).hasMessageContaining("only where it is");
    world.inStore(
        "ALTER TABLE metaops_ops.plan DISABLE TRIGGER ALL;"
            + " ALTER TABLE metaops_ops.plan DROP CONSTRAINT plan_check;"
            + edit);
    Answer answer = apply(plan);
    assertThat(answer.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(answer)).contains("digest differs");
    assertThat(world.ask(new PlanCommand.Show(plan)).exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(world.ask(new PlanCommand.Plans(new Listing.All())).exit())
        .isEqualTo(ExitCode.CRITICAL);
  }

  @Test
  void aPlanMadeUpInTheStoreIsProvedAnew() throws Exception {
    String forged =
        world.keepAltered(world.planFor("ord_1"), "\"to\":\"SETTLED\"", "\"to\":\"REFUNDED\"");

    Answer answer = apply(forged);

    assertThat(answer.exit()).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(text(answer)).contains("the chain says SETTLED");
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void aPlanThatRestsOnEventsMadeUpInTheStoreIsProvedAnew() throws Exception {
    String plan = world.planFor("ord_1");
    Matcher transaction =
        Pattern.compile("\"transaction\":\"(?:0x)?([0-9a-f]{64})")
            .matcher(world.kept(plan).plan().text());
    assertThat(transaction.find()).as(world.kept(plan).plan().text()).isTrue();
    String forged = world.keepAltered(plan, transaction.group(1), "ab".repeat(32));

    assertThat(apply(forged).exit()).isEqualTo(ExitCode.WORLD_CHANGED);

    assertThat(world.venue.one("SELECT count(*) FROM metaops.event")).isEqualTo("1");
  }

  @Test
  void whatPeopleSignedIsOnlyEverAddedTo() throws Exception {
    world.configure(world.key("lee"));
    String plan = world.planFor("ord_1");
    world.ask(new PlanCommand.Approve(plan, Consent.EXECUTE), "lee");
    for (String attempt :
        List.of(
            "UPDATE metaops_ops.approval SET person = 'kim'",
            "DELETE FROM metaops_ops.approval",
            "TRUNCATE metaops_ops.approval",
            "DELETE FROM metaops_ops.plan",
            "TRUNCATE metaops_ops.plan CASCADE",
            "UPDATE metaops_ops.plan_step SET actor = 'kim'",
            "SET session_replication_role = replica; DELETE FROM metaops_ops.approval")) {
      assertThatThrownBy(() -> world.inStore(attempt)).as(attempt).hasMessageContaining("only");
    }
  }

  @Test
  void zeroApprovals() throws Exception {
    String plan = world.keepAltered(world.planFor("ord_1"), "RESYNC", "MONEY");
    world.configure(world.key("kim"), world.key("lee"));

    Answer answer = apply(plan);

    assertThat(answer.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(answer)).contains("Cannot be approved");
    assertThat(world.venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void anApprovalIsShownSignedAndCounted() throws Exception {
    world.configure(world.key("lee"));
    String plan = world.planFor("ord_1");
    world.heard.clear();

    Answer unsigned = world.ask(new PlanCommand.Approve(plan, Consent.ASK), "lee");
    assertThat(unsigned.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(world.heard).anyMatch(line -> line.contains("SETTLED"));
    Answer signed = world.ask(new PlanCommand.Approve(plan, Consent.EXECUTE), "lee");

    assertThat(signed.exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(signed)).contains("approved by lee");
    assertThat(text(world.ask(new PlanCommand.Show(plan)))).contains("APPROVED", "lee", "yes");
    assertThat(apply(plan).exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void whatPeopleSignedIsVerifiedWithNothingButTheirPublicKey() throws Exception {
    String line = world.key("lee");
    world.configure(line);
    String plan = world.planFor("ord_1");
    world.ask(new PlanCommand.Approve(plan, Consent.EXECUTE), "lee");

    ObjectNode shown = new JsonMapper().createObjectNode();
    world.ask(new PlanCommand.Show(plan)).picture().drawJson(shown);

    JsonNode word = shown.required("signatures").required(0);
    byte[] text = shown.required("text").asString().getBytes(StandardCharsets.UTF_8);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    assertThat(word.required("text").asString()).contains("plan: 0x" + digest, "person: lee");
    Signature ed25519 = Signature.getInstance("Ed25519");
    ed25519.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new X509EncodedKeySpec(Base64.getDecoder().decode(line.split(" ", -1)[1]))));
    ed25519.update(word.required("text").asString().getBytes(StandardCharsets.UTF_8));
    assertThat(ed25519.verify(Base64.getDecoder().decode(word.required("signature").asString())))
        .isTrue();
  }

  @Test
  void nobodyApprovesWithoutAKeyThatCountsOrTheirOwn() throws Exception {
    String plan = world.planFor("ord_1");
    assertThat(text(world.ask(new PlanCommand.Approve(plan, Consent.EXECUTE))))
        .contains("people key");
    world.key("joe");
    assertThat(text(world.ask(new PlanCommand.Approve(plan, Consent.EXECUTE), "joe")))
        .contains("configured for nobody");
    String me = System.getProperty("user.name");
    world.configure(world.key(me));
    assertThat(text(world.ask(new PlanCommand.Approve(plan, Consent.EXECUTE), me)))
        .contains("plan of their own");
  }

  @Test
  void aPrivateKeyIsItsOwnersAndNeverPrinted() throws Exception {
    String line = world.key("lee");
    Path file = world.machine("lee").resolve("person.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String secret =
        Files.readString(file)
            .lines()
            .filter(one -> one.startsWith("private: "))
            .findFirst()
            .orElseThrow()
            .substring("private: ".length());
    assertThat(line).doesNotContain(secret);
    String before = Files.readString(file);
    assertThat(world.key("lee").split(" ", -1)[1]).isEqualTo(line.split(" ", -1)[1]);
    assertThat(Files.readString(file)).isEqualTo(before);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    world.configure(line);
    String plan = world.planFor("ord_1");
    assertThat(text(world.ask(new PlanCommand.Approve(plan, Consent.EXECUTE), "lee")))
        .contains("others may read it");
  }

  @Test
  void aPlanNobodyKeptIsNotFound() throws Exception {
    assertThat(apply("P-0000").exit()).isEqualTo(ExitCode.COULD_NOT);
  }
}
