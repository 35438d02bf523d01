package dev.metaops.deployment;

import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Confirmation;
import dev.metaops.command.Consent;
import dev.metaops.command.ContractCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.contract.Artifact;
import dev.metaops.contract.Baseline;
import dev.metaops.contract.BaselineFile;
import dev.metaops.contract.CodeMatch;
import dev.metaops.contract.Expected;
import dev.metaops.contract.Observation;
import dev.metaops.journal.JournalKind;
import dev.metaops.journal.JournalUnavailable;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code contract pin}: shows what it will approve, asks, records it, writes it. */
final class ContractPin {

  private final Conversation conversation;
  private final ContractPanel panel;
  private final Deadline deadline;

  ContractPin(Conversation conversation, ContractPanel panel, Deadline deadline) {
    this.conversation = conversation;
    this.panel = panel;
    this.deadline = deadline;
  }

  Answer of(ContractCommand.Pin command) {
    Optional<ContractPanel.Member.Up> first = panel.first();
    if (first.isEmpty()) {
      return couldNot(
          "UNKNOWN: no provider answers: "
              + panel.unreachable().getFirst().subject()
              + ": "
              + panel.unreachable().getFirst().found());
    }
    try {
      Observation seen = panel.look(first.get(), deadline).settled();
      return seen(command, first.get(), seen);
    } catch (RpcUnavailable silent) {
      return couldNot("UNKNOWN: " + silent.endpoint() + ": " + silent.failure().sentence());
    }
  }

  private static Answer couldNot(String sentence) {
    return Answer.couldNot("contract", "pin", sentence);
  }

  private Answer seen(
      ContractCommand.Pin command, ContractPanel.Member.Up member, Observation seen) {
    Optional<Long> expected = conversation.settings().chain().expectedChainId();
    if (expected.isPresent() && expected.get() != seen.chainId()) {
      return Answer.refused(
          "contract",
          "pin",
          "refused, nothing was changed: the chain's id is "
              + seen.chainId()
              + " (expected: "
              + expected.get()
              + ")");
    }
    if (seen.running().isEmpty()) {
      return Answer.refused(
          "contract",
          "pin",
          "refused, nothing was changed: no code at "
              + seen.address()
              + " in block "
              + seen.block().number()
              + " of chain "
              + seen.chainId()
              + (member.head().latest().ref().equals(seen.block())
                  ? ""
                  : " (deployed a moment ago? wait until that is settled)"));
    }
    ContractExpectation expectation = new ContractExpectation(conversation);
    Expected.Compiled compiled = expectation.artifact();
    Baseline next =
        Baseline.of(
            seen, Optional.of(compiled.artifact()), Actor.name(), conversation.ticker().now());
    Optional<Baseline> earlier =
        expectation
            .baseline(seen.address(), seen.chainId())
            .filter(baseline -> baseline.chainId() == seen.chainId());
    show(next, earlier, compiled, seen);
    return decided(command, next, earlier, expectation.baselines());
  }

  private Answer decided(
      ContractCommand.Pin command,
      Baseline next,
      Optional<Baseline> earlier,
      BaselineFile baselines) {
    if (earlier.filter(next::approvesTheSameAs).isPresent()) {
      return answer(ExitCode.FINE, next, earlier, "already pinned, nothing to change");
    }
    if (command.consent() == Consent.DRY_RUN) {
      return answer(ExitCode.FINE, next, earlier, "dry run: nothing was changed");
    }
    if (command.consent() == Consent.ASK && !Confirmation.isGiven(conversation, "Pin? [y/N]")) {
      return answer(
          ExitCode.WARNING,
          next,
          earlier,
          "NOTHING WAS CHANGED: 1 baseline can be pinned. Apply: metaops contract pin --execute");
    }
    try {
      // The record comes first: no baseline without one.
      Reach.journal(conversation).append(JournalKind.CONTRACT_PIN, next.who(), recorded(next));
      baselines.put(next);
    } catch (JournalUnavailable unrecorded) {
      return answer(
          ExitCode.COULD_NOT, next, earlier, "nothing was changed: " + unrecorded.sentence());
    } catch (IOException unwritten) {
      return answer(
          ExitCode.COULD_NOT,
          next,
          earlier,
          "recorded, NOT pinned: "
              + unwritten.getMessage()
              + " (is METAOPS_DATA_DIR a directory of yours, with space left?)");
    }
    return answer(ExitCode.FINE, next, earlier, "pinned in " + baselines.file());
  }

  private static Map<String, String> recorded(Baseline next) {
    Map<String, String> body = new LinkedHashMap<>(next.values());
    body.put("block", Long.toString(next.block().number()));
    body.put("block-hash", next.block().hash().text());
    return body;
  }

  private void show(
      Baseline next, Optional<Baseline> earlier, Expected.Compiled compiled, Observation seen) {
    say(
        "at block "
            + next.block().number()
            + earlier
                .map(was -> "; pinned before by " + was.who() + " at " + was.when())
                .orElse("; nothing was pinned before"));
    Map<String, String> before = earlier.map(Baseline::values).orElse(Map.of());
    next.values()
        .forEach((name, value) -> {
          String was = before.getOrDefault(name, value);
          say("  " + name + "  " + (was.equals(value) ? value : was + " → " + value));
        });
    if (compiled instanceof Expected.Compiled.Configured(Artifact artifact)
        && !CodeMatch.of(artifact, seen.running()).isSame()) {
      say("  WARNING: this is not the code of " + artifact.called() + " (escrow.artifact)");
    }
  }

  private void say(String line) {
    Confirmation.show(conversation, line);
  }

  private static Answer answer(
      ExitCode exit, Baseline next, Optional<Baseline> earlier, String sentence) {
    return Answer.of(exit, new Screen(next, earlier, exit, sentence));
  }

  private record Screen(Baseline next, Optional<Baseline> earlier, ExitCode exit, String sentence)
      implements Picture {
    @Override
    public String shape() {
      return "contract-pin/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(exit == ExitCode.FINE ? Ink.GOOD : Ink.WARNING, sentence);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("outcome", sentence);
      draw(into.putObject("baseline"), next);
      earlier.ifPresent(was -> draw(into.putObject("earlier"), was));
    }

    private static void draw(ObjectNode into, Baseline baseline) {
      baseline.values().forEach((name, value) -> into.put(name.replace('-', '_'), value));
      into.put("who", baseline.who())
          .put("when", baseline.when().toString())
          .put("block", baseline.block().number());
    }
  }
}
