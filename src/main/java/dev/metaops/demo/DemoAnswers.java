package dev.metaops.demo;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.DemoCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Nouns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Answers {@code demo}: makes a world, plays in it, and keeps it up or takes it down. */
public final class DemoAnswers implements Answers<DemoCommand> {
  private static final Duration BETWEEN_REMINDERS = Duration.ofSeconds(12);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private static final String TOGGLE =
      "Here: Enter kills the listener or starts it again; Ctrl-C takes the world down.\n";

  private final List<String> metaops;
  private final Nouns nouns;

  /**
   * @param metaops the command line that starts metaops, before its words
   * @param nouns who answers the verbs that are played
   */
  public DemoAnswers(List<String> metaops, Nouns nouns) {
    this.metaops = List.copyOf(metaops);
    this.nouns = nouns;
  }

  @Override
  public Answer to(DemoCommand command, Conversation conversation) {
    return switch (command) {
      case DemoCommand.Play(DemoCommand.Ending ending) -> play(ending, conversation);
    };
  }

  private Answer play(DemoCommand.Ending asked, Conversation conversation) {
    Path data = conversation.settings().environment().dataDirectory();
    var tape =
        new Tape(
            conversation.person(),
            conversation.shared().output(),
            conversation.ticker(),
            sinceStart(conversation));
    try (Takedown takedown = Takedown.atEndOfProcess()) {
      Answer answer = play(ending(asked, conversation), takedown, data, tape, conversation);
      leave(takedown, conversation);
      return answer;
    }
  }

  private Answer play(
      DemoCommand.Ending ending,
      Takedown takedown,
      Path data,
      Tape tape,
      Conversation conversation) {
    try {
      World world = World.open(takedown, data, metaops, conversation.ticker(), tape::progress);
      var market = new Market(world, tape, conversation.ticker());
      takedown.later(market::close);
      takedown.later(() -> {
        tape.say("Taking the world down.");
        tape.silence();
      });
      market.open();
      world.listener().start();
      tape.say("In a browser, live: " + world.page());
      Pause pause = new Pause(ending, conversation, tape);
      var acts = new Acts(world, market, tape, conversation.ticker(), nouns, pause);
      Played played = acts.play();
      switch (ending) {
        case LEAVE -> {}
        case STAY -> {
          tape.printed(played);
          invite(acts, world, tape);
          stay(world, tape, conversation);
        }
      }
      return Answer.of(played.allTrue() ? ExitCode.FINE : ExitCode.CRITICAL, played);
    } catch (WorldFailure | AnvilFailure e) {
      return Answer.couldNot("demo", "", String.valueOf(e.getMessage()));
    }
  }

  /** On Ctrl-C what failed on the way out is nobody's concern: the process ends in a moment. */
  private static void leave(Takedown takedown, Conversation conversation) {
    while (takedown.endsWithProcess()) {
      rest(conversation);
    }
  }

  private static Duration sinceStart(Conversation conversation) {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, conversation.ticker().now()))
        .filter(age -> !age.isNegative())
        .orElse(Duration.ZERO);
  }

  /** JSON is one document, written at the end: there has to be one. */
  private static DemoCommand.Ending ending(DemoCommand.Ending asked, Conversation conversation) {
    return switch (conversation.shared().output()) {
      case TABLE, SAFE -> asked;
      case JSON -> DemoCommand.Ending.LEAVE;
    };
  }

  /** Between two acts: whoever wants to go on alone goes on, a person presses Enter. */
  private record Pause(DemoCommand.Ending ending, Conversation conversation, Tape tape)
      implements Acts.Pause {
    @Override
    public void before(String what) {
      switch (ending) {
        case LEAVE -> {}
        case STAY -> ask("Press Enter to " + what + ".");
      }
    }

    /** What happens meanwhile pushes the question off the screen: it is asked again. */
    private void ask(String question) {
      Thread again =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    conversation.ticker().rest(BETWEEN_REMINDERS);
                    tape.remind(question);
                  }
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      conversation.person().ask("\n" + question + "\n");
      again.interrupt();
    }
  }

  private static void invite(Acts acts, World world, Tape tape) {
    tape.blank();
    tape.say("The world stays up and the traders trade on. From another terminal:");
    tape.blank();
    tape.invite("status");
    tape.invite("order check-stuck");
    acts.repaired().ifPresent(order -> tape.invite("order show " + order));
    acts.refused()
        .ifPresent(order -> tape.invite("order fix " + order + " SETTLED \"looks stuck\""));
    tape.invite("events recent");
    tape.invite("db updates");
    tape.invite("audit list");
    tape.blank();
    tape.say("In a browser, live: " + world.page());
    tape.blank();
  }

  /** Until the process is told to end; Enter kills the listener or starts it again. */
  private static void stay(World world, Tape tape, Conversation conversation) {
    while (conversation.person().ask(TOGGLE).isPresent()) {
      toggle(world.listener(), tape);
    }
    while (true) {
      rest(conversation);
    }
  }

  private static void toggle(Listener listener, Tape tape) {
    if (listener.isRunning()) {
      tape.shell("kill -9 " + listener.pid());
      listener.kill();
    } else {
      tape.shell("metaops --demo serve");
      listener.start();
    }
  }

  private static void rest(Conversation conversation) {
    try {
      conversation.ticker().rest(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      throw WorldFailure.interrupted(e);
    }
  }
}
