package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.audit.Attestation;
import dev.metaops.audit.AuditDirectory;
import dev.metaops.audit.SignedNote;
import dev.metaops.command.Answer;
import dev.metaops.command.AuditCommand;
import dev.metaops.command.Consent;
import dev.metaops.command.EvidenceCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderName;
import dev.metaops.command.PlanCommand;
import dev.metaops.evidence.Bundle;
import dev.metaops.evidence.BundleCheck;
import dev.metaops.evidence.BundleReport;
import dev.metaops.evidence.Keyring;
import dev.metaops.records.AuditAnswers;
import dev.metaops.records.EvidenceAnswers;
import dev.metaops.testing.Drawn;
import dev.metaops.testing.SingleFile;
import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happened to an order goes into one file, and an auditor with a JDK and a public key finds
 * out whether it is so. Our verifier and the one in a single file are of one mind on everything.
 */
class EvidenceTest {
  private static final SingleFile SINGLE = SingleFile.compiled();

  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private KeptPlans world;

  @BeforeEach
  void anOrderIsFixedByAnApprovedPlan() throws Exception {
    world = new KeptPlans(chain, directory);
    world.behind("ord_1");
    String lee = world.key("lee");
    world.people = "[people]\nkeys = [\"" + lee + "\"]\napprovers = [\"lee\"]\n";
  }

  private String fixed() throws Exception {
    String plan = world.planFor("ord_1");
    world.ask(new PlanCommand.Approve(plan, Consent.EXECUTE), "lee");
    assertThat(world.ask(new PlanCommand.Apply(plan)).exit()).isEqualTo(ExitCode.FINE);
    return plan;
  }

  private Answer export(EvidenceCommand.Subject subject, Path to) throws IOException {
    return new EvidenceAnswers()
        .to(new EvidenceCommand.Export(subject, Optional.of(to)), world.at("desk"));
  }

  private static EvidenceCommand.Subject order(String id) {
    return new EvidenceCommand.Subject.Order(new OrderName(id));
  }

  private byte[] bundle() throws Exception {
    fixed();
    Path file = directory.resolve("evidence.zip");
    Answer answer = export(order("ord_1"), file);
    assertThat(answer.exit()).as(Drawn.text(answer)).isEqualTo(ExitCode.FINE);
    return Files.readAllBytes(file);
  }

  /** What {@code audit key} prints, as an auditor is told it. */
  private String key() throws IOException {
    return key(world);
  }

  private static String key(KeptPlans world) throws IOException {
    ObjectNode json = new JsonMapper().createObjectNode();
    new AuditAnswers()
        .to(new AuditCommand.Key(AuditCommand.Key.Change.NONE), world.at("desk"))
        .picture()
        .drawJson(json);
    return json.at("/logs/0/key").asString();
  }

  private static BundleReport.Verdict verdict(byte[] bundle, String... keys) {
    BundleReport report = BundleCheck.of(bundle, Keyring.parse(List.of(keys)));
    assertThat(SINGLE.exit(bundle, List.of(keys)))
        .as("the verifier in one file says another thing: " + report)
        .isEqualTo(
            switch (report.verdict()) {
              case HOLDS -> 0;
              case UNVERIFIABLE -> 1;
              case REFUSED -> 2;
              case UNREADABLE -> 3;
            });
    List<String> said =
        report.trusted().stream()
            .filter(line -> line.contains("footing") || line.contains("topics"))
            .toList();
    if (!said.isEmpty()) {
      assertThat(SINGLE.trusted(bundle, List.of(keys))).doesNotHaveDuplicates().containsAll(said);
    }
    return report.verdict();
  }

  @Test
  void aFixIsProvedToWhoeverHasTheKeyAndNothingElse() throws Exception {
    byte[] bundle = bundle();

    assertThat(verdict(bundle, key())).isEqualTo(BundleReport.Verdict.HOLDS);
    BundleReport report = BundleCheck.of(bundle, Keyring.parse(List.of(key())));
    assertThat(String.join("\n", report.checked()))
        .contains(
            "1 record is in the log",
            "1 signature of a person is its key's",
            "2 events are in receipts");
    assertThat(String.join("\n", report.trusted())).contains("block explorer", key());
    assertThat(report.trusted())
        .anyMatch(line -> line.matches(meaning("CREATED")))
        .anyMatch(line -> line.matches(meaning("RELEASED")));

    Path file = directory.resolve("evidence.zip");
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String timeline = text(zip, "timeline.txt");
      assertThat(timeline)
          .contains("CREATED on chain", "RELEASED on chain", "lee: approve", "PENDING to SETTLED");
      assertThat(timeline).doesNotContain("a node's word");
      assertThat(text(zip, "rows/000000001-before.json")).contains("PENDING");
      assertThat(text(zip, "rows/000000001-after.json")).contains("SETTLED");
      assertThat(text(zip, "VerifyEvidence.java")).isEqualTo(Bundle.verifier());
    }
  }

  /** Whose event it is, the event says with its topics, and no verifier reads these. */
  private static String meaning(String kind) {
    return "log \\d+ of block \\d+ is the "
        + kind
        + " of order ord_1: compare its topics in the receipts";
  }

  private static String text(ZipFile zip, String name) throws IOException {
    return new String(
        zip.getInputStream(zip.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void theSameIsTheSameBytesAndHoldsNoSecret() throws Exception {
    byte[] first = bundle();
    Path again = directory.resolve("again.zip");
    export(order("ord_1"), again);
    assertThat(Files.readAllBytes(again)).isEqualTo(first);

    String whole = new String(first, StandardCharsets.ISO_8859_1);
    for (String secret : secrets()) {
      assertThat(whole).doesNotContain(secret);
    }
  }

  private List<String> secrets() throws IOException, SQLException {
    var secrets = new ArrayList<String>();
    secrets.add(world.venue.orders().url().secretText());
    secrets.add(world.ops.url().secretText());
    secrets.add("PRIVATE+KEY");
    Files.readString(world.machine("lee").resolve("person.key"))
        .lines()
        .filter(line -> line.startsWith("private: "))
        .map(line -> line.substring("private: ".length()))
        .forEach(secrets::add);
    return secrets;
  }

  @Test
  void oneChangedByteAnywhereIsRefused() throws Exception {
    byte[] bundle = bundle();
    String key = key();
    var random = new Random(7);
    for (int round = 0; round < 400; round++) {
      byte[] changed = bundle.clone();
      int at =
          round < 60
              ? (round < 30 ? round : changed.length + 29 - round)
              : random.nextInt(changed.length);
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(verdict(changed, key))
          .as("byte " + at)
          .isIn(BundleReport.Verdict.REFUSED, BundleReport.Verdict.UNREADABLE);
      assertThat(verdict(changed))
          .as("byte " + at + ", no key")
          .isIn(BundleReport.Verdict.REFUSED, BundleReport.Verdict.UNREADABLE);
    }
    for (int length : List.of(0, 1, 21, 22, 100, bundle.length - 1)) {
      assertThat(verdict(Arrays.copyOf(bundle, length), key))
          .isIn(BundleReport.Verdict.REFUSED, BundleReport.Verdict.UNREADABLE);
    }
    assertThat(verdict(Arrays.copyOf(bundle, bundle.length + 1), key))
        .isEqualTo(BundleReport.Verdict.REFUSED);
  }

  @Test
  void withoutAKeyItIsNotVerifiableAndSaysWhich() throws Exception {
    byte[] bundle = bundle();
    assertThat(verdict(bundle)).isEqualTo(BundleReport.Verdict.UNVERIFIABLE);
    assertThat(BundleCheck.of(bundle, Keyring.parse(List.of())).findings().toString())
        .contains(key());
  }

  @Test
  void anotherLogsKeyVouchesForNothing() throws Exception {
    byte[] bundle = bundle();
    String another = anotherLogsKey();
    assertThat(another).isNotEqualTo(key());
    assertThat(verdict(bundle, another)).isEqualTo(BundleReport.Verdict.UNVERIFIABLE);
    assertThat(findings(bundle, another)).contains(key(), "which nobody vouched for");
    assertThat(verdict(bundle, another, key())).isEqualTo(BundleReport.Verdict.HOLDS);
  }

  @Test
  void whereAPersonsKeyIsGivenNoOtherOfTheirsIsBelieved() throws Exception {
    byte[] bundle = bundle();
    assertThat(verdict(bundle, key(), "lee AAAA")).isEqualTo(BundleReport.Verdict.UNVERIFIABLE);
    assertThat(findings(bundle, key(), "lee AAAA"))
        .contains("nobody vouched for the key", "of lee")
        .doesNotContain("which nobody vouched for");
  }

  /** Of a venue with a record and a checkpoint of its own. */
  private String anotherLogsKey() throws Exception {
    var elsewhere = new KeptPlans(chain, directory.resolve("elsewhere"));
    elsewhere.behind("ord_1");
    elsewhere.ask(new PlanCommand.Apply(elsewhere.planFor("ord_1")));
    new EvidenceAnswers()
        .to(
            new EvidenceCommand.Export(order("ord_1"), Optional.of(directory.resolve("other.zip"))),
            elsewhere.at("desk"));
    return key(elsewhere);
  }

  private static String findings(byte[] bundle, String... keys) {
    return BundleCheck.of(bundle, Keyring.parse(List.of(keys))).findings().toString();
  }

  @Test
  void anyFileLeftOutAddedOrChangedIsRefusedHoweverWellItIsPacked() throws Exception {
    byte[] bundle = bundle();
    String key = key();
    SortedMap<String, byte[]> files = SINGLE.unzipped(bundle);
    assertThat(SINGLE.zipped(files)).isEqualTo(bundle);
    for (String name : files.keySet()) {
      var without = new TreeMap<>(files);
      without.remove(name);
      assertThat(verdict(SINGLE.zipped(without), key))
          .as("without " + name)
          .isEqualTo(BundleReport.Verdict.REFUSED);
      var changed = new TreeMap<>(files);
      byte[] longer = Arrays.copyOf(files.get(name), files.get(name).length + 1);
      longer[longer.length - 1] = '\n';
      changed.put(name, longer);
      assertThat(verdict(SINGLE.zipped(changed), key))
          .as("changed " + name)
          .isEqualTo(BundleReport.Verdict.REFUSED);
    }
    for (String name : List.of("records/000000009.json", "MANIFEST-CORRECTION.txt", "MANIFEST.")) {
      var more = new TreeMap<>(files);
      more.put(name, new byte[] {'{', '}'});
      assertThat(verdict(SINGLE.zipped(more), key))
          .as("with " + name)
          .isEqualTo(BundleReport.Verdict.REFUSED);
    }
  }

  /** Who has the log's key still cannot put another record, word, plan or event in it. */
  @Test
  void notEvenTheKeysOwnerMakesRecordsWordsOrEventsUp() throws Exception {
    byte[] bundle = bundle();
    SortedMap<String, byte[]> files = SINGLE.unzipped(bundle);
    assertThat(verdict(resigned(files), key())).isEqualTo(BundleReport.Verdict.HOLDS);
    forged(files, "records/000000001.json", "SETTLED", "REFUNDED");
    forged(files, "records/000000001.tlog-proof", "index 0", "index 1");
    forged(files, name(files, "words/", ".txt"), "person: lee", "person: kim");
    forged(files, name(files, "words/", ".txt"), "decision: approve", "decision: propose");
    forged(files, name(files, "plans/", ".json"), "hung", "fine");
    forged(files, "proofs/000000001.json", "\"log\" : 0", "\"log\" : 1");
    forged(files, "proofs/000000001.json", "0xf9", "0xf8");
    forged(files, "keys/people.txt", "lee ", "kim ");
    forged(files, "checkpoints/000000001.note", "epoch ", "epoch 1");
    for (String gone : List.of("proofs/", "plans/", "words/", "records/")) {
      var without = new TreeMap<>(files);
      without.remove(without.ceilingKey(gone));
      assertThat(verdict(resigned(without), key()))
          .as("without " + gone)
          .isEqualTo(BundleReport.Verdict.REFUSED);
    }
  }

  private static String name(Map<String, byte[]> files, String folder, String ending) {
    return name(files, folder, ending, "");
  }

  private static String name(
      Map<String, byte[]> files, String folder, String ending, String content) {
    return files.keySet().stream()
        .filter(name -> name.startsWith(folder) && name.endsWith(ending))
        .filter(name -> new String(files.get(name), StandardCharsets.UTF_8).contains(content))
        .findFirst()
        .orElseThrow();
  }

  private void forged(Map<String, byte[]> files, String name, String from, String to)
      throws Exception {
    String text = new String(files.get(name), StandardCharsets.UTF_8);
    assertThat(text).contains(from);
    var changed = new TreeMap<>(files);
    changed.put(name, text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    assertThat(verdict(resigned(changed), key()))
        .as(name + ": " + from + " to " + to)
        .isIn(BundleReport.Verdict.REFUSED, BundleReport.Verdict.UNVERIFIABLE);
  }

  /** The manifest made anew and signed with the log's own key. */
  private byte[] resigned(Map<String, byte[]> given) throws Exception {
    var files = new TreeMap<>(given);
    var manifest = new StringBuilder();
    for (var file : files.entrySet()) {
      if (!List.of("MANIFEST", "MANIFEST.note").contains(file.getKey())) {
        manifest.append(sha256(file.getValue()) + " " + file.getValue().length);
        manifest.append(" " + file.getKey() + "\n");
      }
    }
    byte[] listed = manifest.toString().getBytes(StandardCharsets.UTF_8);
    String id = key().substring("metaops.audit/".length()).replaceAll("\\+.*", "");
    AuditDirectory kept = AuditDirectory.of(world.machine("desk"), id);
    SignedNote note =
        Attestation.sign(
                kept,
                "metaops evidence bundle v1\nlog metaops.audit/"
                    + id
                    + "\nmanifest "
                    + sha256(listed)
                    + "\n")
            .orElseThrow();
    var whole = new TreeMap<>(files);
    whole.put("MANIFEST", listed);
    whole.put("MANIFEST.note", note.encoded().getBytes(StandardCharsets.UTF_8));
    return SINGLE.zipped(whole);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /** The attack on whoever unpacks a bundle: nothing is unpacked, and the names are refused. */
  @Test
  void zipSlip() throws Exception {
    SortedMap<String, byte[]> files = SINGLE.unzipped(bundle());
    for (String name :
        List.of(
            "../evil", "/etc/evil", "a/../../evil", "a\\evil", "C:evil", "a/b/c", ".hidden", "")) {
      var with = new TreeMap<>(files);
      with.put(name, new byte[] {1});
      assertThat(verdict(SINGLE.zipped(with), key())).isEqualTo(BundleReport.Verdict.REFUSED);
    }
    assertThat(directory.resolve("evil")).doesNotExist();
    assertThat(directory.resolveSibling("evil")).doesNotExist();
  }

  @Test
  void theVerifierInOneFileRunsWithAJdkAlone() throws Exception {
    byte[] bundle = bundle();
    Path source = Files.writeString(directory.resolve("VerifyEvidence.java"), Bundle.verifier());

    assertThat(SingleFile.run(source, directory.resolve("evidence.zip"), key())).isZero();
    assertThat(SingleFile.run(source, directory.resolve("evidence.zip"))).isEqualTo(1);
    for (int at : List.of(bundle.length / 3, bundle.length - 30)) {
      byte[] changed = bundle.clone();
      changed[at] ^= 1;
      assertThat(
              SingleFile.run(
                  source, Files.write(directory.resolve("changed" + at + ".zip"), changed), key()))
          .isEqualTo(2);
    }
    assertThat(SingleFile.run(source, Files.writeString(directory.resolve("no.zip"), "no"), key()))
        .isEqualTo(3);
  }

  @Test
  void aBundleOfAPlanHasItsOrdersAndAPlanNobodyAppliedHasNoRecord() throws Exception {
    String waiting = world.planFor("ord_1");
    Path file = directory.resolve("waiting.zip");
    Answer none = export(new EvidenceCommand.Subject.Plan(waiting), file);
    assertThat(Drawn.text(none)).contains("the record is empty");

    String plan = fixed();
    assertThat(Drawn.text(export(new EvidenceCommand.Subject.Plan(waiting), file)))
        .contains("0 records, 1 plan");
    assertThat(verdict(Files.readAllBytes(file), key())).isEqualTo(BundleReport.Verdict.HOLDS);
    Path applied = directory.resolve("applied.zip");
    assertThat(export(new EvidenceCommand.Subject.Plan(plan), applied).exit())
        .isEqualTo(ExitCode.FINE);
    assertThat(verdict(Files.readAllBytes(applied), key())).isEqualTo(BundleReport.Verdict.HOLDS);
  }

  @Test
  void nothingIsMadeUpAndNothingIsWrittenOver() throws Exception {
    bundle();
    assertThat(Drawn.text(export(new EvidenceCommand.Subject.Incident("I-7"), Path.of("x"))))
        .contains("no incidents yet");
    Answer again = export(order("ord_1"), directory.resolve("evidence.zip"));
    assertThat(again.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(export(order("nobody"), directory.resolve("n.zip")).exit())
        .isEqualTo(ExitCode.COULD_NOT);
    assertThat(export(new EvidenceCommand.Subject.Plan("P-0000"), Path.of("x")).exit())
        .isEqualTo(ExitCode.COULD_NOT);
  }

  @Test
  void aKeyTypedWrongIsNoAccusation() throws Exception {
    byte[] bundle = bundle();
    String typed = key().replaceFirst(".$", "");
    assertThat(SINGLE.exit(bundle, List.of(typed))).isEqualTo(3);
    assertThat(
            new EvidenceAnswers()
                .to(
                    new EvidenceCommand.Verify(directory.resolve("evidence.zip"), List.of(typed)),
                    world.at("desk"))
                .exit())
        .isEqualTo(ExitCode.COULD_NOT);
  }

  private String moneyPlan() throws Exception {
    world.contradicted("ord_2");
    return KeptPlans.named(Drawn.text(world.fix("ord_2", "two endings")));
  }

  private byte[] bundleOfMoney(Answer applied) throws Exception {
    assertThat(applied.exit()).as(Drawn.text(applied)).isEqualTo(ExitCode.FINE);
    Path file = directory.resolve("money.zip");
    Answer answer = export(order("ord_2"), file);
    assertThat(answer.exit()).as(Drawn.text(answer)).isEqualTo(ExitCode.FINE);
    return Files.readAllBytes(file);
  }

  private String trusted(byte[] bundle) throws IOException {
    return String.join("\n", BundleCheck.of(bundle, Keyring.parse(List.of(key()))).trusted());
  }

  private void withoutAWordItIsRefused(byte[] bundle, String decision) throws Exception {
    SortedMap<String, byte[]> files = SINGLE.unzipped(bundle);
    var without = new TreeMap<>(files);
    String word = name(files, "words/", ".txt", "decision: " + decision);
    without.remove(word);
    without.remove(word.replace(".txt", ".sig"));
    assertThat(verdict(resigned(without), key())).isEqualTo(BundleReport.Verdict.REFUSED);
  }

  @Test
  void whatTwoPeopleDidIsProvedByTheWordOfTheOther() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    String plan = moneyPlan();
    world.approve(plan, "lee");
    byte[] bundle = bundleOfMoney(world.ask(new PlanCommand.Apply(plan)));

    assertThat(verdict(bundle, key())).isEqualTo(BundleReport.Verdict.HOLDS);
    assertThat(trusted(bundle)).contains("footing PEOPLE, approved by lee");
    withoutAWordItIsRefused(bundle, "approve");
  }

  @Test
  void whatOnePersonDidInAnEmergencyIsProvedByTheirWordAndSaidSo() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    byte[] bundle =
        bundleOfMoney(world.ask(new PlanCommand.Apply(moneyPlan(), PlanCommand.Glass.BROKEN)));

    assertThat(verdict(bundle, key())).isEqualTo(BundleReport.Verdict.HOLDS);
    assertThat(trusted(bundle))
        .contains("footing BREAK_GLASS, the word of " + System.getProperty("user.name"));
    withoutAWordItIsRefused(bundle, "break_glass");
  }

  @Test
  void whatTheOnlyOperatorDidIsProvedByTheirWordAndSaidSo() throws Exception {
    world.configure(world.planner());
    String plan = world.made(moneyPlan(), Duration.ofMinutes(16));
    byte[] bundle = bundleOfMoney(world.ask(new PlanCommand.Apply(plan)));

    assertThat(verdict(bundle, key())).isEqualTo(BundleReport.Verdict.HOLDS);
    assertThat(trusted(bundle))
        .contains("footing SOLO, the word of " + System.getProperty("user.name"));
    withoutAWordItIsRefused(bundle, "propose");
  }

  @Test
  void whileOurOwnStoreIsDownWhatThereIsIsWrittenAndWhatIsMissingIsSaid() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    String plan = moneyPlan();
    world.approve(plan, "lee");
    byte[] whole = bundleOfMoney(world.ask(new PlanCommand.Apply(plan)));
    assertThat(verdict(whole, key())).isEqualTo(BundleReport.Verdict.HOLDS);
    world.inStore("ALTER SCHEMA metaops_ops RENAME TO away");

    Path file = directory.resolve("without.zip");
    Answer answer = export(order("ord_2"), file);

    assertThat(answer.exit()).as(Drawn.text(answer)).isEqualTo(ExitCode.WARNING);
    assertThat(Drawn.text(answer)).contains("missing: what people signed", "NOT ALL OF IT");
    assertThat(verdict(Files.readAllBytes(file), key())).isEqualTo(BundleReport.Verdict.REFUSED);
  }

  @Test
  void ofAnOrderWhoseRowIsGoneWhatThereIsIsWritten() throws Exception {
    fixed();
    world.inOrders("DELETE FROM public.orders WHERE id = 'ord_1'");

    Answer answer = export(order("ord_1"), directory.resolve("gone.zip"));

    assertThat(answer.exit()).as(Drawn.text(answer)).isEqualTo(ExitCode.WARNING);
    assertThat(Drawn.text(answer)).contains("its row is gone", "NOT ALL OF IT");
  }

  /** Nothing could not be gathered: somebody took the word away. */
  @Test
  void whereAWordIsMissingAndNobodyKnowsWhyNoBundleIsMade() throws Exception {
    world.configure(world.planner(), world.key("lee"));
    String plan = moneyPlan();
    world.approve(plan, "lee");
    bundleOfMoney(world.ask(new PlanCommand.Apply(plan)));
    world.inStore("ALTER TABLE metaops_ops.approval DISABLE TRIGGER ALL");
    world.inStore("DELETE FROM metaops_ops.approval");

    Answer answer = export(order("ord_2"), directory.resolve("without.zip"));

    assertThat(answer.exit()).as(Drawn.text(answer)).isEqualTo(ExitCode.CRITICAL);
    assertThat(directory.resolve("without.zip")).doesNotExist();
  }

  /** The owner of the database changed what was recorded: no bundle of it is handed on. */
  @Test
  void ofAChangedRecordNoBundleIsMade() throws Exception {
    bundle();
    world.venue.execute("ALTER TABLE metaops.record DISABLE TRIGGER ALL");
    world.venue.execute(
        "UPDATE metaops.record SET entry = replace(entry, 'hung', 'fine') WHERE kind = 'plan'");
    Answer answer = export(order("ord_1"), directory.resolve("changed.zip"));
    assertThat(answer.exit()).as(Drawn.text(answer)).isEqualTo(ExitCode.CRITICAL);
    assertThat(directory.resolve("changed.zip")).doesNotExist();
  }

  @Test
  void afterTheKeyWasChangedWhoKnowsTheFirstKeyCanStillCheck() throws Exception {
    fixed();
    export(order("ord_1"), directory.resolve("before.zip"));
    String first = key();
    new AuditAnswers().to(new AuditCommand.Key(AuditCommand.Key.Change.ROTATE), world.at("desk"));
    String second = key();
    assertThat(second).isNotEqualTo(first);
    Path file = directory.resolve("after.zip");
    export(order("ord_1"), file);
    byte[] bundle = Files.readAllBytes(file);
    assertThat(verdict(bundle, first)).isEqualTo(BundleReport.Verdict.HOLDS);
    assertThat(verdict(bundle, second)).isEqualTo(BundleReport.Verdict.HOLDS);
    assertThat(verdict(bundle, first, second)).isEqualTo(BundleReport.Verdict.HOLDS);
  }
}
