package dev.metaops.store;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A few connections of one database, lent again and again in a process that runs for long (ADR 22).
 * Each wait ends by the deadline of whoever waits. No failure is kept: whoever comes next tries
 * anew, so that a pool whose sessions all died is whole again with the next use. For uses that end
 * within seconds; who keeps a connection for life has one of its own. Thread-safe.
 */
public final class Pool implements AutoCloseable {
  /** A session that rested may take this part of the wait to show that it lives. */
  private static final int SHARE = 3;

  private static final Duration MOST_FOR_AN_ANSWER = Duration.ofSeconds(2);
  private static final Duration MOST_FOR_CLEANING = Duration.ofSeconds(1);

  /**
   * What it keeps to.
   *
   * @param size connections at most, from 1 to 8
   * @param idle one that rested for longer is closed
   * @param oldest one that is older is not lent again, so that what moves behind a name is followed
   * @param takenBackAfter who holds one for longer loses it
   */
  public record Limits(int size, Duration idle, Duration oldest, Duration takenBackAfter) {
    private static final int MOST = 8;

    public Limits {
      if (size < 1 || size > MOST) {
        throw new IllegalArgumentException("size: " + size + " (expected: 1 to " + MOST + ")");
      }
    }

    /** For a process beside others at one database. */
    public static Limits steady(Duration takenBackAfter) {
      return new Limits(4, Duration.ofMinutes(2), Duration.ofMinutes(10), takenBackAfter);
    }
  }

  /**
   * What a renewal came to.
   *
   * @param closed how many rested
   * @param takenBack from whom one was taken
   */
  public record Renewed(int closed, List<Held> takenBack) {}

  private record Resting(Session session, long sinceNanos) {}

  private final Database plain;
  private final Database lending;
  private final Limits limits;
  private final Ticker ticker;
  private final Semaphore free;
  private final Set<Lease> lent = ConcurrentHashMap.newKeySet();

  /** The one that was used last comes first, so that the others grow old and go. */
  private final ConcurrentLinkedDeque<Resting> resting = new ConcurrentLinkedDeque<>();

  private final AtomicLong generation = new AtomicLong();
  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong timedOut = new AtomicLong();
  private final AtomicLong takenBack = new AtomicLong();
  private volatile boolean closed;

  /**
   * Opens nothing yet.
   *
   * @param plain opens the connections
   */
  public Pool(Database plain, Limits limits, Ticker ticker) {
    this.plain = plain;
    this.limits = limits;
    this.ticker = ticker;
    this.free = new Semaphore(limits.size(), true);
    this.lending = plain.through(this::lend);
  }

  /** The database as everybody knows it, whose connections are lent. */
  public Database database() {
    return lending;
  }

  /** The database's host, port and name. */
  public String place() {
    return plain.url().place();
  }

  private Connection lend(Deadline deadline) throws DatabaseUnavailable {
    awaitFree(deadline);
    try {
      Optional<Session> rested = rested(deadline);
      Session session = rested.isPresent() ? rested.get() : open(deadline);
      session.bound(deadline);
      Lease lease = new Lease(session, Held.now(ticker.now()), ticker.nanos(), this);
      lent.add(lease);
      return lease.connection();
    } catch (DatabaseUnavailable | RuntimeException failed) {
      free.release();
      throw failed;
    }
  }

  private void awaitFree(Deadline deadline) throws DatabaseUnavailable {
    long begun = ticker.nanos();
    try {
      if (free.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    timedOut.incrementAndGet();
    throw new DatabaseUnavailable(
        new DatabaseFailure.PoolExhausted(
            place(), Duration.ofNanos(ticker.nanos() - begun), state().sentence()));
  }

  /** One that answers; where one does not, none that rested is believed. */
  private Optional<Session> rested(Deadline deadline) {
    for (Resting next = resting.poll(); next != null; next = resting.poll()) {
      Session session = next.session();
      if (isOld(session)) {
        session.close();
        continue;
      }
      if (session.answers(deadline.atMost(answerWithin(deadline)))) {
        return Optional.of(session);
      }
      lost.incrementAndGet();
      session.abort();
      abandonResting();
    }
    return Optional.empty();
  }

  private static Duration answerWithin(Deadline deadline) {
    Duration share = deadline.remaining().dividedBy(SHARE);
    return share.compareTo(MOST_FOR_AN_ANSWER) < 0 ? share : MOST_FOR_AN_ANSWER;
  }

  private void abandonResting() {
    for (Resting next = resting.poll(); next != null; next = resting.poll()) {
      lost.incrementAndGet();
      next.session().abort();
    }
  }

  private boolean isOld(Session session) {
    return session.generation() != generation.get()
        || ticker.nanos() - session.openedNanos() > limits.oldest().toNanos();
  }

  private Session open(Deadline deadline) throws DatabaseUnavailable {
    long of = generation.get();
    Session session = new Session(plain.connect(deadline), of, ticker.nanos());
    opened.incrementAndGet();
    return session;
  }

  void givenBack(Lease lease) {
    Session session = lease.session();
    boolean isUsable =
        session.isCleaned(Deadline.in(MOST_FOR_CLEANING, ticker)) && !lease.isChanged();
    lent.remove(lease);
    if (!isUsable) {
      lost.incrementAndGet();
      session.abort();
    } else if (isOld(session)) {
      session.close();
    } else {
      resting.push(new Resting(session, ticker.nanos()));
    }
    free.release();
    // Asked only now, so that none comes to rest in a pool that is closed at this moment.
    if (closed) {
      close();
    }
  }

  /**
   * Takes back what was held too long, and closes what rests too long. To be called every second or
   * so.
   *
   * @return from whom it was taken
   */
  public List<Held> tend() {
    for (Resting one : resting) {
      // Whoever takes it off the list has it: it may be lent at this moment.
      if (isOver(one) && resting.remove(one)) {
        one.session().close();
      }
    }
    return takeBack(limits.takenBackAfter());
  }

  private boolean isOver(Resting one) {
    return ticker.nanos() - one.sinceNanos() > limits.idle().toNanos() || isOld(one.session());
  }

  private List<Held> takeBack(Duration heldFor) {
    List<Held> taken = new ArrayList<>();
    for (Lease lease : List.copyOf(lent)) {
      Held held = lease.heldUntil(ticker.nanos());
      if (held.held().compareTo(heldFor) >= 0 && lease.takeBack()) {
        lent.remove(lease);
        lease.session().abort();
        free.release();
        takenBack.incrementAndGet();
        taken.add(held);
      }
    }
    return taken;
  }

  /**
   * None of the connections it has now is lent again: those that rest are closed, the others once
   * they come back.
   *
   * @param heldFor who has held one for so long loses it now
   */
  public Renewed renew(Duration heldFor) {
    generation.incrementAndGet();
    int rested = 0;
    for (Resting next = resting.poll(); next != null; next = resting.poll()) {
      next.session().abort();
      rested++;
    }
    return new Renewed(rested, takeBack(heldFor));
  }

  /** Numbers of one moment, as near as others at work allow. */
  public PoolState state() {
    List<Held> held =
        lent.stream()
            .map(lease -> lease.heldUntil(ticker.nanos()))
            .sorted(Comparator.comparing(Held::held).reversed())
            .toList();
    return new PoolState(
        limits.size(),
        resting.size(),
        free.getQueueLength(),
        held,
        new PoolState.Counts(opened.get(), lost.get(), timedOut.get(), takenBack.get()));
  }

  /** What is lent is closed when it comes back. Idempotent. */
  @Override
  public void close() {
    closed = true;
    for (Resting next = resting.poll(); next != null; next = resting.poll()) {
      next.session().close();
    }
  }
}
