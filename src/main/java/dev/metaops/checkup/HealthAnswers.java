package dev.metaops.checkup;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.CtrlC;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Feed;
import dev.metaops.command.HealthCommand;
import dev.metaops.config.Settings;
import dev.metaops.health.HealthFile;
import dev.metaops.health.HealthMemory;
import dev.metaops.health.Report;
import dev.metaops.look.ChainRecord;
import dev.metaops.look.Examination;
import dev.metaops.look.FrontendLook;
import dev.metaops.look.HealthDrawing;
import dev.metaops.look.KeysLook;
import dev.metaops.look.ServicesLook;
import dev.metaops.page.EnvironmentLine;
import dev.metaops.page.Page;
import dev.metaops.reach.Reach;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Answers {@code health}. */
public final class HealthAnswers implements Answers<HealthCommand> {
  private static final Duration BETWEEN = Duration.ofSeconds(3);
  private static final String CLEAR = "\033[H\033[2J\033[3J";

  @Override
  public Answer to(HealthCommand command, Conversation conversation) {
    return switch (command) {
      case HealthCommand.Lies lies -> LiesAnswer.of(lies, conversation);
      case HealthCommand.Look(var subject, var times) ->
          unusable(subject, conversation)
              .map(why -> Answer.couldNot("health", subject.word(), why))
              .orElseGet(() ->
                  switch (times) {
                    case ONCE -> examined(subject, conversation);
                    case UNTIL_STOPPED -> watched(subject, conversation);
                  });
      case HealthCommand.Report report -> HealthReport.of(report, conversation);
    };
  }

  private static Optional<String> unusable(
      HealthCommand.Subject subject, Conversation conversation) {
    return subject == HealthCommand.Subject.SERVICES
        ? ServicesLook.unusable(conversation)
        : Optional.empty();
  }

  /** Until Ctrl-C; ends as the last look that was not cut short by it did. */
  private static Answer watched(HealthCommand.Subject subject, Conversation conversation) {
    Feed feed = new Feed(conversation);
    Thread watching = Thread.currentThread();
    AtomicReference<ExitCode> last = new AtomicReference<>(ExitCode.COULD_NOT);
    try (CtrlC _ = CtrlC.ends(watching::interrupt, last::get)) {
      while (true) {
        Answer answer = examined(subject, conversation);
        if (Thread.interrupted()) {
          break;
        }
        if (conversation.person().colour() == Page.Colour.ANSI) {
          conversation.person().show(CLEAR);
        }
        feed.show(answer.picture());
        last.set(answer.exit());
        conversation.ticker().rest(BETWEEN);
      }
    } catch (InterruptedException stopped) {
      // That is how it ends.
    }
    return Answer.of(last.get(), Feed.ended());
  }

  /** Everything of one subject, looked at once and remembered. */
  record Seen(Examination examination, Report report, HealthMemory memory, List<String> absent) {
    static Seen of(HealthCommand.Subject subject, Conversation conversation) {
      Examination examination =
          Examination.of(conversation, parts(subject), deadline(subject, conversation));
      Report report = examination.report();
      return new Seen(
          examination,
          report,
          new HealthFile(conversation.settings().environment().dataDirectory())
              .remember(EnvironmentLine.of(conversation.settings()), report),
          HealthAnswers.absent(subject, conversation.settings()));
    }

    ExitCode exit() {
      return report.results().isEmpty() ? ExitCode.COULD_NOT : HealthDrawing.exit(report.overall());
    }
  }

  private static Answer examined(HealthCommand.Subject subject, Conversation conversation) {
    Seen seen = Seen.of(subject, conversation);
    return new Answer(
        seen.exit(),
        new HealthScreen(
            subject, seen.report(), seen.memory(), seen.examination().record(), seen.absent()),
        subject == HealthCommand.Subject.BLOCKCHAIN
            ? seen.examination().record().flatMap(ChainRecord::note).stream().toList()
            : List.of());
  }

  private static Deadline deadline(HealthCommand.Subject subject, Conversation conversation) {
    Deadline deadline = Reach.deadline(conversation);
    return switch (subject) {
      case QUICK -> deadline.atMost(Examination.QUICK);
      case FULL, DATABASE, BLOCKCHAIN, LISTENER, ORDERS, KEYS, FRONTEND, SERVICES, RESOURCES ->
          deadline.atMost(Examination.FULL);
    };
  }

  private static Set<Examination.Part> parts(HealthCommand.Subject subject) {
    return switch (subject) {
      case QUICK -> Examination.COMPONENTS;
      case FULL -> Examination.ALL;
      case DATABASE -> EnumSet.of(Examination.Part.DATABASE);
      case BLOCKCHAIN -> EnumSet.of(Examination.Part.BLOCKCHAIN, Examination.Part.RECORD);
      case LISTENER -> EnumSet.of(Examination.Part.LISTENER);
      case ORDERS -> EnumSet.of(Examination.Part.ORDERS);
      case KEYS -> EnumSet.of(Examination.Part.KEYS);
      case FRONTEND -> EnumSet.of(Examination.Part.FRONTEND);
      case SERVICES -> EnumSet.of(Examination.Part.SERVICES);
      case RESOURCES -> EnumSet.of(Examination.Part.RESOURCES);
    };
  }

  /** What nobody configured, and what would. */
  private static List<String> absent(HealthCommand.Subject subject, Settings settings) {
    List<String> absent = new ArrayList<>();
    boolean isFull = subject == HealthCommand.Subject.FULL;
    boolean isQuick = subject == HealthCommand.Subject.QUICK;
    if ((isFull || isQuick) && settings.orders().door().isEmpty()) {
      absent.add("database and listener: not configured (set DATABASE_URL)");
    }
    if ((isFull || isQuick) && settings.chain().providers().isEmpty()) {
      absent.add("blockchain: not configured (set RPC_URL)");
    }
    if ((isFull || subject == HealthCommand.Subject.KEYS) && !KeysLook.isConfigured(settings)) {
      absent.add(KeysLook.NOT_CONFIGURED);
    }
    boolean isLookedAt = isFull || subject == HealthCommand.Subject.FRONTEND;
    if (isLookedAt && settings.frontend().all().isEmpty()) {
      absent.add(FrontendLook.NOT_CONFIGURED);
    }
    return absent;
  }
}
