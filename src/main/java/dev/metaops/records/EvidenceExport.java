package dev.metaops.records;

import dev.metaops.audit.Attestation;
import dev.metaops.audit.AuditDirectory;
import dev.metaops.audit.Checkpointer;
import dev.metaops.audit.Discrepancy;
import dev.metaops.audit.RecordStore;
import dev.metaops.audit.SignedNote;
import dev.metaops.chain.Hash;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.EvidenceCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderName;
import dev.metaops.command.Shared;
import dev.metaops.config.EscrowSection;
import dev.metaops.events.FetchedProofs;
import dev.metaops.evidence.Bundle;
import dev.metaops.evidence.BundleCheck;
import dev.metaops.evidence.BundleReport;
import dev.metaops.evidence.BundleWriter;
import dev.metaops.evidence.Dossier;
import dev.metaops.evidence.EvidenceStore;
import dev.metaops.evidence.Keyring;
import dev.metaops.intervention.Intervention;
import dev.metaops.intervention.PlanAnswers;
import dev.metaops.intervention.PlanShelf;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.ProvedEvent;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.OrdersStore;
import dev.metaops.orders.VitalsStore;
import dev.metaops.page.Page;
import dev.metaops.page.Sentence;
import dev.metaops.plan.Approval;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.plan.People;
import dev.metaops.proof.ProofFile;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code evidence export}: gathers, signs, checks what it made, and only then writes it. */
final class EvidenceExport {
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);
  private static final int MOST_TRIES = 30;

  private final EvidenceCommand.Export command;
  private final Conversation conversation;
  private final Deadline deadline;
  private final Map<BundleReport.Lack, String> gaps = new LinkedHashMap<>();

  EvidenceExport(EvidenceCommand.Export command, Conversation conversation) {
    this.command = command;
    this.conversation = conversation;
    this.deadline = Reach.deadline(conversation);
  }

  /** It cannot be made; what to say instead. */
  private static final class Not extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Answer answer;

    Not(Answer answer) {
      super("no bundle");
      this.answer = answer;
    }

    static Not because(String sentence) {
      return new Not(Answer.couldNot("evidence", "export", sentence));
    }
  }

  /** What a bundle is to be of. */
  private record Chosen(
      String subject,
      String name,
      Set<String> orders,
      Map<Long, Dossier.Sealed> records,
      Map<Hash, Dossier.PlanFound> plans) {}

  Answer answer() throws SQLException, IOException {
    Optional<Database> database =
        Reach.orders(conversation.settings(), "metaops evidence export", conversation.ticker());
    if (database.isEmpty()) {
      return Answer.couldNot("evidence", "export", DatabaseWords.NO_SQL);
    }
    try (Connection connection = database.get().connect(deadline)) {
      if (!new VitalsStore(connection).hasLedger()) {
        throw Not.because(
            "metaops keeps no record in this database: it only observes it, so there is nothing to"
                + " prove");
      }
      return made(connection);
    } catch (Not not) {
      return not.answer;
    }
  }

  private Answer made(Connection connection) throws SQLException, IOException, Not {
    var records = new RecordStore(connection);
    Intervention.seal(conversation, connection);
    Chosen chosen = chosen(connection);
    AuditDirectory kept =
        AuditDirectory.of(conversation.settings().environment().dataDirectory(), records.logId());
    Attestation attestation = attested(records, kept, chosen.records().keySet());
    var store = new EvidenceStore(connection);
    Dossier dossier =
        new Dossier(
            chosen.subject(),
            Page.printable(conversation.settings().environment().name()) + ", escrow " + escrow(),
            attestation,
            List.copyOf(chosen.records().values()),
            List.copyOf(chosen.plans().values()),
            store.changes(chosen.orders()),
            signers(chosen.plans().values()),
            proofs(connection, chosen.orders()),
            List.copyOf(gaps.values()));
    Bundle bundle = BundleWriter.of(dossier);
    if (bundle.isTooLarge()) {
      throw Not.because(
          "it would be larger than a bundle may be: export its plans or orders one by one");
    }
    Path to = command.to().orElse(Path.of("evidence-" + chosen.name() + ".zip"));
    if (conversation.shared().purpose() == Shared.Purpose.DRY_RUN) {
      return Answer.of(
          ExitCode.FINE, new Sentence("evidence", "export", "nothing was written to " + to));
    }
    byte[] file = bundle.signed(signed(kept, bundle.toSign()));
    BundleReport report = BundleCheck.of(file, new Keyring(kept.keys(), List.of()));
    if (!report.isWholeBut(gaps.keySet())) {
      return new Answer(
          ExitCode.CRITICAL,
          new VerifiedBundle(to, report),
          List.of("nothing was written: what is stored does not hold (metaops audit verify)"));
    }
    return written(to, file, dossier, report);
  }

  private String escrow() {
    EscrowSection escrow = conversation.settings().escrow();
    return escrow.address().or(escrow::factory).orElse("one per order");
  }

  private Answer written(Path to, byte[] file, Dossier dossier, BundleReport report)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            to,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(file);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (FileAlreadyExistsException there) {
      return Answer.refused(
          "evidence", "export", to + " is there already (give another name with --to)");
    }
    boolean isWhole = gaps.isEmpty() && report.verdict() == BundleReport.Verdict.HOLDS;
    return Answer.of(
        isWhole ? ExitCode.FINE : ExitCode.WARNING,
        new ExportedBundle(to, file.length, dossier, report));
  }

  // ---------------------------------------------------------------------------------------- the
  // log

  private Attestation attested(RecordStore records, AuditDirectory kept, Collection<Long> seals)
      throws SQLException, IOException, Not {
    var checkpointer =
        new Checkpointer(
            conversation.settings().environment().dataDirectory(), conversation.ticker());
    String why = "";
    for (int tries = 0; tries < MOST_TRIES && !deadline.hasPassed(); tries++) {
      if (checkpointer.now(records) instanceof Checkpointer.Outcome.Refused(Discrepancy broken)) {
        throw new Not(
            Answer.of(
                ExitCode.CRITICAL,
                new Sentence(
                    "evidence",
                    "export",
                    "THE RECORD IS NOT WHAT ITS LAST CHECKPOINT SAYS: "
                        + broken.sentence()
                        + " (metaops audit verify)")));
      }
      switch (Attestation.of(records, kept, seals)) {
        case Attestation.Outcome.Made(Attestation attestation) -> {
          return attestation;
        }
        case Attestation.Outcome.Damaged(String damage) ->
            throw new Not(Answer.of(ExitCode.CRITICAL, new Sentence("evidence", "export", damage)));
        case Attestation.Outcome.NotCovered(String later) -> why = later;
        case Attestation.Outcome.Empty() ->
            throw Not.because("the record is empty, so there is nothing yet that could be proved");
      }
      rest();
    }
    throw Not.because(why + ": try again in a minute, or on the machine of metaops serve");
  }

  private SignedNote signed(AuditDirectory kept, String text) throws IOException, Not {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Optional<SignedNote> note = Attestation.sign(kept, text);
      if (note.isPresent()) {
        return note.get();
      }
      rest();
    }
    throw Not.because("another process keeps checkpoints all the time: try again");
  }

  private void rest() throws Not {
    try {
      conversation.ticker().rest(BETWEEN_TRIES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Not.because("interrupted");
    }
  }

  // ------------------------------------------------------------------------------------ the
  // subject

  private Chosen chosen(Connection connection) throws SQLException, Not {
    var store = new EvidenceStore(connection);
    return switch (command.subject()) {
      case EvidenceCommand.Subject.Order(OrderName name) -> ofOrder(connection, store, name);
      case EvidenceCommand.Subject.Plan(String id) -> ofPlan(store, id);
      case EvidenceCommand.Subject.Incident(String id) -> ofIncident(store, id);
    };
  }

  private Chosen ofOrder(Connection connection, EvidenceStore store, OrderName name)
      throws SQLException, Not {
    String id =
        switch (new OrdersStore(connection).find(name.text())) {
          case Match.One(OrderRow row) -> row.id();
          // What was deleted is still in the record, under its full id.
          case Match.None() -> name.text();
          case Match.Several(var ids) ->
              throw Not.because(
                  name.text()
                      + " begins several orders: "
                      + String.join(", ", ids)
                      + " (give more of it)");
        };
    List<Dossier.Sealed> records = store.recordsOfOrder(id);
    if (records.isEmpty() && new OrdersStore(connection).byId(id).isEmpty()) {
      throw Not.because(name.notFound());
    }
    Set<String> orders = new TreeSet<>(Set.of(id));
    return new Chosen(
        "order " + id,
        id.replaceAll("[^A-Za-z0-9._-]", "-"),
        orders,
        bySeal(records),
        plans(store.appliedTo(orders), Optional.empty()));
  }

  private Chosen ofPlan(EvidenceStore store, String id) throws SQLException, Not {
    Map<Hash, Dossier.PlanFound> plans = plans(store.appliedAs(id), Optional.of(id));
    if (plans.isEmpty()) {
      throw Not.because("no plan " + id + " was applied or is kept (metaops plan list)");
    }
    var orders = new TreeSet<String>();
    var records = new ArrayList<Dossier.Sealed>();
    for (Map.Entry<Hash, Dossier.PlanFound> plan : plans.entrySet()) {
      FrozenPlan.read(plan.getValue().text())
          .ifPresent(text -> text.moves().forEach(move -> orders.add(move.orderId())));
      records.addAll(store.recordsOfPlan(plan.getKey().text().substring("0x".length())));
    }
    return new Chosen("plan " + id, id, orders, bySeal(records), plans);
  }

  private Chosen ofIncident(EvidenceStore store, String id) throws SQLException, Not {
    List<Dossier.Sealed> records = store.recordsOfIncident(id);
    if (records.isEmpty()) {
      throw Not.because(
          "no incidents yet: nothing in the record names " + id + " (export an order or a plan)");
    }
    var orders = new TreeSet<String>();
    records.forEach(record -> EvidenceStore.order(record).ifPresent(orders::add));
    return new Chosen(
        "incident " + id,
        id,
        orders,
        bySeal(records),
        plans(store.appliedTo(orders), Optional.empty()));
  }

  private static Map<Long, Dossier.Sealed> bySeal(List<Dossier.Sealed> records) throws Not {
    if (records.size() > EvidenceStore.MOST) {
      throw Not.because(
          "more than "
              + EvidenceStore.MOST
              + " records (metaops audit export writes all of the log)");
    }
    var sorted = new TreeMap<Long, Dossier.Sealed>();
    records.forEach(record -> sorted.put(record.seal(), record));
    return sorted;
  }

  // ------------------------------------------------------------------------------ plans and people

  /** Plans that took effect, and what our own store has of them. */
  private Map<Hash, Dossier.PlanFound> plans(
      List<EvidenceStore.Applied> applied, Optional<String> kept) throws SQLException {
    Map<Hash, Dossier.PlanFound> plans = new LinkedHashMap<>();
    for (EvidenceStore.Applied one : applied) {
      FrozenPlan.read(one.text())
          .ifPresent(text ->
              plans.put(
                  text.digest(),
                  new Dossier.PlanFound(one.planId(), one.text(), List.of(), List.of())));
    }
    Set<String> names = new TreeSet<>();
    kept.ifPresent(names::add);
    applied.forEach(one -> names.add(one.planId()));
    if (names.isEmpty()) {
      return plans;
    }
    try (PlanShelf shelf = PlanShelf.open(conversation, deadline)) {
      for (String name : names) {
        if (shelf.plans().find(name) instanceof KeptPlanStore.Found.One(KeptPlan found)
            && (kept.isPresent() || plans.containsKey(found.plan().digest()))) {
          plans.put(
              found.plan().digest(),
              new Dossier.PlanFound(
                  name,
                  found.plan().text(),
                  shelf.plans().approvals(name),
                  shelf.plans().turns(name)));
        }
      }
    } catch (SQLException down) {
      gaps.put(
          new BundleReport.Lack.Words(),
          "what people signed and the steps of plans, which our own store keeps: "
              + PlanAnswers.words(down));
    }
    return plans;
  }

  private List<People.PersonKey> signers(Collection<Dossier.PlanFound> plans) {
    Set<String> used = new TreeSet<>();
    plans.forEach(plan -> plan.words().stream().map(Approval::key).forEach(used::add));
    return PlanShelf.people(conversation.settings()).keys().stream()
        .filter(key -> used.contains(key.key().id()))
        .toList();
  }

  // --------------------------------------------------------------------------------------- the
  // chain

  private List<ProofFile> proofs(Connection connection, Set<String> orders) throws SQLException {
    var fetched = new FetchedProofs(conversation, deadline);
    var files = new ArrayList<ProofFile>();
    var completeness = new LedgerStore(connection).completeness();
    for (String id : orders) {
      Optional<Hash> key = new OrdersStore(connection).byId(id).flatMap(row -> row.terms().key());
      List<ProvedEvent> events = key.isEmpty() ? List.of() : completeness.proofs(key.get());
      if (events.isEmpty()) {
        gaps.put(
            new BundleReport.Lack.Proofs(id),
            "events of order "
                + id
                + (key.isEmpty()
                    ? ": its row is gone, or has no escrow key"
                    : ": the ledger has none"));
        continue;
      }
      files.add(
          new ProofFile(
              events.getFirst().chainId(),
              Page.printable(id),
              events.stream().map(fetched::claim).toList()));
    }
    return files;
  }
}
