package dev.metaops.evidence;

import dev.metaops.audit.Attestation;
import dev.metaops.audit.Checkpoint;
import dev.metaops.audit.SignedNote;
import dev.metaops.audit.VerifierKey;
import dev.metaops.chain.Hash;
import dev.metaops.evidence.BundleReport.Finding;
import dev.metaops.evidence.BundleReport.Kind;
import dev.metaops.evidence.BundleReport.Lack;
import dev.metaops.proof.ProofClaim;
import dev.metaops.proof.ProofFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/** Checks a bundle from its bytes and some keys alone. Pure. Not thread-safe. */
public final class BundleCheck {
  private final SortedMap<String, byte[]> files;
  private final Keyring keyring;
  private final List<String> checked = new ArrayList<>();
  private final List<String> trusted = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  /** What records say of events, which the events do not say themselves. */
  private final Set<String> meanings = new LinkedHashSet<>();

  private BundleCheck(SortedMap<String, byte[]> files, Keyring keyring) {
    this.files = files;
    this.keyring = keyring;
  }

  /** It is not what it should be, and nothing beyond can be checked. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken(String why) {
      super(why);
    }
  }

  /** Never throws, whatever the bytes. */
  public static BundleReport of(byte[] bundle, Keyring keyring) {
    return switch (Container.read(bundle)) {
      case Container.Reading.Unreadable(String why) ->
          new BundleReport(
              BundleReport.Verdict.UNREADABLE,
              List.of(),
              List.of(),
              List.of(new Finding(Kind.INCOMPLETE, why)));
      case Container.Reading.Altered(String why) ->
          BundleReport.of(List.of(), List.of(), List.of(new Finding(Kind.TAMPERED, why)));
      case Container.Reading.Read(SortedMap<String, byte[]> files) ->
          new BundleCheck(files, keyring).report();
    };
  }

  private BundleReport report() {
    try {
      all();
    } catch (Broken broken) {
      found(Kind.TAMPERED, String.valueOf(broken.getMessage()));
    }
    return BundleReport.of(checked, trusted, findings);
  }

  private void all() throws Broken {
    SignedNote manifest = note(Names.MANIFEST_NOTE);
    List<String> lines = manifest.text().lines().toList();
    if (lines.size() != 3
        || !lines.getFirst().equals(Names.HEADING)
        || !lines.get(1).startsWith("log ")) {
      throw new Broken("it is not a bundle of a version known here");
    }
    if (!lines.get(2).equals("manifest " + Hash.sha256(bytes(Names.MANIFEST)).digits())) {
      throw new Broken("the manifest is not the one that was signed");
    }
    manifest();
    if (!findings.isEmpty()) {
      return;
    }
    Checkpoint newest = checkpoints(manifest, lines.get(1).substring("log ".length()));
    Map<String, PlanText> plans = plans();
    Map<String, List<Word>> words = words(plans);
    records(newest, new Behind(plans, words, claims()));
  }

  /** What records rest on. */
  private record Behind(
      Map<String, PlanText> plans, Map<String, List<Word>> words, Map<String, String> claims) {}

  private void manifest() throws Broken {
    Set<String> listed = new TreeSet<>(text(Names.MANIFEST).lines().toList());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (!Names.isOfManifest(file.getKey())
          && !listed.contains(Bundle.line(file.getKey(), file.getValue()))) {
        found(Kind.TAMPERED, file.getKey() + " is not what the manifest says it is, or not in it");
      }
    }
    for (String line : listed) {
      String name = line.substring(line.lastIndexOf(' ') + 1);
      if (!files.containsKey(name)) {
        found(Kind.INCOMPLETE, name + " is in the manifest and missing");
      }
    }
    if (findings.isEmpty() && !Bundle.manifest(files).equals(text(Names.MANIFEST))) {
      found(Kind.TAMPERED, "the manifest is not written as manifests are");
    }
    checked.add(
        files.size()
            - 2
            + " files have the sizes and SHA-256 of the manifest, and there is no other byte");
  }

  // ------------------------------------------------------------------------------- the log's keys

  private Checkpoint checkpoints(SignedNote manifest, String origin) throws Broken {
    Set<VerifierKey> chained = new LinkedHashSet<>();
    for (String line : text(Names.CHECKPOINT_KEYS).lines().toList()) {
      try {
        chained.add(VerifierKey.parse(line));
      } catch (IllegalArgumentException notAKey) {
        throw new Broken(Names.CHECKPOINT_KEYS + ": not " + notAKey.getMessage());
      }
    }
    Set<VerifierKey> believed = new LinkedHashSet<>();
    keyring.checkpoints().stream().filter(key -> key.name().equals(origin)).forEach(believed::add);
    Optional<Checkpoint> newest = Optional.empty();
    boolean isBelieved = false;
    for (String name : under(Names.CHECKPOINTS)) {
      SignedNote note = note(name);
      Checkpoint checkpoint =
          Checkpoint.parse(note.text()).orElseThrow(() -> new Broken(name + ": no checkpoint"));
      if (!checkpoint.origin().equals(origin)) {
        throw new Broken(name + " is of another log");
      }
      VerifierKey by =
          signer(note, chained)
              .orElseThrow(() -> new Broken(name + " is not signed by a key of the bundle"));
      isBelieved = signer(note, believed).isPresent();
      if (checkpoint.nextKey().isPresent()) {
        Set<VerifierKey> next = Set.of(checkpoint.nextKey().get());
        if (signer(note, next).isEmpty()) {
          throw new Broken(name + ": the next key did not sign it");
        }
        chained.remove(by);
        believed = isBelieved ? new LinkedHashSet<>(next) : believed;
      }
      newest = Optional.of(checkpoint);
    }
    VerifierKey by =
        signer(manifest, chained)
            .orElseThrow(() -> new Broken("the manifest is not signed by the log's key"));
    isBelieved &= signer(manifest, believed).isPresent();
    return vouched(
        newest.orElseThrow(() -> new Broken("there is no checkpoint in it")), by, isBelieved);
  }

  private Checkpoint vouched(Checkpoint newest, VerifierKey by, boolean isBelieved) {
    if (!isBelieved) {
      found(
          Kind.UNVERIFIABLE,
          "it is signed by "
              + by.text()
              + ", which nobody vouched for: compare it with what metaops audit key prints, and"
              + " give it with --key");
    }
    checked.add(
        "the manifest and the checkpoint of "
            + newest.at()
            + " over "
            + newest.size()
            + (newest.size() == 1 ? " record" : " records")
            + " are signed by "
            + by.brief());
    trusted.add(
        (isBelieved ? "" : "NOT YET: ")
            + "the key of checkpoints "
            + by.text()
            + " (whoever has it can make a bundle that says anything)");
    return newest;
  }

  private static Optional<VerifierKey> signer(SignedNote note, Set<VerifierKey> keys)
      throws Broken {
    return switch (note.check(keys)) {
      case SignedNote.Check.Signed(List<VerifierKey> by) -> Optional.of(by.getFirst());
      case SignedNote.Check.Unknown() -> Optional.empty();
      case SignedNote.Check.Forged(VerifierKey key) ->
          throw new Broken("a note bears the name of " + key.brief() + ", which did not sign it");
    };
  }

  // --------------------------------------------------------------------------- plans and people

  private Map<String, PlanText> plans() throws Broken {
    var plans = new HashMap<String, PlanText>();
    for (String name : under(Names.PLANS)) {
      plans.put(
          Hash.sha256(bytes(name)).digits(),
          PlanText.read(text(name)).orElseThrow(() -> new Broken(name + " is no plan")));
    }
    return plans;
  }

  /** What people signed about a plan while their keys counted, by its digest. */
  private Map<String, List<Word>> words(Map<String, PlanText> plans) throws Broken {
    Map<String, PeopleKeys.Line> keys = PeopleKeys.read(text(Names.PEOPLE_KEYS));
    var words = new HashMap<String, List<Word>>();
    var shown = new HashSet<String>();
    int count = 0;
    for (String name : under(Names.WORDS)) {
      if (name.endsWith(".sig")) {
        bytes(name.replace(".sig", ".txt"));
        continue;
      }
      Word word = Word.read(text(name), text(name.replace(".txt", ".sig")).strip());
      if (!plans.containsKey(word.digest())) {
        found(Kind.TAMPERED, name + " is signed over a plan that is not in the bundle");
        continue;
      }
      Optional<PeopleKeys.Line> key =
          Optional.ofNullable(keys.get(word.person() + " " + word.key()));
      if (key.isEmpty()) {
        found(Kind.UNVERIFIABLE, name + ": the key of " + word.person() + " is not known any more");
        continue;
      }
      if (!word.isSignedBy(key.get())) {
        found(Kind.TAMPERED, name + " is not signed by " + word.person());
        continue;
      }
      count++;
      if (key.get().holdsAt(word.at())) {
        words.computeIfAbsent(word.digest(), _ -> new ArrayList<>()).add(word);
      }
      if (keyring.doubts(word.person(), key.get().publicKey())) {
        found(
            Kind.UNVERIFIABLE,
            name + ": nobody vouched for the key " + word.key() + " of " + word.person());
      }
      if (shown.add(word.person() + " " + word.key())) {
        trusted.add(
            "the key "
                + word.key()
                + " of "
                + word.person()
                + (keyring.people().isEmpty() ? ", for which the signed manifest vouches" : ""));
      }
    }
    checked.add(
        count == 0
            ? "no person signed a plan in it"
            : count == 1
                ? "1 signature of a person is its key's over the exact text of a plan"
                : count + " signatures of people are their keys' over the exact text of a plan");
    return words;
  }

  // -------------------------------------------------------------------------------- chain evidence

  /** Contracts of the logs that are spoken of, by block hash and log index. */
  private Map<String, String> claims() throws Broken {
    var claims = new HashMap<String, String>();
    var blocks = new LinkedHashSet<String>();
    int proved = 0;
    for (String name : under(Names.PROOFS)) {
      ProofFile file =
          switch (ProofFile.read(text(name))) {
            case ProofFile.Reading.Read(ProofFile read) -> read;
            case ProofFile.Reading.Unreadable(String why) -> throw new Broken(name + ": " + why);
          };
      for (ProofClaim claim : file.claims()) {
        claims.put(
            hex(claim.block().hash()) + ":" + claim.log(),
            claim.contract().text().substring("0x".length()));
        String where = "log " + claim.log() + " of block " + claim.block().number();
        switch (claim.check()) {
          case ProofClaim.Outcome.Holds _ -> {
            proved++;
            blocks.add(
                "block "
                    + claim.block().number()
                    + " is "
                    + claim.block().hash().text()
                    + " on chain "
                    + file.chainId()
                    + ": compare it with a block explorer");
          }
          case ProofClaim.Outcome.Refuted(String why) ->
              found(Kind.TAMPERED, name + ", " + where + ": " + why);
          case ProofClaim.Outcome.Unproved() ->
              found(Kind.UNVERIFIABLE, where + ": a node said so, and no more");
        }
      }
    }
    checked.add(
        proved
            + (proved == 1 ? " event is in a receipt" : " events are in receipts")
            + " under the receipts root of a header whose keccak-256 is the hash of its block");
    trusted.addAll(blocks);
    return claims;
  }

  private static String hex(Hash hash) {
    return hash.text().substring("0x".length());
  }

  // --------------------------------------------------------------------------------------- records

  private void records(Checkpoint newest, Behind behind) throws Broken {
    String note = text(under(Names.CHECKPOINTS).getLast());
    int count = 0;
    for (String name : under(Names.RECORDS)) {
      if (name.endsWith(".tlog-proof")) {
        bytes(name.replace(".tlog-proof", ".json"));
        continue;
      }
      count++;
      Attestation.Path path =
          Attestation.Path.parse(text(name.replace(".json", ".tlog-proof")), note)
              .orElseThrow(() -> new Broken(name + " has no proof under that checkpoint"));
      if (!path.holds(bytes(name), newest)) {
        found(Kind.TAMPERED, name + " is not in the log at that place");
      }
      RecordText record =
          RecordText.read(text(name)).orElseThrow(() -> new Broken(name + " is no record"));
      if (record.kind().equals("plan")) {
        planned(name, record, behind);
      }
    }
    trusted.addAll(meanings);
    checked.add(
        count + (count == 1 ? " record is" : " records are") + " in the log under that checkpoint");
  }

  /** A plan's text, the order's part in it, who stands behind it, and what it rests on. */
  private void planned(String name, RecordText record, Behind behind) {
    Optional<PlanText> plan = Optional.ofNullable(behind.plans().get(record.digest()));
    if (plan.isEmpty()) {
      found(Kind.INCOMPLETE, name + ": the text of its plan is missing");
      return;
    }
    if (plan.get().others() > 0) {
      Backing backing =
          Backing.of(record, plan.get(), behind.words().getOrDefault(record.digest(), List.of()));
      if (backing.people().size() < plan.get().others()) {
        lacking(new Lack.Words(), name + ": " + backing.lacking());
      } else {
        trusted.add(name + ": " + backing.trusted());
      }
    }
    if (!plan.get().moves(record.order(), record.stateBefore(), record.stateAfter())) {
      found(Kind.TAMPERED, name + ": it says another thing than its plan");
    }
    for (RecordText.Event event : record.evidence()) {
      Optional<String> contract =
          Optional.ofNullable(behind.claims().get(event.blockHash() + ":" + event.log()));
      if (contract.isEmpty()) {
        lacking(
            new Lack.Proofs(record.order()),
            name
                + ": there is no proof of log "
                + event.log()
                + " of block "
                + event.blockNumber());
      } else if (!contract.get().equals(event.contract())) {
        found(Kind.TAMPERED, name + ": what is proved is of another contract");
      } else {
        meanings.add(
            "log "
                + event.log()
                + " of block "
                + event.blockNumber()
                + " is the "
                + event.kind()
                + " of order "
                + record.order()
                + ": compare its topics in the receipts");
      }
    }
  }

  // --------------------------------------------------------------------------------- small things

  private void found(Kind kind, String sentence) {
    findings.add(new Finding(kind, sentence));
  }

  private void lacking(Lack lack, String sentence) {
    findings.add(new Finding(Kind.INCOMPLETE, sentence, lack));
  }

  private List<String> under(String folder) {
    return files.keySet().stream().filter(name -> name.startsWith(folder)).toList();
  }

  private SignedNote note(String name) throws Broken {
    return SignedNote.parse(text(name)).orElseThrow(() -> new Broken(name + ": no signed note"));
  }

  private String text(String name) throws Broken {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  private byte[] bytes(String name) throws Broken {
    return Optional.ofNullable(files.get(name)).orElseThrow(() -> new Broken(name + " is missing"));
  }
}
