package dev.metaops.deployment;

import dev.metaops.command.Answer;
import dev.metaops.command.ContractCommand;
import dev.metaops.command.Conversation;
import dev.metaops.contract.Check;
import dev.metaops.contract.Deployment;
import dev.metaops.contract.EventCensus;
import dev.metaops.contract.Grade;
import dev.metaops.contract.LogWalk;
import dev.metaops.contract.Symptom;
import dev.metaops.reach.Misconfigured;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code contract verify}: each part on its own, so that one that fails hides no other. Reading
 * back through many blocks takes a share of the time, and what it did not reach is said.
 */
final class ContractVerify {
  private final Conversation conversation;
  private final ContractPanel panel;
  private final Deadline deadline;
  private final ContractReport.Draft draft = new ContractReport.Draft();

  ContractVerify(Conversation conversation, ContractPanel panel, Deadline deadline) {
    this.conversation = conversation;
    this.panel = panel;
    this.deadline = deadline;
  }

  Answer of(ContractCommand.Verify command) {
    ContractCommand.VerifyPart part = command.part();
    Optional<ContractPanel.Member.Up> first = panel.first();
    if (first.isEmpty()) {
      draft.add("network", panel.unreachable());
    } else {
      switch (part) {
        case FULL -> {
          deployment(first.get());
          events(first.get(), command.blocks());
          network();
        }
        case DEPLOYMENT -> deployment(first.get());
        case EVENTS -> events(first.get(), command.blocks());
        case NETWORK -> network();
      }
    }
    return draft
        .report(
            "contract-verify/1",
            part.name().toLowerCase(Locale.ROOT),
            conversation.ticker().now(),
            panel)
        .answer();
  }

  private void network() {
    draft.add("network", panel.agreement(deadline));
  }

  private void deployment(ContractPanel.Member.Up member) {
    try {
      ContractPanel.Looked looked = panel.look(member, deadline);
      draft.add(
          "deployment",
          Deployment.judge(
              new ContractExpectation(conversation).of(panel.contract(), member.chainId()),
              looked.settled(),
              looked.head()));
      if (looked.head().proxy().isPresent()) {
        draft.history(
            new LogWalk(member.provider(), panel.contract())
                .upgrades(
                    conversation.settings().escrow().fromBlock(),
                    member.head().latest().number(),
                    deadline.atMost(conversation.shared().patience().dividedBy(4))));
      }
    } catch (RpcUnavailable silent) {
      draft.add(
          "deployment", List.of(Check.unreachable(member.place(), silent.failure().sentence())));
    } catch (Misconfigured unusable) {
      draft.add("deployment", List.of(notComparable(unusable)));
    }
  }

  private static Check notComparable(Misconfigured unusable) {
    return new Check(
        Grade.UNKNOWN,
        Symptom.CODE_NOT_COMPARED,
        "code",
        "an artifact or a baseline that can be read",
        String.valueOf(unusable.getMessage()),
        Optional.of("metaops config check"));
  }

  private void events(ContractPanel.Member.Up member, long blocks) {
    try {
      var census = new ContractEvents(conversation, panel, member, deadline);
      ContractEvents.Read read = census.read(blocks);
      draft.events(read.counted());
      draft.add(
          "events",
          read.checks(
              EventCensus.judge(read.names(), read.decoded(), census.running(), read.range())));
    } catch (RpcUnavailable silent) {
      draft.add("events", List.of(Check.unreachable(member.place(), silent.failure().sentence())));
    } catch (Misconfigured unusable) {
      draft.add("events", List.of(ContractEvents.unreadable(unusable)));
    }
  }
}
