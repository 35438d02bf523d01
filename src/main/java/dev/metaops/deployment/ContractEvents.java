package dev.metaops.deployment;

import dev.metaops.command.Conversation;
import dev.metaops.contract.Bytecode;
import dev.metaops.contract.Check;
import dev.metaops.contract.EventCensus;
import dev.metaops.contract.Grade;
import dev.metaops.contract.LogWalk;
import dev.metaops.contract.Symptom;
import dev.metaops.escrow.DeclaredEvent;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.Escrows;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the contract emitted of late, as the configured ABI and event map read it. */
final class ContractEvents {
  private final Conversation conversation;
  private final ContractPanel panel;
  private final ContractPanel.Member.Up member;
  private final Deadline deadline;

  ContractEvents(
      Conversation conversation,
      ContractPanel panel,
      ContractPanel.Member.Up member,
      Deadline deadline) {
    this.conversation = conversation;
    this.panel = panel;
    this.member = member;
    this.deadline = deadline;
  }

  /**
   * Events of a range of blocks.
   *
   * @param stopped why not all of the range was read
   * @param loss how bad that is
   */
  record Read(
      EventCensus.Names names,
      List<Decoded> decoded,
      String range,
      Optional<String> stopped,
      Grade loss) {
    List<EventCensus.Seen> counted() {
      return EventCensus.count(names, decoded);
    }

    /** With one more when not everything was read. */
    List<Check> checks(List<Check> judged) {
      List<Check> checks = new ArrayList<>(judged);
      stopped.ifPresent(why ->
          checks.add(
              new Check(
                  loss,
                  Symptom.EVENTS_UNREAD,
                  "range",
                  "every block that was asked for",
                  "only " + range + ": " + why,
                  Optional.of("metaops contract verify events --blocks 500"))));
      return checks;
    }
  }

  /**
   * The newest {@code blocks} blocks.
   *
   * @throws Misconfigured when the ABI cannot be read, or lacks an event that moves orders
   */
  Read read(long blocks) {
    Escrows escrows = EscrowReach.escrows(conversation.settings());
    long newest = member.head().latest().number();
    long oldest =
        Math.max(
            Math.min(newest, conversation.settings().escrow().fromBlock()), newest - blocks + 1);
    LogWalk.Walked walked =
        new LogWalk(member.provider(), panel.contract())
            .all(oldest, newest, deadline.atMost(conversation.shared().patience().dividedBy(2)));
    return new Read(
        names(escrows),
        walked.logs().stream().map(escrows::decode).toList(),
        walked.from() > newest ? "no block" : "blocks " + walked.from() + "-" + newest,
        walked.stopped(),
        walked.from() > newest ? Grade.CRITICAL : Grade.WARNING);
  }

  private EventCensus.Names names(Escrows escrows) {
    List<String> signatures =
        EscrowReach.abi(conversation.settings().escrow()).events().stream()
            .map(DeclaredEvent::canonical)
            .toList();
    return EventCensus.Names.of(signatures, escrows.profile().topics());
  }

  Bytecode running() {
    return panel.look(member, deadline).head().running();
  }

  /** An ABI that cannot be used is a finding: a listener that uses it is deaf. */
  static Check unreadable(Misconfigured unusable) {
    return new Check(
        Grade.CRITICAL,
        Symptom.EVENT_MISSING,
        "mapped events",
        "an ABI with every event that moves orders",
        String.valueOf(unusable.getMessage()),
        Optional.of("metaops config show"));
  }
}
