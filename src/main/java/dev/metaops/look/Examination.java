package dev.metaops.look;

import dev.metaops.command.Conversation;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Endpoint;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.OrdersSection;
import dev.metaops.health.Check;
import dev.metaops.health.Checkup;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.HealthFile;
import dev.metaops.health.HealthMemory;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.health.Steadiness;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.HolderSight;
import dev.metaops.listen.ListenerState;
import dev.metaops.page.EnvironmentLine;
import dev.metaops.reach.Nodes;
import dev.metaops.services.Look;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Looks at what is configured, side by side, and keeps what was seen beside the judgement. */
public final class Examination {
  public static final String DATABASE = "database";
  public static final String BLOCKCHAIN = "blockchain";
  public static final String LISTENER = "listener";
  static final String SERVICES = "services";
  public static final String ORDERS = "orders";

  /** Of the 3 s a person is promised, what is left after starting and before drawing. */
  public static final Duration QUICK = Duration.ofMillis(1_900);

  /** The same of 10 s. */
  public static final Duration FULL = Duration.ofMillis(8_500);

  /** What is looked at. */
  public enum Part {
    DATABASE,
    BLOCKCHAIN,
    LISTENER,
    SERVICES,
    /** What following recorded of the nodes. */
    RECORD,
    ORDERS,
    KEYS,
    RESOURCES,
    FRONTEND
  }

  /** Those that are looked at within 3 s. */
  public static final Set<Part> COMPONENTS =
      Collections.unmodifiableSet(
          EnumSet.of(Part.DATABASE, Part.BLOCKCHAIN, Part.LISTENER, Part.SERVICES));

  /** Everything. */
  public static final Set<Part> ALL = Collections.unmodifiableSet(EnumSet.allOf(Part.class));

  /** What is judged by what the nodes and the database said, once they did. */
  private static final Set<Part> SECOND =
      Collections.unmodifiableSet(EnumSet.of(Part.ORDERS, Part.KEYS));

  /** Nobody waits longer for what is only compared with. */
  private static final Duration BESIDE = Duration.ofSeconds(2);

  /** Of the time there is, what the first look may take where a second has to follow. */
  private static final double FIRST_SHARE = 0.55;

  private static final int MOST_TURNS_WITHOUT = 10;

  private final Conversation conversation;
  private final Optional<OrdersLook> database;
  private final List<ProviderLook> providers;
  private final Optional<ServicesLook> services;
  private final Optional<ChainRecord> record;
  private final OrdersGlance glance;

  /** Whatever was looked at, also what nobody asked about. */
  private final Report seen;

  private final Report report;

  private Examination(
      Conversation conversation,
      Nodes nodes,
      Set<Part> parts,
      OrdersLook.More more,
      Deadline deadline) {
    this.conversation = conversation;
    this.glance = new OrdersGlance(conversation);
    OrdersLook.More all =
        parts.contains(Part.ORDERS)
            ? (books, stream) -> {
              glance.read(books, stream);
              more.read(books, stream);
            }
            : more;
    this.database =
        wants(parts, Part.DATABASE, Part.LISTENER, Part.ORDERS, Part.RESOURCES)
            ? conversation.settings().orders().door().map(door -> look(door, conversation, all))
            : Optional.empty();
    this.providers =
        wants(parts, Part.BLOCKCHAIN, Part.ORDERS, Part.KEYS, Part.LISTENER)
            ? conversation.settings().chain().providers().stream()
                .map(endpoint -> new ProviderLook(endpoint, conversation, nodes))
                .toList()
            : List.of();
    this.services =
        parts.contains(Part.SERVICES) ? ServicesLook.of(conversation) : Optional.empty();
    this.record =
        parts.contains(Part.RECORD) && conversation.settings().orders().door().isPresent()
            ? Optional.of(new ChainRecord(conversation))
            : Optional.empty();
    Checkup checkup = new Checkup(conversation.ticker());
    FutureTask<Report> frontend = frontend(parts, checkup, deadline);
    Deadline first =
        wants(parts, SECOND.toArray(Part[]::new))
            ? deadline.atMost(scaled(deadline.remaining(), FIRST_SHARE))
            : deadline;
    this.seen = judged(checkup.run(checks(parts, first), first), first);
    List<Result> results = new ArrayList<>(shown(parts));
    results.addAll(checkup.run(secondChecks(parts, deadline), deadline).results());
    results.addAll(awaited(frontend).results());
    this.report = new Report(inOrder(results));
  }

  /** Begins at once and has all the time there is: it needs nothing of the others. */
  private FutureTask<Report> frontend(Set<Part> parts, Checkup checkup, Deadline deadline) {
    List<Check> checks =
        parts.contains(Part.FRONTEND)
            ? FrontendLook.of(conversation).stream()
                .map(look ->
                    new Check(
                        FrontendLook.COMPONENT,
                        "",
                        deadline.remaining(),
                        "metaops health frontend",
                        look))
                .toList()
            : List.of();
    FutureTask<Report> running = new FutureTask<>(() -> checkup.run(checks, deadline));
    if (checks.isEmpty()) {
      running.run();
    } else {
      Thread.ofVirtual().name("health/frontends").start(running);
    }
    return running;
  }

  /** It ends by its own deadline. */
  private static Report awaited(FutureTask<Report> running) {
    try {
      return running.get();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new Report(List.of());
    } catch (ExecutionException defect) {
      throw new IllegalStateException(defect.getCause());
    }
  }

  private static boolean wants(Set<Part> parts, Part... any) {
    return List.of(any).stream().anyMatch(parts::contains);
  }

  private static Duration scaled(Duration time, double share) {
    return Duration.ofMillis(Math.round(time.toMillis() * share));
  }

  private static OrdersLook look(OrdersDoor door, Conversation conversation, OrdersLook.More more) {
    return switch (door) {
      case OrdersDoor.Sql(DatabaseUrl url) ->
          new DatabaseLook(
              new Database(url, "metaops health", conversation.ticker()), conversation, more);
      case OrdersDoor.Rest rest -> new RestLook(rest, conversation, more);
    };
  }

  /** Nothing more is read than the checks need. */
  public static Examination of(Conversation conversation, Set<Part> parts, Deadline deadline) {
    return of(conversation, Nodes.ofTheirOwn(conversation.ticker()), parts, deadline);
  }

  /**
   * The same.
   *
   * @param nodes asked for how they are
   */
  public static Examination of(
      Conversation conversation, Nodes nodes, Set<Part> parts, Deadline deadline) {
    return new Examination(conversation, nodes, parts, (_, _) -> {}, deadline);
  }

  public static Examination ofAll(
      Conversation conversation, OrdersLook.More more, Deadline deadline) {
    return new Examination(
        conversation, Nodes.ofTheirOwn(conversation.ticker()), COMPONENTS, more, deadline);
  }

  /**
   * What was recorded of the nodes; empty where that was not asked for, or nothing could hold it.
   */
  public Optional<ChainRecord> record() {
    return record;
  }

  public Report report() {
    return report;
  }

  /** The process that moves the rows, where it is configured and was seen not to run. */
  public Optional<Look> deadListenerService() {
    return services.flatMap(ServicesLook::deadListener);
  }

  /** What the orders database said; empty when it did not. */
  public Optional<OrdersLook.Seen> database() {
    return database.flatMap(OrdersLook::seen);
  }

  public Optional<Stream> stream() {
    return database().flatMap(OrdersLook.Seen::stream);
  }

  /** Empty when the orders database could not be asked. */
  public Optional<ListenerState> listener() {
    return database().map(seen -> seen.stream().map(this::state).orElseGet(ListenerState::never));
  }

  /** A provider of the right chain that answered, the first configured one first. */
  Optional<Endpoint> usableProvider() {
    List<Endpoint> configured = conversation.settings().chain().providers();
    for (int at = 0; at < providers.size(); at++) {
      Optional<ProviderLook.Seen> seen = providers.get(at).seen();
      if (seen.isPresent() && isPinned(seen.get().chainId())) {
        return Optional.of(configured.get(at));
      }
    }
    return Optional.empty();
  }

  /** Why the orders database could not be read; empty when it was, or is not configured. */
  public Optional<String> databaseTrouble() {
    return trouble(DATABASE);
  }

  /** Why no provider can be used; empty when one can, or none is configured. */
  public Optional<String> chainTrouble() {
    return seen.components().getOrDefault(BLOCKCHAIN, Condition.UP) == Condition.DOWN
        ? trouble(BLOCKCHAIN)
        : Optional.empty();
  }

  private Optional<String> trouble(String component) {
    return seen.results().stream()
        .filter(result -> result.component().equals(component))
        .filter(result ->
            result.condition() == Condition.DOWN || result.condition() == Condition.UNKNOWN)
        .map(result -> result.diagnosis().sentence())
        .findFirst();
  }

  private List<Check> checks(Set<Part> parts, Deadline deadline) {
    Duration budget = deadline.remaining();
    List<Check> checks = new ArrayList<>();
    database.ifPresent(look -> checks.add(new Check(DATABASE, "", budget, "metaops doctor", look)));
    Duration forNodes =
        wants(parts, Part.BLOCKCHAIN, Part.ORDERS, Part.KEYS)
            ? budget
            : deadline.atMost(BESIDE).remaining();
    providers.forEach(look ->
        checks.add(
            new Check(
                BLOCKCHAIN,
                providers.size() > 1 ? look.place() : "",
                forNodes,
                "metaops doctor",
                look)));
    services.ifPresent(
        look -> checks.add(new Check(SERVICES, "", budget, "metaops services status", look)));
    record.ifPresent(look ->
        checks.add(
            new Check(
                ChainRecord.COMPONENT,
                "",
                deadline.atMost(ChainRecord.MOST).remaining(),
                "metaops health database",
                look)));
    if (parts.contains(Part.RESOURCES)) {
      checks.add(
          new Check(
              ResourcesLook.COMPONENT,
              "",
              budget,
              "metaops doctor",
              new ResourcesLook(conversation)));
    }
    return checks;
  }

  private List<Check> secondChecks(Set<Part> parts, Deadline deadline) {
    Duration budget = deadline.remaining();
    List<Check> checks = new ArrayList<>();
    if (parts.contains(Part.ORDERS) && database.isPresent()) {
      checks.add(new Check(ORDERS, "", budget, "metaops order check-stuck", this::orders));
    }
    if (parts.contains(Part.KEYS) && KeysLook.isConfigured(conversation.settings())) {
      checks.add(new Check(KeysLook.COMPONENT, "", budget, "metaops doctor", this::keys));
    }
    return checks;
  }

  private Diagnosis orders(Deadline deadline) {
    return glance
        .rows()
        .map(rows -> OrdersHealth.of(conversation, rows, glance.judge(rows, this, deadline)))
        .orElseGet(() ->
            Diagnosis.unknown(
                databaseTrouble().isPresent()
                    ? "could not look: the orders database could not be read"
                    : "could not look: the database has no ledger beside the orders",
                "metaops health database"));
  }

  private Diagnosis keys(Deadline deadline) {
    return new KeysLook(conversation)
        .ask(
            usableProvider(),
            trouble(BLOCKCHAIN).orElse("no chain is configured (set RPC_URL)"),
            deadline);
  }

  /** Those that were asked about. */
  private List<Result> shown(Set<Part> parts) {
    return seen.results().stream()
        .filter(result ->
            switch (result.component()) {
              case DATABASE -> parts.contains(Part.DATABASE);
              case BLOCKCHAIN -> parts.contains(Part.BLOCKCHAIN);
              case LISTENER -> parts.contains(Part.LISTENER) && !isOnlyObserved(parts);
              default -> true;
            })
        .toList();
  }

  /** What the machine has left comes last: it is seldom the cause. */
  private static List<Result> inOrder(List<Result> results) {
    return results.stream()
        .sorted(Comparator.comparing(result -> result.component().equals(ResourcesLook.COMPONENT)))
        .toList();
  }

  private Report judged(Report raw, Deadline deadline) {
    List<Result> results = new ArrayList<>();
    NodesCompared compared =
        NodesCompared.of(
            providers.stream().filter(this::isOfOurChain).toList(), conversation, deadline);
    int provider = 0;
    for (Result result : raw.results()) {
      switch (result.component()) {
        case BLOCKCHAIN -> {
          ProviderLook look = providers.get(provider++);
          results.add(pinned(compared.judge(look, result), look));
        }
        case ChainRecord.COMPONENT ->
            record.ifPresent(look -> results.addAll(look.results(result)));
        case ResourcesLook.COMPONENT -> results.add(result.with(withClock(result.diagnosis())));
        default -> results.add(result);
      }
    }
    raw.results().stream()
        .filter(result -> result.component().equals(DATABASE))
        .findFirst()
        .ifPresent(result -> results.add(listener(result)));
    return new Report(results);
  }

  private Diagnosis withClock(Diagnosis resources) {
    return ResourcesLook.with(
        resources,
        database().flatMap(OrdersLook.Seen::ahead),
        conversation.settings().health().clockSkew());
  }

  /** Without a ledger of ours the listener is the venue's own: among others it is left out. */
  private boolean isOnlyObserved(Set<Part> parts) {
    return parts.size() > 1
        && conversation.settings().orders().mode() == OrdersSection.Mode.OBSERVE
        && database().filter(seen -> seen.stream().isEmpty()).isPresent();
  }

  /** A node of another chain than the ledger's is of no use, whatever else it says. */
  private Result pinned(Result result, ProviderLook look) {
    return look.seen()
        .filter(seen -> !isPinned(seen.chainId()))
        .flatMap(seen ->
            stream().map(stream -> result.with(look.wrongChain(stream.chainId(), seen.chainId()))))
        .orElse(result);
  }

  /** Of the chain expected, or pinned, or else of the first provider that answered. */
  private boolean isOfOurChain(ProviderLook look) {
    Optional<Long> expected = stream().map(Stream::chainId).or(this::firstChain);
    return look.seen().map(ProviderLook.Seen::chainId).equals(expected);
  }

  private Optional<Long> firstChain() {
    return providers.stream()
        .flatMap(look -> look.seen().stream())
        .findFirst()
        .map(ProviderLook.Seen::chainId);
  }

  private boolean isPinned(long chainId) {
    return stream().map(stream -> stream.chainId() == chainId).orElse(true);
  }

  private Result listener(Result ofDatabase) {
    Diagnosis diagnosis =
        listener()
            .map(state ->
                ListenerWords.diagnose(
                    state,
                    stream(),
                    newestBlock(),
                    conversation.settings().listen().staleAfter(),
                    conversation.settings().services().listener()))
            .orElseGet(() ->
                Diagnosis.unknown(
                    "could not look: " + ofDatabase.diagnosis().sentence(),
                    "metaops health database"));
    return new Result(LISTENER, "", diagnosis, ofDatabase.at(), ofDatabase.took());
  }

  /** Of all nodes of the right chain. */
  private Optional<ListenerWords.Newest> newestBlock() {
    return providers.stream()
        .flatMap(look -> look.seen().stream())
        .filter(found -> isPinned(found.chainId()))
        .max(Comparator.comparingLong(found -> found.head().latest().number()))
        .map(found ->
            new ListenerWords.Newest(
                found.head().latest().number(),
                found.pace(),
                conversation.settings().listen().pollInterval()));
  }

  private ListenerState state(Stream stream) {
    return ListenerState.of(
        stream, conversation.settings().listen().staleAfter(), HolderSight.of(stream));
  }

  /** What this machine remembers of earlier looks. */
  public static HealthMemory memory(Conversation conversation) {
    return new HealthFile(conversation.settings().environment().dataDirectory())
        .read(EnvironmentLine.of(conversation.settings()));
  }

  /** Whoever looks again and again looks at everything every so many times. */
  public static int seldom(Duration interval) {
    Duration longestTurn = interval.plus(FULL);
    return Math.clamp(Steadiness.SILENCE.dividedBy(longestTurn), 1, MOST_TURNS_WITHOUT);
  }
}
