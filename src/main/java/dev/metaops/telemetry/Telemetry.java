package dev.metaops.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import dev.metaops.config.Configuration;
import dev.metaops.config.Endpoint;
import dev.metaops.config.LogSection;
import dev.metaops.config.Redaction;
import dev.metaops.config.Secret;
import dev.metaops.config.Settings;
import dev.metaops.config.TelemetrySection;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What a process tells others while it runs, from {@link #begin} to {@link #close}. There is one at
 * a time, as there is one log of a process. Thread-safe.
 */
public final class Telemetry implements AutoCloseable {
  /** From being told to end to having let go. */
  static final Duration MOST_FOR_ENDING = Duration.ofSeconds(1);

  /** On the way out of the JVM others are still saying their last words. */
  private static final Duration LAST_WORDS = Duration.ofMillis(600);

  private static final String LOGTAIL = "logtail";
  private static final String OTLP = "otlp";
  private static final String SENTRY = "sentry";

  private final Settings settings;
  private final Redaction redaction;
  private final Identity identity;
  private final Ticker ticker;
  private final Said said;
  private final Log uncaught;
  private final Map<String, Losses> losses = new ConcurrentHashMap<>();
  private final List<Runnable> drains = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread leaving =
      Thread.ofPlatform().name("telemetry-leaving").unstarted(this::leave);
  private final List<Runnable> afterwards = new ArrayList<>();
  private Runnable deafening = () -> {};
  private @Nullable Courier courier;
  private boolean closed;

  private Telemetry(
      Settings settings, Redaction redaction, Ticker ticker, Consumer<String> person) {
    this.settings = settings;
    this.redaction = redaction;
    this.ticker = ticker;
    this.identity = Identity.of(settings.environment().name(), settings.chain().expectedChainId());
    this.said = new Log("telemetry", person);
    this.uncaught = new Log("thread", _ -> {});
  }

  /**
   * Begins what is configured, and nothing else.
   *
   * @param line takes what stands on standard error when that is JSON
   * @param person hears what is lost, when a person is to hear it
   */
  public static Telemetry begin(
      Configuration configuration, Ticker ticker, Consumer<String> line, Consumer<String> person) {
    Settings settings = configuration.settings();
    Redaction redaction = configuration.redaction();
    Telemetry telemetry = new Telemetry(settings, redaction, ticker, person);
    List<Appender<ILoggingEvent>> everywhere = new ArrayList<>();
    List<Appender<ILoggingEvent>> ours = new ArrayList<>();
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    if (settings.log().format() == LogSection.Format.JSON) {
      JsonLines json = new JsonLines(context, telemetry.identity, redaction, "@timestamp");
      everywhere.add(new LineAppender(json, line));
    }
    TelemetrySection where = settings.telemetry();
    where.logtailToken().ifPresent(token -> everywhere.add(telemetry.logtail(context, token)));
    where.sentryDsn().ifPresent(dsn -> ours.add(telemetry.sentry(dsn)));
    if (!everywhere.isEmpty() || !ours.isEmpty()) {
      telemetry.listen(context, everywhere, ours);
    }
    return telemetry;
  }

  private LogtailAppender logtail(LoggerContext context, Secret token) {
    LogtailAppender appender =
        new LogtailAppender(
            URI.create(settings.telemetry().logtail().url().reveal()),
            token,
            new JsonLines(context, identity, redaction, "dt"),
            courier(),
            losses(LOGTAIL, "lines of the log for Logtail"),
            ticker);
    drains.add(() -> appender.finish(Deadline.in(MOST_FOR_ENDING, ticker)));
    afterwards.add(appender::loseTheRest);
    return appender;
  }

  private SentryAppender sentry(Endpoint dsn) {
    SentryAppender appender =
        new SentryAppender(
            dsn.url(), identity, redaction, losses(SENTRY, "reports for Sentry"), ticker);
    drains.add(appender::finish);
    afterwards.add(appender::loseTheRest);
    return appender;
  }

  private Losses losses(String to, String what) {
    return losses.computeIfAbsent(to, _ -> new Losses(what, said));
  }

  private synchronized Courier courier() {
    if (courier == null) {
      courier = new Courier();
    }
    return courier;
  }

  private void listen(
      LoggerContext context,
      List<Appender<ILoggingEvent>> everywhere,
      List<Appender<ILoggingEvent>> ours) {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger logger = context.getLogger(Log.OURS);
    List<Appender<ILoggingEvent>> before =
        settings.log().format() == LogSection.Format.JSON ? detached(root) : List.of();
    everywhere.forEach(appender -> begun(context, appender, List.of(root, logger)));
    ours.forEach(appender -> begun(context, appender, List.of(logger)));
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
    var handler = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
    Runtime.getRuntime().addShutdownHook(leaving);
    deafening =
        () -> {
          Thread.setDefaultUncaughtExceptionHandler(handler);
          logger.setLevel(Level.OFF);
          everywhere.forEach(root::detachAppender);
          logger.detachAndStopAllAppenders();
          before.forEach(root::addAppender);
        };
  }

  private static List<Appender<ILoggingEvent>> detached(Logger root) {
    List<Appender<ILoggingEvent>> all = new ArrayList<>();
    for (Iterator<Appender<ILoggingEvent>> each = root.iteratorForAppenders(); each.hasNext(); ) {
      all.add(each.next());
    }
    all.forEach(root::detachAppender);
    return all;
  }

  private static void begun(
      LoggerContext context, Appender<ILoggingEvent> appender, List<Logger> loggers) {
    appender.setContext(context);
    if (!appender.isStarted()) {
      appender.start();
    }
    loggers.forEach(logger -> logger.addAppender(appender));
  }

  /** As the JVM does without us but for secrets, and to the log. */
  private void uncaught(Thread thread, Throwable defect) {
    String sentence = "a defect ended thread " + thread.getName();
    switch (settings.log().format()) {
      case JSON -> {}
      case TEXT -> {
        StringWriter trace = new StringWriter();
        defect.printStackTrace(new PrintWriter(trace));
        System.err.print(redaction.in("Exception in thread \"" + thread.getName() + "\" " + trace));
      }
    }
    uncaught.defect(sentence, defect);
  }

  /**
   * Numbers of this process are pushed from now on, where that is asked for. Call once. Not at its
   * end: what is being let go would be pushed as what is.
   */
  public void push(PushedMetrics metrics) {
    switch (OtlpPlan.of(settings.telemetry().otlp(), identity)) {
      case OtlpPlan.NotAsked _ -> {}
      case OtlpPlan.Unusable(String why) -> said.accept("metrics are not pushed: " + why);
      case OtlpPlan.Push plan -> {
        plan.ignored().forEach(said);
        OtlpPush push =
            new OtlpPush(
                plan, metrics, courier(), losses(OTLP, "pushed metrics"), redaction, ticker);
        Thread pushing = Thread.ofPlatform().name("otlp").daemon().start(push);
        atTheEnd(pushing::interrupt);
      }
    }
  }

  private synchronized void atTheEnd(Runnable ending) {
    drains.add(ending);
  }

  /** How much did not arrive since the process began, by where it was to go. */
  public Map<String, Long> lost() {
    Map<String, Long> lost = new TreeMap<>(Map.of(LOGTAIL, 0L, OTLP, 0L, SENTRY, 0L));
    losses.forEach((to, count) -> lost.put(to, count.count()));
    return lost;
  }

  /** On the way out of the JVM: whoever began it closes it, or this does. */
  private void leave() {
    try {
      if (!ended.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
        close();
        ended.await(MOST_FOR_ENDING.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  /** What waits is sent as far as {@link #MOST_FOR_ENDING} reaches. Idempotent. */
  @Override
  public void close() {
    List<Runnable> last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = List.copyOf(drains);
    }
    drain(last);
    afterwards.forEach(Runnable::run);
    losses.values().forEach(Losses::lastWords);
    deafening.run();
    if (courier != null) {
      courier.close();
    }
    ended.countDown();
    forgetLeaving();
  }

  /** Also in a thread that was told to stop: this is how it stops. */
  private void drain(List<Runnable> last) {
    Deadline deadline = Deadline.in(MOST_FOR_ENDING, ticker);
    List<Thread> draining =
        last.stream().map(each -> Thread.ofPlatform().daemon().start(each)).toList();
    boolean wasTold = Thread.interrupted();
    for (Thread each : draining) {
      while (each.isAlive() && !deadline.hasPassed()) {
        try {
          each.join(Duration.ofMillis(deadline.remainingMillis()));
        } catch (InterruptedException told) {
          wasTold = true;
        }
      }
    }
    if (wasTold) {
      Thread.currentThread().interrupt();
    }
  }

  private void forgetLeaving() {
    try {
      Runtime.getRuntime().removeShutdownHook(leaving);
    } catch (IllegalStateException onItsWayOut) {
      // It runs, and sees that all is done.
    }
  }
}
