package dev.metaops.process;

import dev.metaops.checkup.HealthAnswers;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.CtrlC;
import dev.metaops.command.ExitCode;
import dev.metaops.command.HealthCommand;
import dev.metaops.command.Need;
import dev.metaops.command.ServicesCommand;
import dev.metaops.command.Shared;
import dev.metaops.config.Nearest;
import dev.metaops.config.ServicesSection.Supervised;
import dev.metaops.look.ServicesLook;
import dev.metaops.page.Page;
import dev.metaops.reach.Reach;
import dev.metaops.services.Asked;
import dev.metaops.services.Discovery;
import dev.metaops.services.Logged;
import dev.metaops.services.Look;
import dev.metaops.services.Outcome;
import dev.metaops.services.Services;
import dev.metaops.services.Turn;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers {@code services}: at once, with whatever else is down. */
public final class ServicesAnswers implements Answers<ServicesCommand> {
  private static final Duration FOR_LOOKING_FIRST = Duration.ofSeconds(3);

  /** The longest look of a {@link ServiceWatch}, which has the turn meanwhile, and a moment. */
  private static final Duration FOR_THE_TURN = ServiceWatch.MOST.plusSeconds(1);

  /** After Ctrl-C: looks once more. */
  private static final Duration FOR_WRITING_DOWN = FOR_LOOKING_FIRST.plusSeconds(2);

  @Override
  public Answer to(ServicesCommand command, Conversation conversation) {
    if (command instanceof ServicesCommand.Discover) {
      return ServicesScreens.discovered(
          Discovery.of(conversation.configuration().where(), Reach.deadline(conversation)));
    }
    Optional<String> unusable = ServicesLook.unusable(conversation);
    if (unusable.isPresent()) {
      return couldNot(command, unusable.get());
    }
    Services services = Reach.services(conversation);
    return switch (command) {
      case ServicesCommand.Status _ -> status(services, conversation);
      case ServicesCommand.Undertake undertake ->
          chosen(undertake, services)
              .map(missing -> couldNot(command, missing))
              .orElseGet(() -> undertaken(undertake, services, conversation));
      case ServicesCommand.Logs logs -> logs(logs, services, conversation);
      case ServicesCommand.Discover _ -> throw new IllegalStateException("answered above");
    };
  }

  static Answer couldNot(ServicesCommand command, String sentence) {
    return Answer.couldNot("services", command.name().substring("services ".length()), sentence);
  }

  private static Answer status(Services services, Conversation conversation) {
    List<Look> looks = services.look(Reach.deadline(conversation));
    return ServicesScreens.status(looks, conversation.ticker().now());
  }

  /** What is wrong with the names; empty when nothing is. */
  private static Optional<String> chosen(ServicesCommand.Undertake command, Services services) {
    return switch (command.chosen()) {
      case ServicesCommand.Chosen.All _ -> Optional.empty();
      case ServicesCommand.Chosen.Named(List<String> names) ->
          names.stream()
              .filter(name -> services.named(name).isEmpty())
              .findFirst()
              .map(name -> unknown(name, services));
    };
  }

  private static String unknown(String name, Services services) {
    List<String> known = services.all().stream().map(Supervised::name).toList();
    return "no service is called "
        + Page.printable(name)
        + Nearest.to(name, known)
            .map(nearest -> "; did you mean " + nearest + "?")
            .orElse("; configured: " + String.join(", ", known));
  }

  private static Asked asked(ServicesCommand.Undertake command, Services services) {
    List<String> names =
        switch (command.chosen()) {
          case ServicesCommand.Chosen.All _ ->
              services.all().stream().map(Supervised::name).toList();
          case ServicesCommand.Chosen.Named(List<String> named) -> named;
        };
    return new Asked(command.verb(), names, command.zeal(), command.readyWithin());
  }

  private static Answer undertaken(
      ServicesCommand.Undertake command, Services services, Conversation conversation) {
    Asked asked = asked(command, services);
    if (conversation.shared().purpose() == Shared.Purpose.DRY_RUN) {
      return ServicesScreens.planned(
          command, services.plan(asked, Deadline.in(FOR_LOOKING_FIRST, conversation.ticker())));
    }
    Optional<Turn> turn;
    try {
      turn = services.turn(Deadline.in(FOR_THE_TURN, conversation.ticker()));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return couldNot(command, "interrupted while another had the turn: nothing was touched");
    } catch (IOException unwritable) {
      // Nothing that helps is held up by a full disk.
      conversation.person().tell("whether another is at it cannot be told: " + unwritable);
      return inTurn(command, asked, services, conversation);
    }
    if (turn.isEmpty()) {
      return Answer.refused(
          "services",
          command.verb().word(),
          "refused, nothing was touched: another metaops stops or starts services of this machine,"
              + " and did not end within "
              + Ages.of(FOR_THE_TURN)
              + " (it ends by itself)");
    }
    try (Turn _ = turn.get()) {
      return inTurn(command, asked, services, conversation);
    }
  }

  private static Answer inTurn(
      ServicesCommand.Undertake command,
      Asked asked,
      Services services,
      Conversation conversation) {
    ServiceRecord record = new ServiceRecord(conversation);
    List<String> notes = new ArrayList<>();
    noticed(services, conversation, seen -> notes.addAll(record.told("before this: ", seen)));
    Optional<String> unrecorded = record.begun(asked);
    unrecorded.ifPresent(conversation.person()::tell);
    Optional<List<Outcome>> done = done(asked, services, record, conversation);
    if (done.isEmpty()) {
      return couldNot(command, "interrupted: metaops services status says how each is");
    }
    List<Outcome> outcomes = done.get();
    Optional<String> stillUnrecorded = record.ended(asked, outcomes).or(() -> unrecorded);
    notes.addAll(meanwhile(asked, services, record, conversation));
    String where = stillUnrecorded.orElseGet(record::merged);
    Optional<Answer> health =
        command.afterwards() == ServicesCommand.Afterwards.QUICK_HEALTH
                && Need.ANYTHING.missingFrom(conversation.settings()).isEmpty()
            ? Optional.of(
                new HealthAnswers()
                    .to(new HealthCommand.Look(HealthCommand.Subject.QUICK), conversation))
            : Optional.empty();
    return ServicesScreens.undertaken(
        command,
        outcomes,
        where,
        stillUnrecorded.isPresent()
            ? ServicesScreens.Recording.FAILED
            : ServicesScreens.Recording.DONE,
        health,
        notes);
  }

  /** Empty when it was interrupted, by Ctrl-C too; that is on the record then. */
  private static Optional<List<Outcome>> done(
      Asked asked, Services services, ServiceRecord record, Conversation conversation) {
    Thread doing = Thread.currentThread();
    try (CtrlC _ = CtrlC.ends(doing::interrupt, () -> ExitCode.COULD_NOT, FOR_WRITING_DOWN)) {
      try {
        return Optional.of(services.undertake(asked, conversation.person()::tell));
      } catch (InterruptedException stopping) {
        record.interrupted(asked).ifPresent(conversation.person()::tell);
        meanwhile(asked, services, record, conversation).forEach(conversation.person()::tell);
        forget(asked, services);
        conversation.person().tell("interrupted, and not gone through with");
        doing.interrupt();
        return Optional.empty();
      }
    }
  }

  /** What was asked of them may become of them later, and is our doing then. */
  private static void forget(Asked asked, Services services) {
    try {
      services.forget(asked.chosen());
    } catch (IOException unkept) {
      // At worst it is taken for somebody else's.
    }
  }

  /**
   * Remembers how each is now, so that what we did is not taken for somebody else's doing; what
   * became meanwhile of those we did nothing to is.
   */
  private static List<String> meanwhile(
      Asked asked, Services services, ServiceRecord record, Conversation conversation) {
    List<String> notes = new ArrayList<>();
    noticed(
        services,
        conversation,
        seen ->
            notes.addAll(
                record.told(
                    "meanwhile: ",
                    seen.stream()
                        .filter(each -> !asked.chosen().contains(each.service()))
                        .toList())));
    return notes;
  }

  private static void noticed(
      Services services, Conversation conversation, Consumer<List<Services.Noticed>> recorded) {
    try {
      services.notice(Deadline.in(FOR_LOOKING_FIRST, conversation.ticker()), recorded);
    } catch (IOException unkept) {
      // What is not remembered is looked at again.
    }
  }

  private static Answer logs(
      ServicesCommand.Logs command, Services services, Conversation conversation) {
    Optional<Supervised> service = services.named(command.service());
    if (service.isEmpty()) {
      return couldNot(command, unknown(command.service(), services));
    }
    return switch (services.logs(service.get(), command.lines(), Reach.deadline(conversation))) {
      case Logged.Lines(List<String> lines) -> ServicesScreens.logs(command, lines);
      case Logged.Unread(String why) -> couldNot(command, command.service() + ": " + why);
    };
  }
}
