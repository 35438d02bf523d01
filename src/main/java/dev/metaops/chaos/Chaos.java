package dev.metaops.chaos;

import dev.metaops.rpc.Json;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * An honest node with faults in front of it. The same seed, faults and sequence of questions give
 * the same answers; what it remembers is bounded. Faults may be switched at any moment, and then
 * everything counts from the beginning. Thread-safe.
 */
public final class Chaos {
  /** Of how many different faults it is remembered how often they were put in. */
  private static final int MOST_COUNTED = 256;

  private final Transport honest;
  private final long seed;
  private final Ticker ticker;
  private final Consumer<Injection> hears;
  private final Map<Fault, Long> injected = new LinkedHashMap<>();
  private volatile Program program;

  /**
   * @param hears told of each fault as it is put in, by the thread that asked; must return at once
   */
  public Chaos(
      Transport honest, List<Fault> faults, long seed, Ticker ticker, Consumer<Injection> hears) {
    this.honest = honest;
    this.seed = seed;
    this.ticker = ticker;
    this.hears = hears;
    this.program = new Program(faults);
  }

  /** From now on these faults and no others. */
  public void switchTo(List<Fault> faults) {
    program = new Program(faults);
  }

  public List<Fault> faults() {
    return program.faults;
  }

  public long seed() {
    return seed;
  }

  /** How often each fault was put in so far, those switched off included. */
  public Map<Fault, Long> injected() {
    synchronized (injected) {
      return new LinkedHashMap<>(injected);
    }
  }

  /** Asks the honest node and says what the asker gets to see. Waits for nothing else. */
  public Delivery answer(byte[] body, Deadline deadline) {
    return program.answer(body, deadline);
  }

  /** Whether a message of a WebSocket with a new head is kept back. */
  boolean dropsHead(String about) {
    return program.drops(Push.DROP_HEADS, about);
  }

  /** Whether any message of a WebSocket is kept back. */
  boolean isMute(String about) {
    return program.drops(Push.MUTE, about);
  }

  private void say(Fault fault, String about) {
    synchronized (injected) {
      if (injected.containsKey(fault) || injected.size() < MOST_COUNTED) {
        injected.merge(fault, 1L, Long::sum);
      }
    }
    hears.accept(new Injection(fault, about));
  }

  /** Faults that are on together, and what they have seen since. */
  private final class Program {
    private final List<Fault> faults;
    private final Dice dice = new Dice(seed);
    private final Views views;
    private final Limits limits;
    private final Lies lies;
    private final Breakages breakages;

    Program(List<Fault> faults) {
      this.faults = List.copyOf(faults);
      this.views = new Views(this.faults, dice, Chaos.this::say);
      this.limits = new Limits(this.faults, dice, Chaos.this::say);
      this.lies = new Lies(this.faults, dice, Chaos.this::say);
      this.breakages = new Breakages(this.faults, dice, Chaos.this::say, ticker);
    }

    boolean drops(Push push, String about) {
      for (Fault fault : faults) {
        if (fault.kind() == push && dice.falls(fault)) {
          say(fault, about);
          return true;
        }
      }
      return false;
    }

    Delivery answer(byte[] body, Deadline deadline) {
      Optional<JsonNode> whole = read(body);
      List<Question> questions = questions(whole);
      String about = about(questions);
      return breakages
          .before(Math.max(1, questions.size()), about)
          .orElseGet(() -> answer(body, whole, questions, deadline));
    }

    private Delivery answer(
        byte[] body, Optional<JsonNode> whole, List<Question> questions, Deadline deadline) {
      try {
        Upstream upstream = new Upstream(honest, deadline);
        byte[] sound =
            questions.isEmpty() || leavesContent()
                ? passed(honest.post(body, deadline))
                : Json.write(told(questions, whole.orElseThrow().isArray(), upstream));
        return breakages.after(sound, about(questions));
      } catch (Upstream.Unasked failed) {
        return new Delivery.Comes(failed.outcome(), java.time.Duration.ZERO);
      }
    }

    private static byte[] passed(Transport.Outcome outcome) {
      if (outcome instanceof Transport.Outcome.Replied(int status, _, byte[] body)
          && status == 200) {
        return body;
      }
      throw new Upstream.Unasked(outcome);
    }

    /** Whether the bytes of sound answers need not be read. */
    private boolean leavesContent() {
      return faults.stream()
          .allMatch(fault ->
              switch (fault.kind()) {
                case Breakage _, Push _ -> true;
                case Limit limit -> limit != Limit.MAX_RESULTS && limit != Limit.NO_BLOCK_RECEIPTS;
                case Lie _, View _, RangeLimit _ -> false;
              });
    }

    private JsonNode told(List<Question> questions, boolean isBatch, Upstream upstream) {
      lies.begin(upstream);
      List<Fault> inForce = views.begin();
      List<Views.Step> steps = new ArrayList<>(questions.size());
      for (Question question : questions) {
        steps.add(
            limits
                .before(question, upstream)
                .<Views.Step>map(Views.Step.Told::new)
                .orElseGet(() -> views.before(question, inForce, upstream)));
      }
      List<Question> asked =
          steps.stream()
              .flatMap(step ->
                  step instanceof Views.Step.Ask(Question question)
                      ? java.util.stream.Stream.of(question)
                      : java.util.stream.Stream.empty())
              .toList();
      var honestReplies = upstream.ask(asked).iterator();
      ArrayNode answers = JsonNodeFactory.instance.arrayNode();
      for (Views.Step step : steps) {
        Question question = questions.get(answers.size());
        Reply reply =
            switch (step) {
              case Views.Step.Told(Reply told) -> told;
              case Views.Step.Ask(Question now) ->
                  changed(now, honestReplies.next(), inForce, upstream);
            };
        answers.add(reply.to(question.id()));
      }
      return isBatch ? answers : answers.get(0);
    }

    /** Lies first: they know blocks by the hashes the honest node gave them. */
    private Reply changed(Question asked, Reply reply, List<Fault> inForce, Upstream upstream) {
      Optional<Reply> refusal = limits.after(asked, reply, upstream);
      if (refusal.isPresent()) {
        return refusal.get();
      }
      lies.tell(asked, reply);
      views.after(asked, reply, inForce, upstream);
      return reply;
    }
  }

  private static Optional<JsonNode> read(byte[] body) {
    try {
      return Optional.of(Json.read(body));
    } catch (JacksonException notJson) {
      return Optional.empty();
    }
  }

  /** Empty for what is not JSON-RPC: it goes to the honest node as it is. */
  private static List<Question> questions(Optional<JsonNode> whole) {
    List<Question> questions = new ArrayList<>();
    for (JsonNode one :
        whole.filter(JsonNode::isObject).<Iterable<JsonNode>>map(List::of).orElse(batch(whole))) {
      if (!one.path("method").isString()) {
        return List.of();
      }
      questions.add(Question.of(one));
    }
    return questions;
  }

  private static Iterable<JsonNode> batch(Optional<JsonNode> whole) {
    return whole.filter(JsonNode::isArray).<Iterable<JsonNode>>map(all -> all).orElse(List.of());
  }

  private static String about(List<Question> questions) {
    if (questions.isEmpty()) {
      return "something that is not JSON-RPC";
    }
    String methods =
        questions.stream()
            .map(Question::method)
            .distinct()
            .limit(3)
            .collect(Collectors.joining(" "));
    return questions.size() == 1 ? methods : "batch of " + questions.size() + " with " + methods;
  }
}
