package dev.metaops.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A session while somebody has it: a connection whose {@code close} gives it back, and which is
 * closed for its holder from then on, or from when it was taken back.
 */
final class Lease implements InvocationHandler {
  /** A session that was changed so is nobody else's any more. */
  private static final Set<String> CHANGES =
      Set.of("setTransactionIsolation", "setReadOnly", "setSchema", "setCatalog", "setHoldability");

  private enum Standing {
    HELD,
    GIVEN_BACK,
    TAKEN_BACK
  }

  private final Session session;
  private final Held begun;
  private final long begunNanos;
  private final Pool pool;
  private final AtomicReference<Standing> standing = new AtomicReference<>(Standing.HELD);
  private volatile boolean changed;

  Lease(Session session, Held begun, long begunNanos, Pool pool) {
    this.session = session;
    this.begun = begun;
    this.begunNanos = begunNanos;
    this.pool = pool;
  }

  Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            Lease.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
  }

  Session session() {
    return session;
  }

  /** By the monotonic clock's reading now. */
  Held heldUntil(long nanos) {
    return begun.after(Duration.ofNanos(nanos - begunNanos));
  }

  /** Whether what somebody did to the session outlasts its use. */
  boolean isChanged() {
    return changed;
  }

  /** From now on it is closed for its holder; false when it was before. */
  boolean takeBack() {
    return standing.compareAndSet(Standing.HELD, Standing.TAKEN_BACK);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, @Nullable Object[] arguments)
      throws Throwable {
    return switch (method.getName()) {
      case "close" -> {
        if (standing.compareAndSet(Standing.HELD, Standing.GIVEN_BACK)) {
          pool.givenBack(this);
        }
        yield null;
      }
      case "isClosed" -> standing.get() != Standing.HELD || session.connection().isClosed();
      case "equals" -> isLentAs(arguments[0]);
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "connection lent to " + begun.holder();
      default -> passed(method, arguments);
    };
  }

  private boolean isLentAs(@Nullable Object other) {
    return other != null
        && Proxy.isProxyClass(other.getClass())
        && equals(Proxy.getInvocationHandler(other));
  }

  private @Nullable Object passed(Method method, @Nullable Object[] arguments) throws Throwable {
    switch (standing.get()) {
      case HELD -> {}
      case GIVEN_BACK -> throw new SQLException("this connection is closed", "08003");
      case TAKEN_BACK ->
          throw new SQLException(
              "this connection was held too long, since " + begun.since() + ", and taken back",
              "08003");
    }
    changed = changed || CHANGES.contains(method.getName());
    try {
      return method.invoke(session.connection(), arguments);
    } catch (InvocationTargetException failed) {
      throw failed.getTargetException();
    }
  }
}
