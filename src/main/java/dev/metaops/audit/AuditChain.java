package dev.metaops.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Checks the record of interventions, piece by piece as it is read, and goes on after damage. Pure:
 * knows no database and no clock. Needs memory for {@link #MOST_NAMED} discrepancies, however long
 * the chain is. Not thread-safe.
 *
 * <p>First every {@link #link} in ascending order of seq, then {@link #head}, then the rest in any
 * order.
 */
public final class AuditChain {
  /** So many discrepancies are named; the others are counted. */
  public static final int MOST_NAMED = 1_000;

  /** The sealer links within a second; longer than this it does not work. DESIGN §3. */
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private static final Bytes NAME = Bytes.utf8("metaops-audit-v1");
  private static final Bytes NEW_LINE = Bytes.utf8("\n");
  private static final Bytes LEAF = Bytes.of(new byte[] {0});

  /** The value before the first seal. */
  public static final Bytes START = Bytes.sha256(NAME);

  /** How many values are tried for one altered one, while several in a row are altered. */
  private static final int MOST_CANDIDATES = 4;

  private final List<Discrepancy> first = new ArrayList<>();
  private final Map<Damage, Long> counts = new EnumMap<>(Damage.class);
  private long sealed;
  private long waiting;
  private long plans;
  private long lastSeq;
  private OptionalLong lastRecord = OptionalLong.empty();
  private Optional<Head> head = Optional.empty();

  /**
   * What the value before the next seal may be: as stored, and where that was altered also as it
   * should have been, so that one altered value is one discrepancy. Empty: not known.
   */
  private Set<Bytes> before = new LinkedHashSet<>(List.of(START));

  private final AgainstCheckpoints against;
  private final Checkpoints checkpoints;

  /** Whether checkpoints were looked for. */
  private enum Checkpoints {
    NOT_LOOKED_FOR,
    WANTED
  }

  /** Looks at what is inside the database alone. */
  public AuditChain() {
    this(List.of(), Checkpoints.NOT_LOOKED_FOR);
  }

  /** Holds the records against these too. */
  public AuditChain(CheckpointHistory history) {
    this(history.trusted(), Checkpoints.WANTED);
    history.found().forEach(this::add);
  }

  private AuditChain(List<Checkpoint> kept, Checkpoints checkpoints) {
    this.against = new AgainstCheckpoints(kept, this::add);
    this.checkpoints = checkpoints;
  }

  /** RFC 6962: a leaf is hashed with a zero byte before it, so that it can be no inner node. */
  public static Bytes leaf(Bytes entry) {
    return Bytes.sha256(LEAF, entry);
  }

  /** The value of the seal of this leaf after the seal with {@code previous}. */
  public static Bytes next(Bytes previous, Bytes leaf) {
    return Bytes.sha256(NAME, NEW_LINE, previous, leaf);
  }

  /** The next seal, in ascending order of seq. */
  public void link(Link link) {
    sealed++;
    if (link.seq() <= lastSeq) {
      found(
          Damage.FORK,
          link,
          link.seq() < 1
              ? "seals are numbered from 1"
              : "seq " + link.seq() + " is there more than once");
      link.record().ifPresent(record -> contents(OptionalLong.of(link.seq()), record));
      return;
    }
    if (link.seq() > lastSeq + 1) {
      found(Damage.GAP, link, gap(link));
      before = Set.of();
    }
    if (link.record().isEmpty()) {
      found(
          Damage.MISSING_RECORD,
          link,
          "record " + link.recordId() + " was sealed and is not there any more");
      before = Set.of(link.chain());
      against.missing(link.seq());
    } else {
      follow(link, link.record().get());
    }
    lastSeq = link.seq();
    lastRecord = OptionalLong.of(link.recordId());
  }

  private String gap(Link link) {
    long from = lastSeq + 1;
    long to = link.seq() - 1;
    String missing = from == to ? "seal " + from + " is" : "seals " + from + " to " + to + " are";
    return missing
        + " missing"
        + (lastRecord.isPresent() ? " after record " + lastRecord.getAsLong() : "");
  }

  private void follow(Link link, StoredRecord record) {
    Bytes computed = leaf(record.entry());
    against.sealed(
        link.seq(), OptionalLong.of(link.recordId()), computed, record.leaf(), record.at());
    if (isPlain(link, record, computed)) {
      columns(OptionalLong.of(link.seq()), record);
      before = Set.of(link.chain());
      return;
    }
    Set<Bytes> byEntry = followers(computed);
    Set<Bytes> byLeaf = record.leaf().equals(computed) ? byEntry : followers(record.leaf());
    if (byEntry.contains(link.chain()) && !record.leaf().equals(computed)) {
      found(
          Damage.CONTENT,
          link,
          "its leaf was changed, its entry is the one that was sealed: leaf "
              + record.leaf().brief()
              + " (expected: "
              + computed.brief()
              + ")");
    } else {
      content(OptionalLong.of(link.seq()), record, computed);
    }
    columns(OptionalLong.of(link.seq()), record);
    boolean follows =
        before.isEmpty() || byEntry.contains(link.chain()) || byLeaf.contains(link.chain());
    if (follows) {
      before = Set.of(link.chain());
      return;
    }
    found(
        Damage.LINK,
        link,
        "its seal does not follow from the one before: chain "
            + link.chain().brief()
            + " (expected: "
            + byLeaf.iterator().next().brief()
            + ")");
    var candidates = new LinkedHashSet<Bytes>();
    candidates.add(link.chain());
    candidates.addAll(byLeaf);
    candidates.addAll(byEntry);
    before = firstOf(candidates);
  }

  /** Nearly always: its text is what was sealed, after the seal before. */
  private boolean isPlain(Link link, StoredRecord record, Bytes computed) {
    return before.size() == 1
        && record.leaf().equals(computed)
        && next(before.iterator().next(), computed).equals(link.chain());
  }

  private Set<Bytes> followers(Bytes leaf) {
    var followers = new LinkedHashSet<Bytes>();
    before.forEach(previous -> followers.add(next(previous, leaf)));
    return followers;
  }

  private static Set<Bytes> firstOf(Set<Bytes> candidates) {
    var kept = new LinkedHashSet<Bytes>();
    candidates.stream().limit(MOST_CANDIDATES).forEach(kept::add);
    return kept;
  }

  /** Where the sealer says it stopped; after the last link. */
  public void head(Optional<Head> found) {
    head = found;
    against.end(lastSeq, lastRecord);
    if (checkpoints == Checkpoints.WANTED && sealed > 0 && against.isWithoutAny()) {
      add(
          new Discrepancy(
              Damage.NO_CHECKPOINT,
              OptionalLong.empty(),
              OptionalLong.empty(),
              "no checkpoint that may be believed is kept here: a complete rewrite would not be"
                  + " seen (metaops serve keeps them)"));
    }
    if (found.isEmpty()) {
      tail("metaops.seal_head has no row (expected: seq " + lastSeq + ")");
      return;
    }
    Head claimed = found.get();
    if (claimed.seq() > lastSeq) {
      tail(
          "the head is at seq "
              + claimed.seq()
              + " and the last seal is "
              + lastSeq
              + ": what came after was cut off");
    } else if (claimed.seq() < lastSeq) {
      tail(
          "the head is at seq "
              + claimed.seq()
              + " and the last seal is "
              + lastSeq
              + ": the head was set back, or seals were added");
    } else if (!before.contains(claimed.chain())) {
      tail("the head's value " + claimed.chain().brief() + " is not the last seal's");
    }
  }

  private void tail(String sentence) {
    add(new Discrepancy(Damage.TAIL, OptionalLong.of(lastSeq), lastRecord, sentence));
  }

  /** A record in line for its seal since {@code age}. */
  public void waiting(StoredRecord record, Duration age) {
    waiting++;
    contents(OptionalLong.empty(), record);
    if (age.compareTo(LONGEST_WAIT) > 0) {
      found(
          Damage.UNSEALED_OLD,
          record.id(),
          "not sealed for "
              + age.toMillis() / 1000.0
              + " s (expected: within 5 s; metaops serve seals)");
    }
  }

  /** A record without a seal that is not in line for one. */
  public void unlinked(StoredRecord record) {
    contents(OptionalLong.empty(), record);
    found(
        Damage.UNLINKED,
        record.id(),
        "it has no seal and does not wait for one: its seal was cut off, or it was put in");
  }

  /** In line for a seal, and not there. */
  public void waitingWithoutRecord(long recordId) {
    waiting++;
    found(Damage.MISSING_RECORD, recordId, "it waits for its seal and is not there any more");
  }

  /** In line for a seal, and sealed already: no record after it is sealed any more. */
  public void waitingThoughSealed(long recordId, long seq) {
    waiting++;
    add(
        new Discrepancy(
            Damage.FORK,
            OptionalLong.of(seq),
            OptionalLong.of(recordId),
            "it is sealed and waits to be sealed again"));
  }

  /** Sealed under more than one number; {@code seq} is the later one. */
  public void sealedAgain(long recordId, long seq) {
    add(
        new Discrepancy(
            Damage.FORK,
            OptionalLong.of(seq),
            OptionalLong.of(recordId),
            "it was sealed before, under another number"));
  }

  /** A plan, and the orders it moved. */
  public void plan(AppliedPlan plan) {
    plans += plan.orders().size();
    Bytes digest = Bytes.sha256(plan.text());
    Optional<Entry.PlanText> text = Entry.plan(plan.text());
    if (plan.orders().isEmpty()) {
      orphan(OptionalLong.empty(), "plan " + plan.planId() + ": the orders it moved are gone");
    }
    for (AppliedPlan.Part part : plan.orders()) {
      String subject = "plan " + plan.planId() + ", order " + part.orderId() + ": ";
      if (!digest.equals(plan.digest())) {
        orphan(
            part.recordId(),
            subject
                + "its text is not what was approved: SHA-256 "
                + digest.brief()
                + " (expected: "
                + plan.digest().brief()
                + ")");
      } else if (text.isEmpty()) {
        orphan(part.recordId(), subject + "its text is not readable JSON");
      } else if (!text.get().id().equals(plan.planId())) {
        orphan(part.recordId(), subject + "its text calls it " + text.get().id());
      } else if (!text.get().orders().contains(part.orderId())) {
        orphan(part.recordId(), subject + "its text does not name that order");
      }
      if (part.recordId().isEmpty()) {
        orphan(OptionalLong.empty(), subject + "applied, and no record says so");
      }
    }
  }

  /** A record of a plan of which nothing else is left. */
  public void recordOfLostPlan(long recordId) {
    orphan(OptionalLong.of(recordId), "it tells of a plan that is not among those applied");
  }

  /** A row of our own store and the record of it are not both there, or differ. */
  public void row(OptionalLong recordId, String sentence) {
    add(new Discrepancy(Damage.ROWS, OptionalLong.empty(), recordId, sentence));
  }

  private void orphan(OptionalLong recordId, String sentence) {
    add(new Discrepancy(Damage.ORPHAN_PLAN, OptionalLong.empty(), recordId, sentence));
  }

  private void contents(OptionalLong seq, StoredRecord record) {
    content(seq, record, leaf(record.entry()));
    columns(seq, record);
  }

  private void content(OptionalLong seq, StoredRecord record, Bytes computed) {
    if (!record.leaf().equals(computed)) {
      add(
          new Discrepancy(
              Damage.CONTENT,
              seq,
              OptionalLong.of(record.id()),
              "its entry does not hash to its leaf: "
                  + computed.brief()
                  + " (expected: "
                  + record.leaf().brief()
                  + ")"));
    }
  }

  private void columns(OptionalLong seq, StoredRecord record) {
    Entry.mismatch(record)
        .ifPresent(
            why -> add(new Discrepancy(Damage.COLUMNS, seq, OptionalLong.of(record.id()), why)));
  }

  private void found(Damage damage, Link link, String sentence) {
    add(
        new Discrepancy(
            damage, OptionalLong.of(link.seq()), OptionalLong.of(link.recordId()), sentence));
  }

  private void found(Damage damage, long recordId, String sentence) {
    add(new Discrepancy(damage, OptionalLong.empty(), OptionalLong.of(recordId), sentence));
  }

  private void add(Discrepancy discrepancy) {
    counts.merge(discrepancy.damage(), 1L, Long::sum);
    if (first.size() < MOST_NAMED) {
      first.add(discrepancy);
    }
  }

  /** Sealed records whose time does not fit a checkpoint before them; after the last link. */
  List<Late> late() {
    return against.late();
  }

  /** No open transaction explains it. */
  void backdated(Late late) {
    add(late.discrepancy());
  }

  public AuditReport report() {
    return new AuditReport(sealed, waiting, plans, head, against.coverage(sealed), first, counts);
  }
}
