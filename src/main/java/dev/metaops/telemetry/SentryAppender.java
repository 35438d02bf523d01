package dev.metaops.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.metaops.config.Redaction;
import dev.metaops.config.Secret;
import dev.metaops.time.Ticker;
import io.sentry.Breadcrumb;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.clientreport.DiscardReason;
import io.sentry.hints.Enqueable;
import io.sentry.hints.SubmissionResult;
import io.sentry.protocol.Message;
import io.sentry.util.HintUtils;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Reports to Sentry what was logged with an exception, and what was said before it. Sending is the
 * SDK's, on a thread of its own and from a bounded queue; it is the process's only one.
 */
final class SentryAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private static final int MOST_WAITING = 30;
  private static final int MOST_SAID_BEFORE = 50;
  private static final int MOST_FOR_SENDING = 5_000;
  private static final int MOST_FOR_ENDING = 700;

  private final Secret dsn;
  private final Identity identity;
  private final Redaction redaction;
  private final Losses losses;
  private final Ration ration;
  private final Set<Sent> underWay = ConcurrentHashMap.newKeySet();

  SentryAppender(Secret dsn, Identity identity, Redaction redaction, Losses losses, Ticker ticker) {
    this.dsn = dsn;
    this.identity = identity;
    this.redaction = redaction;
    this.losses = losses;
    this.ration = new Ration(ticker);
  }

  @Override
  public void start() {
    Sentry.init(this::configure, true);
    super.start();
  }

  private void configure(SentryOptions options) {
    options.setDsn(dsn.reveal());
    options.setEnvironment(identity.environment());
    options.setRelease(identity.release());
    identity.chain().ifPresent(chain -> options.setTag("chain", Long.toString(chain)));
    options.getDataCollection().setUserInfo(false);
    options.getDataCollection().setFilePaths(false);
    options.setAttachServerName(false);
    options.setAttachThreads(false);
    options.setSendModules(false);
    options.setEnableUncaughtExceptionHandler(false);
    options.setEnableAutoSessionTracking(false);
    options.setEnableShutdownHook(false);
    options.setMaxQueueSize(MOST_WAITING);
    options.setMaxBreadcrumbs(MOST_SAID_BEFORE);
    options.setConnectionTimeoutMillis(MOST_FOR_SENDING);
    options.setReadTimeoutMillis(MOST_FOR_SENDING);
    options.setShutdownTimeoutMillis(MOST_FOR_ENDING);
    options.addInAppInclude("dev.metaops");
    options.setBeforeSend((event, _) -> new SentryCut(redaction).of(event));
    options.setOnDiscard((reason, _, count) -> discarded(reason, count));
  }

  /** What is dropped before anybody tries to send it; the rest is heard by {@link Sent}. */
  private void discarded(DiscardReason reason, long count) {
    switch (reason) {
      case QUEUE_OVERFLOW -> losses.lost(count, "there are more than can be sent");
      case BEFORE_SEND -> losses.lost(count, "they could not be freed of secrets");
      default -> {}
    }
  }

  /** Hears what became of one report. */
  private final class Sent implements SubmissionResult, Enqueable {
    private final AtomicBoolean isOver = new AtomicBoolean();
    private volatile boolean isTaken;

    @Override
    public void markEnqueued() {
      underWay.add(this);
      if (isOver.get()) {
        underWay.remove(this);
      }
    }

    @Override
    public void setResult(boolean taken) {
      isTaken = taken;
      underWay.remove(this);
      if (isOver.getAndSet(true)) {
        return;
      }
      if (taken) {
        losses.arrived();
      } else {
        losses.lost(1, "Sentry does not take them");
      }
    }

    @Override
    public boolean isSuccess() {
      return isTaken;
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    Optional<Throwable> defect = thrown(event);
    if (defect.isPresent()) {
      ration
          .granted(kind(event, defect.get()))
          .ifPresent(leftOut ->
              Sentry.captureEvent(
                  report(event, defect.get(), leftOut),
                  HintUtils.createWithTypeCheckHint(new Sent())));
    } else {
      Sentry.addBreadcrumb(crumb(event));
    }
  }

  private static Optional<Throwable> thrown(ILoggingEvent event) {
    return event.getThrowableProxy() instanceof ThrowableProxy proxy
        ? Optional.of(proxy.getThrowable())
        : Optional.empty();
  }

  /** The same defect at the same place of the same part. */
  private static String kind(ILoggingEvent event, Throwable defect) {
    StackTraceElement[] trace = defect.getStackTrace();
    return event.getLoggerName()
        + " "
        + defect.getClass().getName()
        + (trace.length == 0 ? "" : " " + trace[0]);
  }

  private static SentryEvent report(ILoggingEvent event, Throwable defect, long leftOut) {
    SentryEvent report = new SentryEvent(defect);
    Message message = new Message();
    message.setFormatted(event.getFormattedMessage());
    report.setMessage(message);
    report.setLevel(SentryLevel.ERROR);
    report.setLogger(event.getLoggerName());
    if (leftOut > 0) {
      report.setTag("left-out-before", Long.toString(leftOut));
    }
    return report;
  }

  private static Breadcrumb crumb(ILoggingEvent event) {
    Breadcrumb crumb = new Breadcrumb(event.getFormattedMessage());
    crumb.setCategory(event.getLoggerName());
    crumb.setLevel(level(event));
    return crumb;
  }

  private static @Nullable SentryLevel level(ILoggingEvent event) {
    return switch (event.getLevel().toInt()) {
      case ch.qos.logback.classic.Level.ERROR_INT -> SentryLevel.ERROR;
      case ch.qos.logback.classic.Level.WARN_INT -> SentryLevel.WARNING;
      default -> SentryLevel.INFO;
    };
  }

  /** Sends what waits, within about {@value #MOST_FOR_ENDING} ms. */
  void finish() {
    stop();
    Sentry.close();
  }

  /** What waits now is lost. Idempotent. */
  void loseTheRest() {
    long rest = underWay.stream().filter(sent -> !sent.isOver.getAndSet(true)).count();
    if (rest > 0) {
      losses.lost(rest, "the process ended before they could be sent");
    }
  }
}
