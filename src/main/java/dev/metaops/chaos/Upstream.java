package dev.metaops.chaos;

import dev.metaops.rpc.Json;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The honest node during one exchange. */
record Upstream(Transport transport, Deadline deadline) {
  /** It gave no answer that could be lied about; what it did goes to the asker as it is. */
  static final class Unasked extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Transport.Outcome outcome;

    Unasked(Transport.Outcome outcome) {
      this.outcome = outcome;
    }

    Transport.Outcome outcome() {
      return outcome;
    }
  }

  /** Its answer to one question. */
  Reply ask(Question question) {
    JsonNode answer = post(question.json(1));
    if (answer instanceof ObjectNode whole) {
      return new Reply(whole);
    }
    throw unreadable(answer);
  }

  /** One answer for each, in their order. */
  List<Reply> ask(List<Question> questions) {
    if (questions.isEmpty()) {
      return List.of();
    }
    if (questions.size() == 1) {
      return List.of(ask(questions.getFirst()));
    }
    ArrayNode batch = JsonNodeFactory.instance.arrayNode();
    for (int at = 0; at < questions.size(); at++) {
      batch.add(questions.get(at).json(at));
    }
    return inOrder(post(batch), questions.size());
  }

  private static List<Reply> inOrder(JsonNode answers, int count) {
    List<Optional<Reply>> replies = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      replies.add(Optional.empty());
    }
    for (JsonNode answer : answers) {
      int at = answer.path("id").asInt(-1);
      if (at >= 0 && at < count && answer instanceof ObjectNode whole) {
        replies.set(at, Optional.of(new Reply(whole)));
      }
    }
    if (!answers.isArray() || replies.stream().anyMatch(Optional::isEmpty)) {
      throw unreadable(answers);
    }
    return replies.stream().flatMap(Optional::stream).toList();
  }

  private JsonNode post(JsonNode question) {
    Transport.Outcome outcome = transport.post(Json.write(question), deadline);
    if (outcome instanceof Transport.Outcome.Replied(int status, _, byte[] body) && status == 200) {
      try {
        return Json.read(body);
      } catch (JacksonException broken) {
        throw new Unasked(outcome);
      }
    }
    throw new Unasked(outcome);
  }

  private static Unasked unreadable(JsonNode answer) {
    return new Unasked(
        new Transport.Outcome.Replied(200, Optional.<Duration>empty(), Json.write(answer)));
  }

  /** The number of its latest block. */
  long head() {
    return ask(new Question(
            JsonNodeFactory.instance.nullNode(),
            "eth_blockNumber",
            JsonNodeFactory.instance.arrayNode()))
        .value()
        .flatMap(Question::number)
        .orElse(0L);
  }

  /** The number of the block of this tag, or hash, empty when it has none. */
  Optional<Long> number(Question block) {
    return ask(block).value().flatMap(found -> Question.number(found.path("number")));
  }
}
