package dev.metaops.rpc;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON-RPC 2.0 over HTTP to one endpoint. Every call ends within its deadline, however the other
 * side behaves; transient failures are asked again within it. Only for questions: asking twice must
 * change nothing. Thread-safe.
 */
public final class JsonRpc {
  /** How many questions travel in one HTTP request. */
  public static final int MAX_BATCH = 100;

  /**
   * How large one answer may be, in bytes: a server of a few hundred megabytes reads several at a
   * time. What is larger is asked for in parts.
   */
  public static final long MAX_ANSWER = 16L << 20;

  /** How much of an answer that is not JSON is shown. */
  private static final int SHOWN = 40;

  /** Above so many bytes, answers are taken apart one after the other in the whole process. */
  private static final int LARGE = 1 << 20;

  /** What a large answer becomes takes several times its room: one heap holds one of them. */
  private static final ReentrantLock READING_LARGE = new ReentrantLock();

  /** No key is longer. */
  private static final int LONGEST_KEY = 4096;

  private final Endpoint endpoint;
  private final Patience patience;
  private final Ticker ticker;
  private final RandomGenerator random;
  private final Transport transport;
  private final AtomicLong lastId;
  private final Allowance allowance;
  private final Manners manners;
  private final Purpose purpose;

  public JsonRpc(Endpoint endpoint, Patience patience, Ticker ticker, RandomGenerator random) {
    this(endpoint, patience, ticker, random, MAX_ANSWER);
  }

  JsonRpc(
      Endpoint endpoint, Patience patience, Ticker ticker, RandomGenerator random, long maxAnswer) {
    this(
        endpoint.requireScheme("http", "https"),
        new Exchange(endpoint, maxAnswer),
        patience,
        ticker,
        random);
  }

  /**
   * Over another transport than HTTP.
   *
   * @param endpoint what its failures call it
   */
  public JsonRpc(
      Endpoint endpoint,
      Transport transport,
      Patience patience,
      Ticker ticker,
      RandomGenerator random) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.patience = patience;
    this.ticker = ticker;
    this.random = random;
    this.lastId = new AtomicLong();
    this.allowance = new Allowance(Budget.NONE, ticker);
    this.manners = new Manners(ticker);
    this.purpose = Purpose.FOLLOW;
  }

  private JsonRpc(JsonRpc same, Allowance allowance, Purpose purpose, Patience patience) {
    this.endpoint = same.endpoint;
    this.transport = same.transport;
    this.patience = patience;
    this.ticker = same.ticker;
    this.random = same.random;
    this.lastId = same.lastId;
    this.allowance = allowance;
    this.manners = same.manners;
    this.purpose = purpose;
  }

  /** The same endpoint, asked within this budget. */
  public JsonRpc within(Budget budget) {
    return new JsonRpc(this, new Allowance(budget, ticker), purpose, patience);
  }

  /** The same endpoint and budget, asked for this purpose. */
  JsonRpc as(Purpose other) {
    return other == purpose ? this : new JsonRpc(this, allowance, other, patience);
  }

  /** The same endpoint and budget, asked for this purpose, each question once. */
  JsonRpc once(Purpose other) {
    return new JsonRpc(this, allowance, other, patience.once());
  }

  /**
   * Waits until our own budget allows so many at once, and takes nothing of it; why it does not by
   * the deadline.
   */
  Optional<String> awaitBudget(int questions, Deadline deadline) {
    while (true) {
      Optional<Allowance.NotNow> notNow = allowance.overBudget(questions, purpose);
      if (notNow.isEmpty() || notNow.get().pause().compareTo(deadline.remaining()) >= 0) {
        return notNow.map(Allowance.NotNow::why);
      }
      try {
        ticker.rest(notNow.get().pause());
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        return Optional.of("we are stopping");
      }
    }
  }

  /** What of the budget is left. */
  Allowance allowance() {
    return allowance;
  }

  /** How this node wants to be asked. */
  Manners manners() {
    return manners;
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * The result, which may be JSON's null.
   *
   * @throws RpcUnavailable when there is none
   */
  public JsonNode call(Request request, Deadline deadline) {
    return required(patiently(deadline, within -> attempt(request, Json::read, within)));
  }

  /**
   * The elements of a result that is an array, each read and forgotten before the next: as one tree
   * an answer of many megabytes takes ten times that. What the reading throws is thrown on.
   *
   * @return empty when the result is none
   * @throws RpcUnavailable when there is no result
   */
  <T> Optional<List<T>> elements(
      Request request, Function<JsonNode, T> reading, Deadline deadline) {
    List<T> read = new ArrayList<>();
    JsonNode rest =
        required(
            patiently(
                deadline,
                within -> {
                  read.clear();
                  return attempt(
                      request,
                      body -> Json.readEach(body, element -> read.add(reading.apply(element))),
                      within);
                }));
    return rest.isArray() ? Optional.of(read) : Optional.empty();
  }

  private JsonNode required(Attempt<JsonNode> attempt) {
    return switch (attempt) {
      case Attempt.Got<JsonNode>(JsonNode result) -> result;
      case Attempt.Missed<JsonNode>(RpcFailure failure) ->
          throw new RpcUnavailable(endpoint, failure);
    };
  }

  /**
   * One answer for each request, in the order of the requests. A node that refuses a whole batch is
   * asked again in smaller ones, and from then on.
   *
   * @throws RpcUnavailable when a whole batch got no answer
   */
  public List<Answer> batch(List<Request> requests, Deadline deadline) {
    List<Answer> answers = new ArrayList<>(requests.size());
    while (answers.size() < requests.size()) {
      int from = answers.size();
      int most = mostAtOnce(requests.get(from).method());
      int to = Math.min(requests.size(), from + most);
      answers.addAll(wholeOrParts(requests.subList(from, to), deadline));
    }
    return answers;
  }

  private int mostAtOnce(String method) {
    return Math.clamp(Math.min(manners.batch(method), allowance.atOnce()), 1, MAX_BATCH);
  }

  private List<Answer> wholeOrParts(List<Request> requests, Deadline deadline) {
    Batch batch = new Batch(requests);
    String method = requests.getFirst().method();
    return switch (patiently(deadline, batch::attempt)) {
      case Attempt.Got<List<Answer>>(List<Answer> answers) -> {
        manners.batchFitted(method, requests.size());
        yield answers;
      }
      case Attempt.Missed<List<Answer>>(RpcFailure failure) -> {
        if (batch.isAnswered()) {
          yield batch.answers();
        }
        if (requests.size() == 1 || !mayFitInParts(failure)) {
          throw new RpcUnavailable(endpoint, failure);
        }
        manners.batchRefused(method, requests.size(), failure);
        yield batch(requests, deadline);
      }
    };
  }

  private static boolean mayFitInParts(RpcFailure failure) {
    return failure instanceof RpcFailure.ErrorAnswer
        || failure instanceof RpcFailure.RangeTooWide
        || failure instanceof RpcFailure.TooLarge;
  }

  /** One attempt at one thing. */
  private sealed interface Attempt<T> {
    record Got<T>(T value) implements Attempt<T> {}

    record Missed<T>(RpcFailure failure) implements Attempt<T> {}
  }

  private <T> Attempt<T> patiently(Deadline deadline, Function<Deadline, Attempt<T>> ask) {
    for (int failed = 1; ; failed++) {
      Attempt<T> attempt = ask.apply(deadline.atMost(patience.attempt()));
      if (!(attempt instanceof Attempt.Missed<T>(RpcFailure failure))
          || !failure.isTransient()
          || failed >= patience.attempts()) {
        return attempt;
      }
      Duration pause = pause(failure, failed);
      if (pause.compareTo(deadline.remaining()) >= 0) {
        return attempt;
      }
      try {
        ticker.rest(pause);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        return new Attempt.Missed<>(new RpcFailure.Stopped());
      }
    }
  }

  private Duration pause(RpcFailure failure, int failed) {
    Duration own = patience.pause(failed, random);
    return failure instanceof RpcFailure.Quota(_, Optional<Duration> asked)
        ? asked.map(theirs -> theirs.plus(own)).orElse(own)
        : own;
  }

  private Attempt<JsonNode> attempt(
      Request request, Function<byte[], JsonNode> reading, Deadline deadline) {
    long id = lastId.incrementAndGet();
    return switch (send(question(id, request), 1, reading, deadline)) {
      case Attempt.Missed<JsonNode>(RpcFailure failure) -> new Attempt.Missed<>(failure);
      case Attempt.Got<JsonNode>(JsonNode reply) ->
          switch (read(reply, id)) {
            case Answer.Result(JsonNode value) -> new Attempt.Got<>(value);
            case Answer.Failed(RpcFailure failure) -> new Attempt.Missed<>(failure);
          };
    };
  }

  /** Some requests in one HTTP exchange; those that may be answered in a moment are asked again. */
  private final class Batch {
    private final List<Request> requests;
    private final Map<Integer, Answer> answers = new HashMap<>();

    Batch(List<Request> requests) {
      this.requests = requests;
    }

    boolean isAnswered() {
      return answers.size() == requests.size();
    }

    List<Answer> answers() {
      return IntStream.range(0, requests.size()).mapToObj(this::answer).toList();
    }

    private Answer answer(int position) {
      return Optional.ofNullable(answers.get(position)).orElseThrow();
    }

    Attempt<List<Answer>> attempt(Deadline deadline) {
      List<Integer> open =
          IntStream.range(0, requests.size()).filter(this::isOpen).boxed().toList();
      if (open.size() == 1) {
        answers.put(open.getFirst(), alone(requests.get(open.getFirst()), deadline));
        return outcome();
      }
      long firstId = lastId.getAndAdd(open.size()) + 1;
      ArrayNode questions = JsonNodeFactory.instance.arrayNode(open.size());
      for (int at = 0; at < open.size(); at++) {
        questions.add(question(firstId + at, requests.get(open.get(at))));
      }
      return switch (send(questions, open.size(), Json::read, deadline)) {
        case Attempt.Missed<JsonNode>(RpcFailure failure) -> new Attempt.Missed<>(failure);
        case Attempt.Got<JsonNode>(JsonNode reply) -> take(reply, firstId, open);
      };
    }

    private boolean isOpen(int position) {
      @Nullable Answer known = answers.get(position);
      return known == null
          || (known instanceof Answer.Failed(RpcFailure failure) && failure.isTransient());
    }

    private Answer alone(Request request, Deadline deadline) {
      return switch (JsonRpc.this.attempt(request, Json::read, deadline)) {
        case Attempt.Got<JsonNode>(JsonNode result) -> new Answer.Result(result);
        case Attempt.Missed<JsonNode>(RpcFailure failure) -> new Answer.Failed(failure);
      };
    }

    private Attempt<List<Answer>> take(JsonNode reply, long firstId, List<Integer> open) {
      if (reply.isObject() && !reply.path("error").isMissingNode()) {
        return new Attempt.Missed<>(named(reply.path("error")));
      }
      if (!reply.isArray() || reply.size() != open.size()) {
        return garbage(
            reply.isArray()
                ? reply.size() + " answers to " + open.size() + " questions"
                : "no array of answers to a batch");
      }
      Map<Integer, Answer> taken = new HashMap<>();
      for (JsonNode one : reply) {
        long id = one.path("id").isIntegralNumber() ? one.path("id").asLong(-1) : -1;
        if (id < firstId || id >= firstId + open.size()) {
          return garbage("an answer to a question that was not asked");
        }
        int position = open.get((int) (id - firstId));
        if (taken.put(position, read(one, id)) != null) {
          return garbage("two answers to one question");
        }
      }
      answers.putAll(taken);
      return outcome();
    }

    private Attempt<List<Answer>> outcome() {
      for (Answer answer : answers.values()) {
        if (answer instanceof Answer.Failed(RpcFailure failure) && failure.isTransient()) {
          return new Attempt.Missed<>(failure);
        }
      }
      return new Attempt.Got<>(answers());
    }

    private Attempt<List<Answer>> garbage(String why) {
      return new Attempt.Missed<>(new RpcFailure.Garbage(why));
    }
  }

  private static ObjectNode question(long id, Request request) {
    ObjectNode question = JsonNodeFactory.instance.objectNode();
    question.put("jsonrpc", "2.0").put("id", id).put("method", request.method());
    question.putArray("params").addAll(request.params());
    return question;
  }

  private Answer read(JsonNode reply, long id) {
    if (!reply.isObject()) {
      return new Answer.Failed(new RpcFailure.Garbage("not a JSON-RPC answer"));
    }
    JsonNode replyId = reply.path("id");
    JsonNode error = reply.path("error");
    boolean isError = !error.isMissingNode() && !error.isNull();
    boolean isOurs = replyId.isIntegralNumber() && replyId.asLong(-1) == id;
    boolean isUnnamedError = isError && (replyId.isNull() || replyId.isMissingNode());
    if (!isOurs && !isUnnamedError) {
      return new Answer.Failed(new RpcFailure.Garbage("an answer to another question"));
    }
    if (isError) {
      return new Answer.Failed(named(error));
    }
    JsonNode result = reply.path("result");
    return result.isMissingNode()
        ? new Answer.Failed(new RpcFailure.Garbage("neither a result nor an error"))
        : new Answer.Result(result);
  }

  private Attempt<JsonNode> send(
      JsonNode question, int questions, Function<byte[], JsonNode> reading, Deadline deadline) {
    Optional<RpcFailure> refusal = pass(questions, deadline);
    if (refusal.isPresent()) {
      return new Attempt.Missed<>(refusal.get());
    }
    return switch (transport.post(Json.write(question), deadline)) {
      case Transport.Outcome.Failed(RpcFailure failure) -> new Attempt.Missed<>(failure);
      case Transport.Outcome.Replied(int status, Optional<Duration> retryAfter, byte[] body) ->
          status == 200
              ? parse(body, reading)
              : new Attempt.Missed<>(refused(status, retryAfter, body));
    };
  }

  /** Waits until our own budget allows as many; why it does not within the deadline. */
  private Optional<RpcFailure> pass(int questions, Deadline deadline) {
    while (true) {
      Optional<Allowance.NotNow> notNow = allowance.take(questions, purpose);
      if (notNow.isEmpty()) {
        return Optional.empty();
      }
      Duration pause = notNow.get().pause();
      if (pause.compareTo(deadline.remaining()) >= 0) {
        return Optional.of(new RpcFailure.Quota(notNow.get().why(), Optional.of(pause)));
      }
      try {
        ticker.rest(pause);
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
        return Optional.of(new RpcFailure.Stopped());
      }
    }
  }

  private Attempt<JsonNode> parse(byte[] body, Function<byte[], JsonNode> reading) {
    if (body.length == 0) {
      return new Attempt.Missed<>(new RpcFailure.Garbage("an empty answer"));
    }
    try {
      return new Attempt.Got<>(body.length > LARGE ? alone(body, reading) : reading.apply(body));
    } catch (Json.TooMany _) {
      return new Attempt.Missed<>(new RpcFailure.TooLarge(Json.MAX_VALUES + " values"));
    } catch (JacksonException broken) {
      return new Attempt.Missed<>(
          new RpcFailure.Garbage(
              "not JSON: " + endpoint.redact(broken.getOriginalMessage()) + start(body)));
    }
  }

  /** Waits for others that read, each for a moment: nothing is asked meanwhile. */
  private static JsonNode alone(byte[] body, Function<byte[], JsonNode> reading) {
    READING_LARGE.lock();
    try {
      return reading.apply(body);
    } finally {
      READING_LARGE.unlock();
    }
  }

  /** Some say in plain text which key they do not know. */
  private String start(byte[] body) {
    int length = Math.min(body.length, SHOWN + LONGEST_KEY);
    String text = endpoint.redact(new String(body, 0, length, StandardCharsets.UTF_8));
    return "; it starts with " + text.substring(0, Math.min(text.length(), SHOWN));
  }

  /** Many providers put a JSON-RPC error into an HTTP error; its text says more than the status. */
  private RpcFailure refused(int status, Optional<Duration> retryAfter, byte[] body) {
    if (parse(body, Json::read) instanceof Attempt.Got<JsonNode>(JsonNode reply)
        && reply.path("error").isObject()) {
      RpcFailure named = named(reply.path("error"));
      boolean saysMore = !(named instanceof RpcFailure.ErrorAnswer) || status == 400;
      if (named instanceof RpcFailure.Quota(String why, Optional<Duration> said)) {
        return new RpcFailure.Quota(why, retryAfter.or(() -> said));
      }
      if (saysMore) {
        return named;
      }
    }
    String what = "it answered HTTP " + status;
    return switch (status) {
      case 401, 403 -> new RpcFailure.KeyRefused(what);
      case 429 -> {
        allowance.refused(Optional.empty());
        yield new RpcFailure.Quota(what, retryAfter);
      }
      case 413 -> new RpcFailure.RangeTooWide(what, Excess.of(Excess.Of.BYTES));
      default ->
          status >= 500 || status == 408
              ? new RpcFailure.Unreachable(what)
              : new RpcFailure.Garbage(what);
    };
  }

  private RpcFailure named(JsonNode error) {
    RpcFailure named = ErrorTexts.name(error, endpoint);
    if (named instanceof RpcFailure.Quota(String why, _)) {
      allowance.refused(Phrasebook.callsASecond(why));
    }
    return named;
  }
}
