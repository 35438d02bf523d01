package dev.metaops.demo;

import dev.metaops.chain.Address;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.page.Ink;
import dev.metaops.time.Ticker;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Buyers and sellers at a pace a person can read, and an eye on the rows that prints each move. The
 * market is lively (orders come and end) or still (none comes, and only those told to end do).
 * Thread-safe.
 */
final class Market implements AutoCloseable {
  private static final Duration BETWEEN_FIRST_ORDERS = Duration.ofMillis(1_100);
  private static final Duration BETWEEN_ORDERS = Duration.ofMillis(2_500);
  private static final int FIRST_ORDERS = 14;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final Duration QUICK = Duration.ofSeconds(2);
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final Duration OVERLAP = Duration.ofSeconds(5);
  private static final Duration FUNDED_FOR = Duration.ofHours(1);
  private static final int MOST_OPEN = 12;
  private static final int MOST_REMEMBERED = 200;
  private static final int FIRST_ORDER = 101;
  private static final List<String> BUYERS = List.of("ana", "ben", "cleo");
  private static final List<String> SELLERS = List.of("dora", "emil", "finn", "gus");
  private static final List<String> AMOUNTS =
      List.of("0.8", "1.5", "0.42", "2.25", "0.35", "1.1", "0.64");

  private final World world;
  private final Tape tape;
  private final Ticker ticker;
  private final RegistryContract contract = RegistryContract.load();
  private final Party arbiter;
  private final List<Party> buyers = new ArrayList<>();
  private final List<Party> sellers = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Trade> trades = new LinkedHashMap<>();
  private final Map<String, String> states = new HashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private int placed;
  private volatile boolean lively;
  private volatile boolean closed;
  private volatile Optional<Duration> firstOrder = Optional.empty();

  Market(World world, Tape tape, Ticker ticker) {
    this.world = world;
    this.tape = tape;
    this.ticker = ticker;
    List<Address> accounts = world.chain().accounts();
    arbiter = new Party("the arbiter", accounts.getFirst());
    for (int at = 0; at < BUYERS.size(); at++) {
      buyers.add(new Party(BUYERS.get(at), accounts.get(1 + at)));
    }
    for (int at = 0; at < SELLERS.size(); at++) {
      sellers.add(new Party(SELLERS.get(at), accounts.get(1 + BUYERS.size() + at)));
    }
  }

  /** Begins: lively, with somebody watching the rows. */
  void open() {
    lively = true;
    begin("demo/market", this::trade);
    begin("demo/rows", this::watch);
  }

  void liven() {
    lively = true;
  }

  void still() {
    lively = false;
  }

  boolean isLively() {
    return lively;
  }

  World world() {
    return world;
  }

  Tape tape() {
    return tape;
  }

  Ticker ticker() {
    return ticker;
  }

  RegistryContract contract() {
    return contract;
  }

  Party arbiter() {
    return arbiter;
  }

  /** How long after the demo began its first order stood in the table. */
  Optional<Duration> firstOrder() {
    return firstOrder;
  }

  /** The trades that are open or ended not long ago, the oldest first. */
  List<Trade> trades() {
    lock.lock();
    try {
      return List.copyOf(trades.values());
    } finally {
      lock.unlock();
    }
  }

  List<Trade> trades(Predicate<Trade> which) {
    return trades().stream().filter(which).toList();
  }

  /** One order, in the three places it stands. */
  record Standing(Trade trade, String row, EscrowStatus latest, EscrowStatus settled) {
    /** The row says less, or other, than the final chain. */
    boolean isBehind() {
      return !row.equals(state(settled)) && !row.equals(state(latest));
    }

    boolean isMoving() {
      return latest != settled;
    }

    /** What a row says of an escrow that stands so. */
    static String state(EscrowStatus status) {
      return switch (status) {
        case NONE -> "CREATED";
        case HELD -> "PENDING";
        case DISPUTED -> "DISPUTED";
        case RELEASED -> "SETTLED";
        case REFUNDED -> "REFUNDED";
        case CANCELLED -> "CANCELLED";
      };
    }
  }

  /** Every remembered order as row and contract have it, asked of both now. */
  List<Standing> standings() {
    List<Trade> all = trades();
    if (all.isEmpty()) {
      return List.of();
    }
    LocalChain.Standings chain =
        world.chain().standings(world.contract(), all.stream().map(Trade::key).toList());
    Map<String, String> rows = new HashMap<>();
    world
        .venue()
        .rows(all.stream().map(Trade::order).toList())
        .forEach(row -> rows.put(row.id(), row.state()));
    var standings = new ArrayList<Standing>();
    for (int at = 0; at < all.size(); at++) {
      Trade trade = all.get(at);
      String row = rows.getOrDefault(trade.order(), "");
      if (!row.isEmpty()) {
        standings.add(new Standing(trade, row, chain.latest().get(at), chain.settled().get(at)));
      }
    }
    return standings;
  }

  /** Whether whoever watches the rows has told of these states. */
  boolean hasShown(List<Standing> standings) {
    lock.lock();
    try {
      return standings.stream()
          .allMatch(standing -> standing.row().equals(states.get(standing.trade().order())));
    } finally {
      lock.unlock();
    }
  }

  /** A trade could not go on. */
  void broke(Trade trade, RuntimeException failure) {
    if (!closed) {
      tape.trouble(trade.order() + " broke off: " + failure.getMessage());
    }
  }

  /** Ends the traders; what is on the chain stays. Idempotent. */
  @Override
  public void close() {
    closed = true;
    lively = false;
    lock.lock();
    try {
      threads.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }

  private void begin(String name, Runnable work) {
    lock.lock();
    try {
      threads.removeIf(thread -> !thread.isAlive());
      threads.add(Thread.ofVirtual().name(name).start(work));
    } finally {
      lock.unlock();
    }
  }

  private void trade() {
    try {
      while (!closed) {
        long open = trades(trade -> trade.stage() != Trade.Stage.ENDED).size();
        if (lively && open < MOST_OPEN) {
          Trade trade = next();
          remember(trade);
          begin("demo/" + trade.order(), trade);
        }
        ticker.rest(placed < FIRST_ORDERS ? BETWEEN_FIRST_ORDERS : BETWEEN_ORDERS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Trade next() {
    int number = placed++;
    Party buyer = buyers.get(number % buyers.size());
    Party seller = sellers.get(number % sellers.size());
    var amount = new BigDecimal(AMOUNTS.get(number % AMOUNTS.size())).movePointRight(18);
    var terms =
        new Terms(
            "ord_" + (FIRST_ORDER + number),
            buyer.account(),
            seller.account(),
            Address.ZERO,
            amount.toBigIntegerExact(),
            ticker.now().plus(FUNDED_FOR));
    // Two of five end soon; the others wait, so that there is money in escrow at any time.
    return switch (number % 10) {
      case 0, 7 -> new Trade(this, terms, buyer, seller, Trade.Ending.RELEASE, QUICK);
      case 2 -> new Trade(this, terms, buyer, seller, Trade.Ending.DISPUTE, QUICK);
      case 5 -> new Trade(this, terms, buyer, seller, Trade.Ending.REFUND, QUICK);
      case 9 -> new Trade(this, terms, buyer, seller, Trade.Ending.CANCEL, PATIENT);
      default -> new Trade(this, terms, buyer, seller, Trade.Ending.RELEASE, PATIENT);
    };
  }

  private void remember(Trade trade) {
    lock.lock();
    try {
      trades.put(trade.order(), trade);
      if (trades.size() > MOST_REMEMBERED) {
        trades.values().stream()
            .filter(old -> old.stage() == Trade.Stage.ENDED)
            .findFirst()
            .map(Trade::order)
            .ifPresent(old -> {
              trades.remove(old);
              states.remove(old);
            });
      }
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    Instant since = Instant.EPOCH;
    try {
      while (!closed) {
        try {
          for (VenueStore.Row row : world.venue().changedSince(since)) {
            seen(row);
            since = row.updatedAt().minus(OVERLAP);
          }
        } catch (WorldFailure e) {
          if (!closed) {
            tape.trouble(String.valueOf(e.getMessage()));
          }
        }
        ticker.rest(BETWEEN_LOOKS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void seen(VenueStore.Row row) {
    if (firstOrder.isEmpty()) {
      firstOrder = Optional.of(tape.elapsed());
    }
    lock.lock();
    try {
      Trade trade = trades.get(row.id());
      if (trade == null) {
        return;
      }
      String was = Optional.ofNullable(states.put(row.id(), row.state())).orElse("CREATED");
      if (was.equals(row.state())) {
        return;
      }
      tape.happened(
          Tape.Source.ROW,
          row.id(),
          trade.amount(),
          ink(row.state()),
          was + " → " + row.state() + (row.block() > 0 ? "  (block " + row.block() + ")" : ""));
    } finally {
      lock.unlock();
    }
  }

  private static Ink ink(String state) {
    return switch (state) {
      case "SETTLED" -> Ink.GOOD;
      case "DISPUTED", "REFUNDED", "CANCELLED" -> Ink.WARNING;
      default -> Ink.PLAIN;
    };
  }
}
