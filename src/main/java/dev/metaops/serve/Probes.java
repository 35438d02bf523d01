package dev.metaops.serve;

import dev.metaops.checkup.Board;
import dev.metaops.checkup.BoardLook;
import dev.metaops.command.Conversation;
import dev.metaops.config.Settings;
import dev.metaops.finding.Severity;
import dev.metaops.health.Condition;
import dev.metaops.health.HealthMemory;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.health.Vital;
import dev.metaops.ledger.CompletenessStore;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Scope;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.Truth;
import dev.metaops.listen.TruthSnapshot;
import dev.metaops.look.Examination;
import dev.metaops.look.FrontendLook;
import dev.metaops.look.HealthDrawing;
import dev.metaops.look.KeysLook;
import dev.metaops.look.ResourcesLook;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.EscrowReach;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the endpoints of a process that serves answer: the same judgements as the commands', looked
 * up at most once a second however many ask, and never later than 3 s. Thread-safe.
 */
public final class Probes {
  private static final Duration MOST = Duration.ofSeconds(2);

  private static final String SUMMARY = "health";

  /** Counted one by one up to here. */
  private static final int MOST_GAPS = 1_000;

  private static final int MOST_FINDINGS = 20;

  private static final Duration SHORT = Duration.ofMillis(150);

  /** Components an address of their own is for. */
  private static final Map<String, Examination.Part> PARTS =
      Map.of(
          Examination.DATABASE, Examination.Part.DATABASE,
          Examination.BLOCKCHAIN, Examination.Part.BLOCKCHAIN,
          Examination.LISTENER, Examination.Part.LISTENER,
          Examination.ORDERS, Examination.Part.ORDERS,
          KeysLook.COMPONENT, Examination.Part.KEYS,
          FrontendLook.COMPONENT, Examination.Part.FRONTEND,
          ResourcesLook.COMPONENT, Examination.Part.RESOURCES);

  private final Conversation conversation;
  private final Instant startedAt;
  private final Kept<Seen> truth;
  private final Kept<Probe> summary;
  private final Kept<Board.Found> findings;
  private final Kept<Board> board;
  private final Map<String, Kept<Probe>> components = new TreeMap<>();
  private volatile Optional<Database> ledger = Optional.empty();
  private volatile Optional<String> holder = Optional.empty();
  private volatile Supplier<Report> besides = () -> new Report(List.of());
  private volatile boolean stopping;
  private String scope = "";

  Probes(Conversation conversation) {
    this.conversation = conversation;
    this.startedAt = conversation.ticker().now();
    this.truth =
        new Kept<>(this::look, why -> judged(TruthSnapshot.unread(why)), conversation.ticker());
    this.findings = new Kept<>(this::openFindings, Board.Found.Unread::new, conversation.ticker());
    BoardLook look = new BoardLook(conversation, () -> findings.within(SHORT), () -> besides.get());
    this.board = new Kept<>(look::look, look::unseen, conversation.ticker());
    this.summary = kept(SUMMARY, Examination.COMPONENTS);
    PARTS.forEach((name, part) -> components.put(name, kept("health-" + name, EnumSet.of(part))));
  }

  private Kept<Probe> kept(String shape, Set<Examination.Part> parts) {
    return new Kept<>(
        () -> examined(shape, parts),
        why ->
            probe(
                Probe.Standing.BAD,
                new Reported(shape, new Report(List.of()), Examination.memory(conversation), why)),
        conversation.ticker());
  }

  /** Where the ledger is, and how this process signs its lease; once both are known. */
  void following(Database where, String signature) {
    ledger = Optional.of(where);
    holder = Optional.of(signature);
  }

  /** What is looked at elsewhere, and how it was last. */
  void beside(Supplier<Report> others) {
    besides = others;
  }

  /** From now on it takes nothing more on. */
  void stop() {
    stopping = true;
  }

  /** That the process answers. */
  public Probe live() {
    Instant now = conversation.ticker().now();
    return new Probe(
        Probe.Standing.GOOD,
        new Living(ProcessHandle.current().pid(), startedAt, now),
        Optional.of(new Summaries.Answers(now)));
  }

  /** What the page shows; one look for all who watch. */
  public Board board() {
    return board.get();
  }

  /** Whether this replica can take an alert and show a page; nothing about the outside world. */
  public Probe ready() {
    Path directory = conversation.settings().environment().dataDirectory();
    Optional<String> obstacle =
        stopping
            ? Optional.of("this process is stopping")
            : isWritable(directory)
                ? Optional.empty()
                : Optional.of(
                    directory + " cannot be written, where the journal takes what comes in");
    return new Probe(
        obstacle.isEmpty() ? Probe.Standing.GOOD : Probe.Standing.BAD,
        new Readiness(obstacle),
        Optional.of(
            new Readiness(
                obstacle.map(_ ->
                    stopping
                        ? "this process is stopping"
                        : "the data directory cannot be written"))));
  }

  /** The directory itself, or the nearest one above it that is there. */
  private static boolean isWritable(Path directory) {
    Path there = directory;
    while (!Files.exists(there)) {
      Path above = there.getParent();
      if (above == null) {
        return false;
      }
      there = above;
    }
    return Files.isDirectory(there) && Files.isWritable(there);
  }

  /** Whether the rows can be believed, by the chain's budgets. */
  public Probe truth() {
    Seen seen = truth.get();
    return new Probe(
        seen.truth().holds() ? Probe.Standing.GOOD : Probe.Standing.BAD,
        new Told(seen, holder),
        Optional.of(new Summaries.Truthful(seen)));
  }

  /**
   * What metrics are read from.
   *
   * @param findings what is open in the ledger's database
   */
  record Reading(Seen seen, Board.Found findings) {}

  /** Ends within about half a second, whatever hangs; what took longer is of the look before. */
  Reading reading() {
    return new Reading(truth.within(SHORT), findings.within(SHORT));
  }

  private Board.Found openFindings() {
    if (ledger.isEmpty()) {
      return new Board.Found.Unread("the ledger's database is not open yet");
    }
    try (LedgerStore store =
        LedgerStore.open(ledger.get(), Deadline.in(MOST, conversation.ticker()))) {
      return new Board.Found.Read(store.findings().open(Board.Found.MOST));
    } catch (SQLException failure) {
      return new Board.Found.Unread(DatabaseWords.of(failure));
    }
  }

  /** All components; bad when one that is needed is down, or nobody could look. */
  public Probe summary() {
    return summary.get();
  }

  /** One component; empty when there is none of this name. */
  public Optional<Probe> component(String name) {
    return Optional.ofNullable(components.get(name)).map(Kept::get);
  }

  /** Names that {@link #component} knows, in order. */
  public Set<String> componentNames() {
    return components.keySet();
  }

  private Probe examined(String shape, Set<Examination.Part> parts) {
    Report report =
        Examination.of(conversation, parts, Deadline.in(Examination.QUICK, conversation.ticker()))
            .report();
    Probe.Standing standing =
        switch (report.overall()) {
          case UP, DEGRADED ->
              report.results().isEmpty() ? Probe.Standing.BAD : Probe.Standing.GOOD;
          case DOWN, UNKNOWN -> Probe.Standing.BAD;
        };
    return probe(
        standing,
        new Reported(
            shape,
            report,
            Examination.memory(conversation),
            report.results().isEmpty() ? "not configured" : ""));
  }

  /** All components together have something to say to whoever asks, one alone does not. */
  private static Probe probe(Probe.Standing standing, Reported reported) {
    return reported.name().equals(SUMMARY)
        ? new Probe(standing, reported, Optional.of(new Summaries.Components(reported.report())))
        : new Probe(standing, reported);
  }

  private Seen look() {
    if (ledger.isEmpty()) {
      return judged(TruthSnapshot.unread("the ledger's database is not open yet"));
    }
    Deadline deadline = Deadline.in(MOST, conversation.ticker());
    try (LedgerStore store = LedgerStore.open(ledger.get(), deadline)) {
      return judged(snapshot(store));
    } catch (SQLException failure) {
      return judged(TruthSnapshot.unread(DatabaseWords.of(failure)));
    }
  }

  private TruthSnapshot snapshot(LedgerStore store) throws SQLException {
    Optional<Stream> stream = store.stream();
    if (stream.isEmpty()) {
      return TruthSnapshot.of(stream);
    }
    long chain = stream.get().chainId();
    String scope = scope();
    Ledger.Agreement agreement =
        switch (conversation.settings().listen().unproved()) {
          case STOP -> Ledger.Agreement.IS_A_GAP;
          case AGREE, TRUST -> Ledger.Agreement.IS_ENOUGH;
        };
    CompletenessStore.Extent extent = store.completeness().extent(chain, scope);
    long agreed =
        switch (agreement) {
          case IS_A_GAP -> 0;
          case IS_ENOUGH -> extent.agreed();
        };
    return new TruthSnapshot(
        new TruthSnapshot.Reading.Read(stream),
        new TruthSnapshot.Tally.Counted(store.gaps(chain, scope, agreement, MOST_GAPS).size()),
        new TruthSnapshot.Tally.Counted(extent.blocks() - extent.proved() - agreed),
        store.findings().open(MOST_FINDINGS).stream()
            .map(open -> open.finding())
            .filter(finding -> finding.severity() != Severity.P3)
            // The stream says that itself, beside what finality came to.
            .filter(finding -> !finding.code().equals(Stream.FINALITY_WAITS))
            .map(finding -> finding.severity() + " " + finding.code() + ": " + finding.sentence())
            .toList());
  }

  private synchronized String scope() {
    if (scope.isEmpty()) {
      scope = Scope.of(EscrowReach.escrows(conversation.settings()));
    }
    return scope;
  }

  private Seen judged(TruthSnapshot snapshot) {
    Settings settings = conversation.settings();
    Truth.Budgets budgets =
        new Truth.Budgets(
            settings.listen().staleAfter(),
            settings.chain().headDownAfter(),
            settings.chain().finalityStalledAfter());
    return new Seen(
        conversation.ticker().now(),
        snapshot,
        snapshot.reading() instanceof TruthSnapshot.Reading.Read(Optional<Stream> stream)
            ? stream
            : Optional.empty(),
        Truth.of(snapshot, budgets));
  }

  /** What the ledger was when somebody looked, and what that means. */
  record Seen(Instant at, TruthSnapshot snapshot, Optional<Stream> stream, Truth truth) {}

  private record Living(long process, Instant since, Instant now) implements Picture {
    @Override
    public String shape() {
      return "health-live/1";
    }

    @Override
    public void drawText(Page page) {
      page.line("process " + process + " answers");
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("process", process).put("started_at", since.toString()).put("at", now.toString());
    }
  }

  private record Readiness(Optional<String> obstacle) implements Picture {
    @Override
    public String shape() {
      return "health-ready/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(obstacle.orElse("ready"));
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("ready", obstacle.isEmpty());
      obstacle.ifPresent(why -> into.put("why", why));
    }
  }

  private record Told(Seen seen, Optional<String> holder) implements Picture {
    @Override
    public String shape() {
      return "health-truth/1";
    }

    @Override
    public void drawText(Page page) {
      seen.truth().reasons().forEach(page::line);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("holds", seen.truth().holds()).put("at", seen.at().toString());
      seen.stream()
          .ifPresent(stream -> {
            into.put("chain", stream.chainId())
                .put("cursor", stream.cursor().number())
                .put("settled", stream.settledNumber());
            stream.headNumber().ifPresent(head -> into.put("head", head));
            stream.leaseHolder().ifPresent(who -> into.put("holder", who));
            into.put(
                "this_process",
                stream.isHeld() && stream.leaseHolder().equals(holder) ? "follows" : "waits");
          });
      ArrayNode reasons = into.putArray("reasons");
      seen.truth().reasons().forEach(reasons::add);
      drawVitals(into.putArray("budgets"), seen.truth().budgets());
    }
  }

  private static void drawVitals(ArrayNode into, List<Vital> vitals) {
    for (Vital vital : vitals) {
      into.addObject()
          .put("name", vital.name())
          .put("value", vital.value())
          .put("expected", vital.threshold())
          .put("condition", vital.condition().name());
    }
  }

  /**
   * @param without why there is no result; empty when there are some
   */
  private record Reported(String name, Report report, HealthMemory memory, String without)
      implements Picture {
    @Override
    public String shape() {
      return name + "/1";
    }

    @Override
    public void drawText(Page page) {
      for (Result result : report.results()) {
        page.line(
            result.component().toUpperCase(Locale.ROOT) + ": " + result.diagnosis().sentence());
      }
    }

    @Override
    public void drawJson(ObjectNode into) {
      HealthDrawing.drawJson(into, report, memory);
      if (!without.isEmpty()) {
        into.put("overall", Condition.UNKNOWN.name()).put("why", without);
      }
    }
  }
}
