package dev.metaops.deployment;

import dev.metaops.chain.Address;
import dev.metaops.command.Answer;
import dev.metaops.command.ContractCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Shared;
import dev.metaops.contract.ContractReader;
import dev.metaops.contract.Observation;
import dev.metaops.contract.PauseSwitch;
import dev.metaops.escrow.EscrowView;
import dev.metaops.page.Batched;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.SafeBatch;
import dev.metaops.rpc.At;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code contract pause} and {@code unpause}: who has to send what. Holds no key and sends nothing;
 * with {@code --watch} it looks until the chain says so.
 */
final class ContractSwitch {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Conversation conversation;
  private final ContractPanel panel;
  private final Deadline deadline;

  ContractSwitch(Conversation conversation, ContractPanel panel, Deadline deadline) {
    this.conversation = conversation;
    this.panel = panel;
    this.deadline = deadline;
  }

  Answer of(ContractCommand.Switch command) {
    Optional<ContractPanel.Member.Up> first = panel.first();
    if (first.isEmpty()) {
      return couldNot(
          command,
          "UNKNOWN: no provider answers: "
              + panel.unreachable().getFirst().subject()
              + ": "
              + panel.unreachable().getFirst().found());
    }
    try {
      return seen(command, first.get(), panel.look(first.get(), deadline).head());
    } catch (RpcUnavailable silent) {
      return couldNot(
          command, "UNKNOWN: " + silent.endpoint() + ": " + silent.failure().sentence());
    }
  }

  private static Answer couldNot(ContractCommand.Switch command, String sentence) {
    return Answer.couldNot("contract", command.which().verb(), sentence);
  }

  private Answer seen(
      ContractCommand.Switch command, ContractPanel.Member.Up member, Observation seen) {
    PauseSwitch which = command.which();
    Optional<Long> expected = conversation.settings().chain().expectedChainId();
    if (expected.isPresent() && expected.get() != seen.chainId()) {
      return couldNot(
          command,
          "wrong chain: its id is " + seen.chainId() + " (expected: " + expected.get() + ")");
    }
    if (!which.isIn(seen.running())) {
      return couldNot(
          command,
          "the code at "
              + seen.address()
              + " has no "
              + which.verb()
              + "(): it cannot be "
              + done(which)
              + " this way (metaops contract verify deployment)");
    }
    if (isSo(which, seen.roles().paused())) {
      return answer(ExitCode.FINE, command, seen, "already " + done(which));
    }
    if (command.watch().isEmpty()) {
      boolean isDryRun = conversation.shared().purpose() == Shared.Purpose.DRY_RUN;
      return answer(
          isDryRun ? ExitCode.FINE : ExitCode.WARNING,
          command,
          seen,
          "NOTHING WAS CHANGED: "
              + sender(seen)
              + " sends this. Then: metaops contract "
              + which.verb()
              + " --watch");
    }
    Screen screen = new Screen(command, seen, ExitCode.WARNING, "", conversation.ticker().now());
    screen.lines().forEach(this::say);
    return watched(command, member, seen, command.watch().get());
  }

  private static String sender(Observation seen) {
    return PauseSwitch.sender(seen)
        .map(address ->
            (seen.roles().arbiter().isPresent() ? "the arbiter " : "the owner ") + address)
        .orElse("whoever the contract allows");
  }

  private Answer watched(
      ContractCommand.Switch command,
      ContractPanel.Member.Up member,
      Observation seen,
      Duration longest) {
    var reader = new ContractReader(member.provider(), panel.contract());
    Deadline end = Deadline.in(longest, conversation.ticker());
    String last = "it still says " + (command.which().wanted() ? "not paused" : "paused");
    while (true) {
      try {
        Deadline question = Deadline.in(conversation.shared().patience(), conversation.ticker());
        Optional<Boolean> now =
            reader
                .view(EscrowView.paused(), At.Tag.LATEST, question)
                .flatMap(EscrowView::readPaused);
        if (isSo(command.which(), now)) {
          return answer(
              ExitCode.FINE,
              command,
              seen,
              done(command.which())
                  + ": the chain says so (its newest block; final a little later)");
        }
      } catch (RpcUnavailable silent) {
        last = silent.failure().sentence();
      }
      if (end.hasPassed()) {
        return answer(
            ExitCode.WARNING,
            command,
            seen,
            "NOT " + done(command.which()) + " within " + Ages.of(longest) + ": " + last);
      }
      try {
        conversation.ticker().rest(BETWEEN_LOOKS);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        return answer(ExitCode.WARNING, command, seen, "NOT watched to the end: we are stopping");
      }
    }
  }

  private static boolean isSo(PauseSwitch which, Optional<Boolean> paused) {
    return paused.filter(now -> now == which.wanted()).isPresent();
  }

  private static String done(PauseSwitch which) {
    return which.verb() + "d";
  }

  private void say(String line) {
    switch (conversation.shared().output()) {
      case TABLE -> conversation.person().show(line);
      case JSON, SAFE -> conversation.person().tell(line);
    }
  }

  private Answer answer(
      ExitCode exit, ContractCommand.Switch command, Observation seen, String sentence) {
    return Answer.of(exit, new Screen(command, seen, exit, sentence, conversation.ticker().now()));
  }

  private record Screen(
      ContractCommand.Switch command, Observation seen, ExitCode exit, String sentence, Instant at)
      implements Batched {
    @Override
    public String shape() {
      return switch (command.which()) {
        case PAUSE -> "contract-pause/1";
        case UNPAUSE -> "contract-unpause/1";
      };
    }

    List<String> lines() {
      return List.of(
          "chain  " + seen.chainId(),
          "from   " + sender(seen),
          "to     " + seen.address(),
          "value  0",
          "data   " + command.which().data() + "  (" + command.which().verb() + "())");
    }

    @Override
    public void drawText(Page page) {
      if (command.form() == ContractCommand.Form.SAFE_BATCH) {
        page.raw(batch().text());
        return;
      }
      if (command.watch().isEmpty()) {
        lines().forEach(page::line);
      }
      page.line(exit == ExitCode.FINE ? Ink.GOOD : Ink.WARNING, sentence);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("outcome", sentence)
          .put("chain_id", seen.chainId())
          .put("to", seen.address().text())
          .put("value", "0")
          .put("data", command.which().data())
          .put("function", command.which().verb() + "()")
          .put("block", seen.block().number());
      PauseSwitch.sender(seen).map(Address::text).ifPresent(from -> into.put("from", from));
      seen.roles().paused().ifPresent(paused -> into.put("paused", paused));
      if (command.form() == ContractCommand.Form.SAFE_BATCH) {
        batch().drawJson(into.putObject("safe"));
      }
    }

    @Override
    public SafeBatch batch() {
      return new SafeBatch(
          seen.chainId(),
          at,
          "metaops contract " + command.which().verb(),
          sentence,
          PauseSwitch.sender(seen).map(Address::text).orElse(""),
          List.of(new SafeBatch.Transaction(seen.address(), command.which().data())));
    }
  }
}
