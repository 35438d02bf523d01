package dev.metaops.chaos;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Changes what is said of blocks and logs; the shape of the answer stays sound. */
final class Lies {
  private static final String NO_BLOOM = "0x" + "00".repeat(256);

  /** Of the empty trie, Ethereum's yellow paper. */
  private static final String NO_RECEIPTS =
      "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";

  private final List<Fault> faults;
  private final Dice dice;
  private final Reports reports;
  private final AtomicReference<Optional<Long>> start = new AtomicReference<>(Optional.empty());

  Lies(List<Fault> faults, Dice dice, Reports reports) {
    this.faults = faults;
    this.dice = dice;
    this.reports = reports;
  }

  /** Before the first answer: which blocks are already there is what makes a later one new. */
  void begin(Upstream upstream) {
    if (start.get().isEmpty()
        && faults.stream().anyMatch(fault -> fault.kind() == Lie.HEAD_EMPTY)) {
      start.compareAndSet(Optional.empty(), Optional.of(upstream.head()));
    }
  }

  void tell(Question question, Reply reply) {
    for (Fault fault : faults) {
      if (fault.kind() instanceof Lie lie) {
        switch (lie) {
          case FORGE_HEADER -> forgeHeader(fault, question, reply);
          case OMIT_RECEIPT_LOG -> omitFromReceipts(fault, question, reply);
          case HEAD_EMPTY -> emptyFirst(fault, question, reply);
          case OMIT_BLOCK,
              OMIT_LOG,
              CUT_RESULTS,
              REORDER_LOGS,
              DUPLICATE_LOG,
              REMOVED_LOG,
              ALTER_LOG,
              INVENT_LOG -> {
            if (question.isLogs()
                && reply.value().orElse(reply.whole()) instanceof ArrayNode logs) {
              reply.become(aboutLogs(lie, fault, question, logs));
            }
          }
        }
      }
    }
  }

  private ArrayNode aboutLogs(Lie lie, Fault fault, Question question, ArrayNode logs) {
    return switch (lie) {
      case OMIT_BLOCK -> {
        Set<Long> left = new HashSet<>();
        ArrayNode kept =
            without(logs, log -> dice.falls(fault, "omit-block", hash(log), block(log)), left);
        left.forEach(block -> reports.say(fault, "eth_getLogs, block " + block));
        yield kept;
      }
      case OMIT_LOG -> {
        Set<String> chosen = chosen(fault, "omit-log", question.method(), logs);
        yield without(logs, log -> chosen.contains(identity(log)), new HashSet<>());
      }
      case CUT_RESULTS -> {
        if (logs.size() <= fault.number() || !dice.falls(fault)) {
          yield logs;
        }
        reports.say(fault, "eth_getLogs, " + (logs.size() - fault.number()) + " logs less");
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        for (int at = 0; at < fault.number(); at++) {
          kept.add(logs.get(at));
        }
        yield kept;
      }
      case REORDER_LOGS -> {
        if (logs.size() < 2 || !dice.falls(fault)) {
          yield logs;
        }
        reports.say(fault, "eth_getLogs, " + logs.size() + " logs");
        ArrayNode turned = JsonNodeFactory.instance.arrayNode();
        for (JsonNode log : logs) {
          turned.insert(0, log);
        }
        yield turned;
      }
      case DUPLICATE_LOG -> {
        Set<String> chosen = chosen(fault, lie.word(), question.method(), logs);
        ArrayNode doubled = JsonNodeFactory.instance.arrayNode();
        for (JsonNode log : logs) {
          doubled.add(log);
          if (chosen.contains(identity(log))) {
            doubled.add(log);
          }
        }
        yield doubled;
      }
      case REMOVED_LOG -> {
        Set<String> chosen = chosen(fault, lie.word(), question.method(), logs);
        change(logs, chosen, log -> log.put("removed", true));
        yield logs;
      }
      case ALTER_LOG -> {
        Set<String> chosen = chosen(fault, lie.word(), question.method(), logs);
        change(logs, chosen, Lies::alter);
        yield logs;
      }
      case INVENT_LOG -> invented(fault, logs);
      case OMIT_RECEIPT_LOG, HEAD_EMPTY, FORGE_HEADER -> logs;
    };
  }

  private interface Change {
    void make(ObjectNode log);
  }

  private static void change(ArrayNode logs, Set<String> chosen, Change change) {
    for (JsonNode log : logs) {
      if (log instanceof ObjectNode object && chosen.contains(identity(log))) {
        change.make(object);
      }
    }
  }

  /** Another last digit of the data, or of the last topic where there is no data. */
  private static void alter(ObjectNode log) {
    String data = log.path("data").stringValue("0x");
    if (data.length() > 2) {
      log.put("data", otherLast(data));
    } else if (log.path("topics") instanceof ArrayNode topics && !topics.isEmpty()) {
      int last = topics.size() - 1;
      topics.set(
          last,
          JsonNodeFactory.instance.stringNode(otherLast(topics.get(last).stringValue("0x0"))));
    }
  }

  private static String otherLast(String hex) {
    int last = hex.length() - 1;
    return hex.substring(0, last) + (hex.charAt(last) == '0' ? '1' : '0');
  }

  private ArrayNode invented(Fault fault, ArrayNode logs) {
    ArrayNode more = JsonNodeFactory.instance.arrayNode();
    for (int at = 0; at < logs.size(); at++) {
      JsonNode log = logs.get(at);
      more.add(log);
      boolean isLastOfBlock = at + 1 == logs.size() || !hash(log).equals(hash(logs.get(at + 1)));
      if (isLastOfBlock
          && log instanceof ObjectNode real
          && dice.falls(fault, fault.kind().word(), hash(log), block(log))) {
        ObjectNode made = real.deepCopy();
        alter(made);
        made.put("logIndex", Question.hex(index(log) + 1));
        made.put("transactionHash", otherLast(log.path("transactionHash").stringValue("0x0")));
        more.add(made);
        reports.say(fault, "eth_getLogs, block " + block(log) + ", log " + (index(log) + 1));
      }
    }
    return more;
  }

  /** The logs it falls on; where one block is named, the first of it in this answer. */
  private Set<String> chosen(Fault fault, String salt, String where, Iterable<JsonNode> logs) {
    Set<String> chosen = new HashSet<>();
    for (JsonNode log : logs) {
      boolean isSecond = fault.when() instanceof Occasion.AtBlock && !chosen.isEmpty();
      if (!isSecond && dice.falls(fault, salt, identity(log), block(log))) {
        chosen.add(identity(log));
        reports.say(fault, where + ", block " + block(log) + ", log " + index(log));
      }
    }
    return chosen;
  }

  private static ArrayNode without(ArrayNode logs, Predicate<JsonNode> omitted, Set<Long> left) {
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    for (JsonNode log : logs) {
      if (omitted.test(log)) {
        left.add(block(log));
      } else {
        kept.add(log);
      }
    }
    return kept;
  }

  private void omitFromReceipts(Fault fault, Question question, Reply reply) {
    JsonNode value = reply.value().orElse(reply.whole());
    if (question.isReceipts() && value instanceof ArrayNode receipts) {
      ArrayNode all = JsonNodeFactory.instance.arrayNode();
      receipts.forEach(receipt -> receipt.path("logs").forEach(all::add));
      omit(receipts, chosen(fault, "omit-log", question.method(), all));
    } else if (question.method().equals("eth_getTransactionReceipt")) {
      omit(List.of(value), chosen(fault, "omit-log", question.method(), value.path("logs")));
    }
  }

  private static void omit(Iterable<JsonNode> receipts, Set<String> chosen) {
    for (JsonNode receipt : receipts) {
      if (receipt instanceof ObjectNode object && object.path("logs") instanceof ArrayNode logs) {
        object.set("logs", without(logs, log -> chosen.contains(identity(log)), new HashSet<>()));
      }
    }
  }

  private void emptyFirst(Fault fault, Question question, Reply reply) {
    if (!(reply.value().orElse(reply.whole()) instanceof ArrayNode all)
        || !(question.isLogs() || question.isReceipts())) {
      return;
    }
    long known = start.get().orElse(0L);
    Map<String, Boolean> firsts = new LinkedHashMap<>();
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    for (JsonNode one : all) {
      boolean isNew = block(one) > known;
      boolean isFirst =
          firsts.computeIfAbsent(
              hash(one),
              hash ->
                  isNew
                      && dice.falls(fault, fault.kind().word(), hash, block(one))
                      && dice.isFirst(question.method() + hash));
      if (!isFirst) {
        kept.add(one);
      }
    }
    if (kept.size() < all.size()) {
      reply.become(kept);
      reports.say(
          fault,
          question.method()
              + ", block "
              + block(all.get(all.size() - 1))
              + ", empty the first time");
    }
  }

  private void forgeHeader(Fault fault, Question question, Reply reply) {
    if (question.method().startsWith("eth_getBlockBy")
        && reply.value().orElse(reply.whole()) instanceof ObjectNode block
        && block.path("hash").isString()) {
      long number = Question.number(block.path("number")).orElse(-1L);
      String hash = block.path("hash").stringValue();
      if (dice.falls(fault, fault.kind().word(), hash, number)) {
        block.put("logsBloom", NO_BLOOM);
        String root = block.path("receiptsRoot").stringValue("");
        block.put("receiptsRoot", root.equals(NO_RECEIPTS) ? otherLast(root) : NO_RECEIPTS);
        reports.say(fault, question.method() + ", block " + number);
      }
    }
  }

  private static String hash(JsonNode log) {
    return log.path("blockHash").stringValue("");
  }

  private static long block(JsonNode log) {
    return Question.number(log.path("blockNumber")).orElse(-1L);
  }

  private static long index(JsonNode log) {
    return Question.number(log.path("logIndex")).orElse(-1L);
  }

  private static String identity(JsonNode log) {
    return hash(log) + ":" + index(log);
  }
}
