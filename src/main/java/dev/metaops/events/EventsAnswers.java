package dev.metaops.events;

import dev.metaops.chain.Address;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.EventsCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.config.EscrowSection;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Recorded;
import dev.metaops.ledger.Rested;
import dev.metaops.ledger.Stream;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.Sight;
import dev.metaops.orders.VenueOrders;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Registry;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Answers {@code events}: reads the chain, not the ledger, and lays the rows beside it when there
 * is a database to ask.
 */
public final class EventsAnswers implements Answers<EventsCommand> {
  private static final String ESCROW = "escrow";

  /** Most providers allow 2,000 blocks a question, or more. */
  private static final long CHUNK = 2_000;

  /** Longer ranges say how far they are. */
  private static final long SILENT_BLOCKS = 10_000;

  private static final int MOST_RECORDED = 100_000;

  /** Addresses of one question for logs; most providers take as many. */
  private static final int MOST_CONTRACTS = 1_000;

  @Override
  public Answer to(EventsCommand command, Conversation conversation) {
    return switch (command) {
      case EventsCommand.Recent recent -> recent(recent, conversation);
      case EventsCommand.Follow follow -> new EventsFollowing(conversation).answer(follow.most());
      case EventsCommand.Gaps gaps -> GapsAnswer.of(gaps.listing(), conversation);
      case EventsCommand.Prove prove -> new ProveAnswer(prove, conversation).answer();
      case EventsCommand.ProveBlocks prove -> new ProveBlocksAnswer(prove, conversation).answer();
      case EventsCommand.CheckProof check -> CheckedProofs.answer(check.file());
      case EventsCommand.Resync resync -> new ResyncAnswer(resync, conversation).answer();
      case EventsCommand.Sweep sweep -> new SweepAnswer(conversation, sweep.listing()).answer();
    };
  }

  /** The chain's part. */
  record Read(
      Provider provider,
      Registry registry,
      ChainHead head,
      long settled,
      long from,
      List<Log> logs,
      List<Decoded> decoded) {}

  private static Answer recent(EventsCommand.Recent command, Conversation conversation) {
    if (!command.contract().equals(ESCROW)) {
      return couldNot(
          "--contract: "
              + command.contract()
              + " (expected: escrow, which is "
              + conversation.settings().escrow().address().orElse("not configured")
              + ")");
    }
    List<String> notes = new ArrayList<>();
    Deadline first = Reach.deadline(conversation);
    Optional<Books> books = open(command, conversation, first, notes);
    try {
      Optional<Stream> stream = Optional.empty();
      Set<Address> own = Set.of();
      if (books.isPresent()) {
        try {
          stream = books.get().stream();
          own = ownContracts(books.get(), stream, command.window(), conversation, notes);
        } catch (SQLException e) {
          notes.add(unread(DatabaseWords.of(e)));
          close(books);
          books = Optional.empty();
        }
      }
      Read read = read(command, conversation, first, stream, own);
      Optional<Comparison.Book> book = Optional.empty();
      if (books.isPresent()) {
        try {
          book = Optional.of(book(books.get(), read, command, conversation));
          hidden(book.get()).ifPresent(notes::add);
        } catch (SQLException e) {
          notes.add(unread(DatabaseWords.of(e)));
        }
      }
      return answer(command, conversation, read, book, notes);
    } catch (RpcUnavailable unavailable) {
      return couldNot(
          "UNKNOWN: " + unavailable.endpoint() + ": " + unavailable.failure().sentence());
    } catch (Misconfigured unusable) {
      return couldNot("UNKNOWN: " + unusable.getMessage());
    } finally {
      close(books);
    }
  }

  /**
   * Where each order has a contract of its own: those the ledger follows, else those of the rows.
   */
  private static Set<Address> ownContracts(
      Books books,
      Optional<Stream> stream,
      Duration window,
      Conversation conversation,
      List<String> notes)
      throws SQLException {
    if (conversation.settings().escrow().profile() != EscrowSection.Profile.TRADE_INSTANCE) {
      return Set.of();
    }
    if (stream.isPresent() && books.ledger().isPresent()) {
      return books.ledger().get().followed(stream.get().chainId());
    }
    if (!(books.orders() instanceof VenueOrders venue)) {
      return Set.of();
    }
    List<Address> contracts =
        java.util.stream.Stream.concat(
                venue.open().stream(), venue.ended(venue.now().minus(window)).stream())
            .flatMap(row -> row.terms().contract().stream())
            .distinct()
            .toList();
    if (contracts.size() > MOST_CONTRACTS) {
      notes.add(
          "only the contracts of "
              + MOST_CONTRACTS
              + " of "
              + contracts.size()
              + " orders are read (metaops serve follows all of them)");
    }
    return contracts.stream().limit(MOST_CONTRACTS).collect(Collectors.toSet());
  }

  private static Answer couldNot(String sentence) {
    return Answer.couldNot("events", "recent", sentence);
  }

  private static String unread(String why) {
    return "not compared with the rows: " + why;
  }

  /** Empty when nothing is to be compared, or with a note when the database gives no answer. */
  private static Optional<Books> open(
      EventsCommand.Recent command, Conversation conversation, Deadline first, List<String> notes) {
    if (command.compare() == EventsCommand.Compare.EVENTS_ONLY) {
      return Optional.empty();
    }
    if (conversation.settings().orders().door().isEmpty()) {
      notes.add(unread(Books.NO_ORDERS));
      return Optional.empty();
    }
    try {
      // A dead database may not use up the time the chain needs.
      Duration share = conversation.shared().patience().dividedBy(3);
      return Optional.of(Books.open(conversation, "metaops events recent", first.atMost(share)));
    } catch (SQLException e) {
      notes.add(unread(DatabaseWords.of(e)));
      return Optional.empty();
    }
  }

  private static void close(Optional<Books> books) {
    try {
      if (books.isPresent()) {
        books.get().close();
      }
    } catch (SQLException lost) {
      // It was only read from.
    }
  }

  private static Read read(
      EventsCommand.Recent command,
      Conversation conversation,
      Deadline first,
      Optional<Stream> stream,
      Set<Address> own) {
    var patient = new BlockAt.Patient(conversation);
    Provider provider =
        Reach.provider(conversation.settings(), conversation.ticker()).orElseThrow();
    Registry registry =
        Reach.registry(conversation.settings(), stream.map(Stream::chainId)).orElseThrow();
    Set<Address> contracts = new HashSet<>(registry.escrows().contracts());
    contracts.addAll(own);
    registry.chainId().ifPresent(expected -> provider.requireChain(expected, first));
    ChainHead head = provider.head(first);
    Instant since = conversation.ticker().now().minus(command.window());
    long from =
        BlockAt.notBefore(since, registry.escrows().firstBlock(), head.latest(), provider, patient);
    List<Log> logs = new ArrayList<>();
    long to = head.latest().number();
    for (long start = from; start <= to; start += CHUNK) {
      if (to - from > SILENT_BLOCKS) {
        conversation
            .person()
            .tell(
                "reading blocks "
                    + start
                    + " of "
                    + from
                    + "-"
                    + to
                    + ": "
                    + logs.size()
                    + " events so far");
      }
      if (!contracts.isEmpty()) {
        logs.addAll(
            provider.logs(
                start,
                Math.min(to, start + CHUNK - 1),
                LogFilter.of(contracts),
                patient.deadline()));
      }
    }
    return new Read(
        provider,
        registry,
        head,
        registry.settleOn().settledNumber(head).orElse(-1L),
        from,
        logs,
        logs.stream().map(registry.escrows()::decode).toList());
  }

  /** Why a row that was not found proves nothing; empty when it does. */
  private static Optional<String> hidden(Comparison.Book book) {
    return switch (book.sight()) {
      case Sight.Whole() -> Optional.empty();
      case Sight.Partial(String why) ->
          Optional.of(
              "UNKNOWN: rows may be hidden: "
                  + why
                  + " (set the service role's key, or a login that sees every row)");
    };
  }

  private static Comparison.Book book(
      Books books, Read read, EventsCommand.Recent command, Conversation conversation)
      throws SQLException {
    OrderBook orders = books.orders();
    Optional<Stream> stream = books.stream();
    long to = read.head().latest().number();
    List<Recorded> events = List.of();
    List<Rested> changes = List.of();
    if (stream.isPresent()) {
      long chainId = stream.get().chainId();
      Instant since = stream.get().now().minus(command.window());
      LedgerStore ledger = books.ledger().orElseThrow();
      events = ledger.events(chainId, read.from(), to, MOST_RECORDED);
      changes = ledger.lastChanges(chainId, since, read.from(), to, MOST_RECORDED);
    }
    Set<Hash> keys = new HashSet<>();
    for (Decoded decoded : read.decoded()) {
      if (decoded instanceof Decoded.Event(EscrowEvent event)) {
        keys.add(event.key());
      }
    }
    events.forEach(event -> keys.add(event.key()));
    Map<Hash, OrderRow> rows = new HashMap<>();
    orders.byKeys(keys).forEach(row -> row.terms().key().ifPresent(key -> rows.put(key, row)));
    Map<String, OrderRow> rowsById = new HashMap<>();
    orders
        .byIds(changes.stream().map(Rested::orderId).distinct().toList())
        .forEach(row -> rowsById.put(row.id(), row));
    return new Comparison.Book(
        orders.sight(),
        stream,
        rows,
        rowsById,
        events,
        changes,
        canonical(read, events, changes, conversation));
  }

  /** The chain's own hashes of the blocks the database speaks of and no log of the chain names. */
  private static Map<Long, Hash> canonical(
      Read read, List<Recorded> events, List<Rested> changes, Conversation conversation) {
    Map<Long, Hash> known = new HashMap<>();
    read.logs().forEach(log -> known.put(log.block().number(), log.block().hash()));
    Set<Long> asked = new TreeSet<>();
    events.forEach(event -> asked.add(event.block().number()));
    changes.forEach(change -> asked.add(change.block().number()));
    asked.removeAll(known.keySet());
    headers(List.copyOf(asked), read, conversation)
        .forEach((number, header) -> known.put(number, header.hash()));
    return known;
  }

  private static Map<Long, Header> headers(
      List<Long> numbers, Read read, Conversation conversation) {
    Map<Long, Header> headers = new HashMap<>();
    var patient = new BlockAt.Patient(conversation);
    for (int at = 0; at < numbers.size(); at += 100) {
      read.provider()
          .headers(numbers.subList(at, Math.min(numbers.size(), at + 100)), patient.deadline())
          .forEach(found -> found.ifPresent(header -> headers.put(header.number(), header)));
    }
    return headers;
  }

  private static Answer answer(
      EventsCommand.Recent command,
      Conversation conversation,
      Read read,
      Optional<Comparison.Book> book,
      List<String> notes) {
    List<Compared> all = new Comparison(read.settled()).of(read.logs(), read.decoded(), book);
    int skipped = Math.max(0, all.size() - command.listing().limit());
    List<Compared> shown = all.subList(skipped, all.size());
    Map<Long, Header> times =
        headers(
            shown.stream().map(line -> line.block().number()).distinct().toList(),
            read,
            conversation);
    List<Compared> timed =
        shown.stream()
            .map(line ->
                Optional.ofNullable(times.get(line.block().number()))
                    .map(header -> line.at(header.time()))
                    .orElse(line))
            .toList();
    boolean anyDifference = all.stream().anyMatch(line -> line.code().isDifference());
    boolean isUncompared =
        book.isEmpty()
            && command.compare() == EventsCommand.Compare.WITH_ROWS
            && conversation.settings().orders().door().isPresent();
    Instant now = conversation.ticker().now();
    return new Answer(
        (anyDifference || isUncompared ? ExitCode.WARNING : ExitCode.FINE)
            .worst(
                book.flatMap(EventsAnswers::hidden).isPresent()
                    ? ExitCode.COULD_NOT
                    : ExitCode.FINE),
        new RecentEvents(
            conversation,
            command,
            read,
            all,
            timed,
            book.isPresent() ? RecentEvents.Rows.BESIDE : RecentEvents.Rows.ABSENT,
            now),
        notes);
  }
}
