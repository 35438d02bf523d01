package dev.metaops.chaos;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows another chain than the honest node's. A fork's hashes are the honest ones xor the seed's
 * mask, so nothing has to be remembered to know which honest block a forged hash stands for.
 */
final class Views {
  private static final HexFormat DIGITS = HexFormat.of();

  /** What becomes of a question. */
  sealed interface Step {
    record Ask(Question question) implements Step {}

    record Told(Reply reply) implements Step {}
  }

  private final List<Fault> faults;
  private final Dice dice;
  private final Reports reports;
  private final byte[] mask;
  private final AtomicReference<Optional<Long>> stalled = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Long>> height = new AtomicReference<>(Optional.empty());

  Views(List<Fault> faults, Dice dice, Reports reports) {
    this.faults = faults;
    this.dice = dice;
    this.reports = reports;
    this.mask = dice.mask();
  }

  /**
   * What is in force during one exchange: a load balancer gives a whole batch to one node, so
   * whether that one lags or is on a fork is decided once.
   */
  List<Fault> begin() {
    return faults.stream()
        .filter(fault -> fault.kind() instanceof View)
        .filter(fault -> !isOfExchange(fault) || dice.falls(fault))
        .toList();
  }

  private static boolean isOfExchange(Fault fault) {
    return fault.kind() == View.LAG || fault.kind() == View.FORK;
  }

  /** What is asked of the honest node instead. */
  Step before(Question question, List<Fault> inForce, Upstream upstream) {
    Step step = new Step.Ask(question);
    for (Fault fault : inForce) {
      if (step instanceof Step.Ask(Question now)
          && fault.kind() instanceof View view
          && concerns(view, now)
          && (isOfExchange(fault) || dice.falls(fault))) {
        step = before(view, fault, now, upstream);
        if (!step.equals(new Step.Ask(now))) {
          reports.say(fault, now.method());
        }
      }
    }
    return step;
  }

  private static boolean concerns(View view, Question question) {
    boolean isFinalized = tag(question).filter("finalized"::equals).isPresent();
    return switch (view) {
      case LAG, FORK -> true;
      case FINALIZED_BACK, FINALIZED_STALLED, FINALIZED_AHEAD -> isFinalized;
      case NO_FINALIZED -> isFinalized || tag(question).filter("safe"::equals).isPresent();
      case WRONG_CHAIN ->
          question.method().equals("eth_chainId") || question.method().equals("net_version");
    };
  }

  private static Optional<String> tag(Question question) {
    return question
        .place()
        .flatMap(place ->
            place instanceof Question.Place.Tag(String word)
                ? Optional.of(word)
                : Optional.empty());
  }

  private Step before(View view, Fault fault, Question question, Upstream upstream) {
    return switch (view) {
      case LAG -> lagging(fault, question, upstream);
      case FORK -> forked(fault, question, upstream);
      case FINALIZED_BACK ->
          finalized(upstream)
              .map(number -> at(question, Math.max(0, number - fault.number())))
              .orElse(new Step.Ask(question));
      case FINALIZED_STALLED -> {
        stalled.compareAndSet(Optional.empty(), finalized(upstream));
        yield stalled.get().map(number -> at(question, number)).orElse(new Step.Ask(question));
      }
      case FINALIZED_AHEAD -> new Step.Ask(question.at(new Question.Place.Tag("latest")));
      case NO_FINALIZED ->
          new Step.Told(
              Reply.error(-32000, tag(question).orElse("finalized") + " block not found"));
      case WRONG_CHAIN ->
          new Step.Told(
              Reply.result(
                  question.method().equals("eth_chainId")
                      ? Question.hex(fault.number())
                      : Long.toString(fault.number())));
    };
  }

  private static Optional<Long> finalized(Upstream upstream) {
    return upstream.number(Question.block("finalized"));
  }

  private static Step at(Question question, long number) {
    return new Step.Ask(question.at(new Question.Place.Height(number)));
  }

  private static long shown(Fault lag, Upstream upstream) {
    return Math.max(0, upstream.head() - lag.number());
  }

  private static Step lagging(Fault fault, Question question, Upstream upstream) {
    if (question.method().equals("eth_blockNumber")) {
      return new Step.Told(Reply.result(Question.hex(shown(fault, upstream))));
    }
    Optional<Question.Place> place = question.place();
    if (place.isPresent()) {
      long shown = shown(fault, upstream);
      Optional<Long> number = number(place.get(), upstream);
      if (number.filter(found -> found > shown).isEmpty()) {
        return new Step.Ask(question);
      }
      return place.get() instanceof Question.Place.Tag
          ? at(question, shown)
          : new Step.Told(Reply.unknownBlock(question));
    }
    if (!question.isLogs()) {
      return new Step.Ask(question);
    }
    long head = upstream.head();
    long shown = Math.max(0, head - fault.number());
    if (question.from(shown) > shown) {
      return new Step.Told(Reply.result(JsonNodeFactory.instance.arrayNode()));
    }
    return new Step.Ask(question.to(head) > shown ? question.upTo(shown) : question);
  }

  private static Optional<Long> number(Question.Place place, Upstream upstream) {
    return switch (place) {
      case Question.Place.Tag(String word) -> upstream.number(Question.block(word));
      case Question.Place.Height(long number) -> Optional.of(number);
      case Question.Place.ByHash(String hash) -> upstream.number(Question.blockByHash(hash));
    };
  }

  private long height(Fault fork, LongSupplier head) {
    if (fork.number() >= 0) {
      return fork.number();
    }
    if (height.get().isEmpty()) {
      height.compareAndSet(
          Optional.empty(), Optional.of(Math.max(0, head.getAsLong() + fork.number())));
    }
    return height.get().orElseThrow();
  }

  private Step forked(Fault fault, Question question, Upstream upstream) {
    if (question.place().orElse(new Question.Place.Tag(""))
        instanceof Question.Place.ByHash(String hash)) {
      long above = height(fault, upstream::head);
      String honest = masked(hash);
      if (upstream
          .number(Question.blockByHash(honest))
          .filter(found -> found > above)
          .isPresent()) {
        return new Step.Ask(question.at(new Question.Place.ByHash(honest)));
      }
      if (upstream.number(Question.blockByHash(hash)).filter(found -> found > above).isPresent()) {
        return new Step.Told(Reply.unknownBlock(question));
      }
    }
    return new Step.Ask(question);
  }

  /** Changes what the honest node said into what this chain's would. */
  void after(Question question, Reply reply, List<Fault> inForce, Upstream upstream) {
    for (Fault fault : inForce) {
      if (fault.kind() instanceof View view) {
        switch (view) {
          case LAG -> hideAbove(fault, question, reply, upstream);
          case FORK -> {
            long above = height(fault, upstream::head);
            if (reply.value().filter(value -> mask(value, above)).isPresent()) {
              reports.say(fault, question.method());
            }
          }
          case FINALIZED_BACK, FINALIZED_STALLED, FINALIZED_AHEAD, NO_FINALIZED, WRONG_CHAIN -> {}
        }
      }
    }
  }

  /** A transaction of a block it does not know is not included yet. */
  private void hideAbove(Fault lag, Question question, Reply reply, Upstream upstream) {
    Optional<Long> block =
        reply.value().flatMap(value -> Question.number(value.path("blockNumber")));
    if (block.isPresent() && block.get() > shown(lag, upstream)) {
      reply.become(JsonNodeFactory.instance.nullNode());
      reports.say(lag, question.method() + ", of block " + block.get());
    }
  }

  private boolean mask(JsonNode value, long above) {
    boolean changed = false;
    if (value instanceof ArrayNode array) {
      for (JsonNode element : array) {
        changed |= mask(element, above);
      }
    } else if (value instanceof ObjectNode object) {
      long block = Question.number(object.path("blockNumber")).orElse(-1L);
      if (block > above) {
        changed |= maskField(object, "blockHash");
      }
      long number = Question.number(object.path("number")).orElse(-1L);
      if (number > above) {
        changed |= maskField(object, "hash");
        if (number - 1 > above) {
          changed |= maskField(object, "parentHash");
        }
      }
      changed |= mask(object.path("logs"), above);
      changed |= mask(object.path("transactions"), above);
    }
    return changed;
  }

  private boolean maskField(ObjectNode object, String field) {
    JsonNode hash = object.path(field);
    if (!hash.isString() || hash.stringValue().length() != 66) {
      return false;
    }
    object.put(field, masked(hash.stringValue()));
    return true;
  }

  private String masked(String hash) {
    if (!hash.matches("0x[0-9a-fA-F]{64}")) {
      return hash;
    }
    byte[] bytes = DIGITS.parseHex(hash, 2, 66);
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] ^= mask[at];
    }
    return "0x" + DIGITS.formatHex(bytes);
  }
}
