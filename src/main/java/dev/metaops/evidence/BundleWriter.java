package dev.metaops.evidence;

import dev.metaops.audit.SignedNote;
import dev.metaops.chain.Hash;
import dev.metaops.plan.Approval;
import dev.metaops.proof.ProofClaim;
import dev.metaops.proof.ProofFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lays a dossier out in files. Pure. */
public final class BundleWriter {
  private static final JsonMapper JSON = new JsonMapper();

  /** Digits of a digest that tell two plans of one name apart. */
  private static final int BRIEF = 8;

  private BundleWriter() {}

  /** Everything but the signature. */
  public static Bundle of(Dossier dossier) {
    var bundle = new Bundle(dossier.attestation().checkpoint().origin());
    log(bundle, dossier);
    dossier.records().forEach(record -> record(bundle, dossier, record));
    dossier.plans().forEach(plan -> plan(bundle, plan));
    int number = 0;
    for (ProofFile file : dossier.proofs()) {
      bundle.put(name(Names.PROOFS, ++number, ".json"), file.text());
    }
    bundle.put("headers-and-receipts.txt", receipts(dossier.proofs()));
    Timeline timeline = Timeline.of(dossier);
    bundle.put("timeline.txt", timeline.text());
    bundle.put("timeline.json", timeline.json());
    bundle.put("bundle.json", about(dossier));
    bundle.put(Names.README, readme(dossier));
    bundle.put(Names.VERIFIER, Bundle.verifier());
    return bundle;
  }

  private static String name(String folder, long number, String ending) {
    return folder + String.format(Locale.ROOT, "%09d", number) + ending;
  }

  private static void log(Bundle bundle, Dossier dossier) {
    bundle.put(Names.CHECKPOINT_KEYS, dossier.attestation().keys());
    bundle.put(Names.PEOPLE_KEYS, PeopleKeys.text(dossier.people()));
    int number = 0;
    for (SignedNote note : dossier.attestation().notes()) {
      bundle.put(name(Names.CHECKPOINTS, ++number, ".note"), note.encoded());
    }
  }

  private static void record(Bundle bundle, Dossier dossier, Dossier.Sealed record) {
    bundle.put(name(Names.RECORDS, record.seal(), ".json"), record.entry());
    bundle.put(
        name(Names.RECORDS, record.seal(), ".tlog-proof"),
        dossier.attestation().proofs().getOrDefault(record.seal(), ""));
    RecordText.read(record.entry())
        .ifPresent(text -> {
          for (String which : List.of("before", "after")) {
            text.image(which)
                .ifPresent(image ->
                    bundle.put(name("rows/", record.seal(), "-" + which + ".json"), image));
          }
        });
  }

  private static void plan(Bundle bundle, Dossier.PlanFound plan) {
    byte[] text = plan.text().getBytes(StandardCharsets.UTF_8);
    String stem = plan.id() + "-" + Hash.sha256(text).digits().substring(0, BRIEF);
    bundle.put(Names.PLANS + stem + ".json", text);
    int number = 0;
    for (Approval word : plan.words()) {
      String name = Names.WORDS + stem + "-" + ++number;
      bundle.put(name + ".txt", word.signedText());
      bundle.put(name + ".sig", word.signature() + "\n");
    }
  }

  private static String receipts(List<ProofFile> files) {
    var text = new StringBuilder("To read; the proofs themselves are in proofs/.\n");
    for (ProofFile file : files) {
      for (ProofClaim claim : file.claims()) {
        text.append('\n').append(Timeline.printable(file.order() + ": " + claim.event()));
        if (!(claim.check() instanceof ProofClaim.Outcome.Holds(var proved, var log))) {
          text.append(", not proved: block ").append(claim.block()).append('\n');
          continue;
        }
        text.append("\n  block          ").append(proved.number());
        text.append("\n  hash           ").append(proved.blockHash().text());
        text.append("\n  parent         ").append(proved.parentHash().text());
        text.append("\n  time           ").append(proved.time());
        text.append("\n  receipts root  ").append(proved.receiptsRoot().text());
        text.append("\n  transaction    ").append(claim.transaction().text());
        text.append(", number ").append(proved.transactionIndex()).append(" of the block");
        text.append("\n  log            ").append(claim.log());
        text.append(", number ").append(log.place()).append(" of the transaction");
        text.append("\n  contract       ").append(log.address().text());
        log.topics().forEach(topic -> text.append("\n  topic          ").append(topic.text()));
        text.append("\n  data           ").append(log.data()).append('\n');
      }
    }
    return text.toString();
  }

  private static String about(Dossier dossier) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("shape", "metaops-evidence/1")
            .put("subject", dossier.subject())
            .put("environment", dossier.environment())
            .put("log", dossier.attestation().checkpoint().origin())
            .put("as_of", dossier.attestation().checkpoint().at().toString())
            .put("records_in_log", dossier.attestation().checkpoint().size());
    ArrayNode records = json.putArray("records");
    dossier.records().forEach(record -> records.add(record.seal()));
    ArrayNode plans = json.putArray("plans");
    dossier.plans().forEach(plan -> plans.add(plan.id()));
    ArrayNode gaps = json.putArray("missing");
    dossier.gaps().forEach(gap -> gaps.add(Timeline.printable(gap)));
    return json.toPrettyString() + "\n";
  }

  private static String readme(Dossier dossier) {
    var text = new StringBuilder();
    text.append(
        """
        EVIDENCE: %s
        %s
        As of the checkpoint of %s over %d records.

        Read timeline.txt first. In brackets behind each line stands what vouches for it.

        To check this bundle you need a JDK and the public key of checkpoints, which somebody you
        trust tells you (metaops audit key prints it):

          java VerifyEvidence.java BUNDLE.zip KEY

        The copy of VerifyEvidence.java in here proves nothing by itself: who makes up a bundle can
        make up its verifier. Take it from metaops' sources. metaops evidence verify does the same.

        checkpoints/, keys/  what the log was at that time, signed; the public keys
        records/             what was written down, exactly, each with its proof that the log holds it
        plans/, words/       the exact texts of plans, and what people signed about them
        proofs/              for each event: the block's header and the receipt, up to the block's hash
        MANIFEST             size and SHA-256 of each file; its signature is in MANIFEST.note
        timeline.*, rows/, headers-and-receipts.txt, bundle.json
                             the same, to read. Only the signature of the manifest vouches for these.

        Compare the hashes of blocks with a block explorer: no file can say which chain is the chain.
        """
            .formatted(
                Timeline.printable(dossier.subject()),
                Timeline.printable(dossier.environment()),
                dossier.attestation().checkpoint().at(),
                dossier.attestation().checkpoint().size()));
    dossier
        .gaps()
        .forEach(gap -> text.append("\nMISSING: ").append(Timeline.printable(gap)).append('\n'));
    return text.toString();
  }
}
