package dev.metaops.deployment;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.ContractCommand;
import dev.metaops.command.Conversation;
import dev.metaops.time.Deadline;

/** Answers {@code contract}. */
public final class ContractAnswers implements Answers<ContractCommand> {
  /** What is left for the rest once the nodes have answered a first time. */
  private static final int PARTS = 2;

  @Override
  public Answer to(ContractCommand command, Conversation conversation) {
    Deadline whole =
        Deadline.in(conversation.shared().patience().multipliedBy(PARTS), conversation.ticker());
    ContractPanel panel =
        ContractPanel.ask(conversation, whole.atMost(conversation.shared().patience()));
    return switch (command) {
      case ContractCommand.Verify verify ->
          new ContractVerify(conversation, panel, whole).of(verify);
      case ContractCommand.Test test -> new ContractTest(conversation, panel, whole).of(test);
      case ContractCommand.Pin pin -> new ContractPin(conversation, panel, whole).of(pin);
      case ContractCommand.Switch change ->
          new ContractSwitch(conversation, panel, whole).of(change);
    };
  }
}
