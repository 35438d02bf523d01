package dev.metaops.chaos;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Refuses single questions, as a provider's plan would. */
final class Limits {
  private final List<Fault> faults;
  private final Dice dice;
  private final Reports reports;

  Limits(List<Fault> faults, Dice dice, Reports reports) {
    this.faults = faults;
    this.dice = dice;
    this.reports = reports;
  }

  /** The refusal, before anybody is asked. */
  Optional<Reply> before(Question question, Upstream upstream) {
    for (Fault fault : faults) {
      if (fault.kind() instanceof RangeLimit limit && isRange(question)) {
        long head = upstream.head();
        long from = question.from(head);
        long blocks = question.to(head) - from + 1;
        if (blocks > fault.number() && dice.falls(fault)) {
          reports.say(fault, "eth_getLogs, " + blocks + " blocks");
          return Optional.of(Reply.error(limit.code(), limit.words(fault.number(), from)));
        }
      }
      if (fault.kind() == Limit.NO_BLOCK_RECEIPTS && question.isReceipts() && dice.falls(fault)) {
        reports.say(fault, question.method());
        return Optional.of(
            Reply.error(-32601, "the method eth_getBlockReceipts does not exist/is not available"));
      }
    }
    return Optional.empty();
  }

  private static boolean isRange(Question question) {
    return question.isLogs() && question.place().isEmpty();
  }

  /** The refusal of what turned out to be too much. */
  Optional<Reply> after(Question question, Reply reply, Upstream upstream) {
    int size = reply.value().filter(JsonNode::isArray).map(JsonNode::size).orElse(0);
    for (Fault fault : faults) {
      if (fault.kind() == Limit.MAX_RESULTS
          && isRange(question)
          && size > fault.number()
          && dice.falls(fault)) {
        reports.say(fault, "eth_getLogs, " + size + " logs");
        return Optional.of(tooMany(fault.number(), question, upstream));
      }
    }
    return Optional.empty();
  }

  /** Infura's: it proposes a part of the range that holds few enough. */
  private static Reply tooMany(long most, Question question, Upstream upstream) {
    long head = upstream.head();
    long from = question.from(head);
    long to = from + Math.max(0, (question.to(head) - from) / 2);
    return Reply.error(
        -32005,
        "query returned more than "
            + most
            + " results. Try with this block range ["
            + Question.hex(from)
            + ", "
            + Question.hex(to)
            + "].");
  }
}
