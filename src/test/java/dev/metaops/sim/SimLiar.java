package dev.metaops.sim;

import dev.metaops.rpc.Json;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A node whose eth_getLogs, while it lies, says of half of the escrows that they were released in
 * the block that created them. Nothing of it can be told from the truth but by receipts.
 */
public final class SimLiar implements Transport {
  private static final int FURTHER_ON = 50;

  private final SimChain chain;
  private final SimNode honest;
  private final Set<String> madeUp = new HashSet<>();
  private boolean lies;

  public SimLiar(SimChain chain, SimNode honest) {
    this.chain = chain;
    this.honest = honest;
  }

  public void liesNow() {
    lies = true;
  }

  public void isHonestNow() {
    lies = false;
  }

  /** Keys of the escrows it ever said that of. */
  public Set<String> madeUp() {
    return Set.copyOf(madeUp);
  }

  @Override
  public Outcome post(byte[] body, Deadline deadline) {
    Outcome outcome = honest.post(body, deadline);
    return lies && outcome instanceof Outcome.Replied replied
        ? new Outcome.Replied(
            replied.status(), replied.retryAfter(), Json.write(spoiled(Json.read(replied.body()))))
        : outcome;
  }

  private JsonNode spoiled(JsonNode told) {
    (told instanceof ArrayNode batch ? batch : List.of(told))
        .forEach(answer -> {
          if (answer.path("result") instanceof ArrayNode logs) {
            addTo(logs);
          }
        });
    return told;
  }

  private void addTo(ArrayNode logs) {
    List<ObjectNode> more = new ArrayList<>();
    for (JsonNode log : logs) {
      String key = log.path("topics").path(1).stringValue("");
      boolean isChosen =
          log.path("address").stringValue("").equals(SimChain.REGISTRY)
              && log.path("topics").size() == 4
              && Character.digit(key.charAt(key.length() - 1), 16) < 8;
      if (isChosen && log instanceof ObjectNode created) {
        SimOrder order = chain.termsOf(key).orElseThrow();
        SimLog released = order.paid("EscrowReleased", order.seller(), SimChain.REGISTRY);
        ObjectNode made = created.deepCopy();
        made.put("logIndex", SimBytes.quantity(Long.decode(index(created)) + FURTHER_ON));
        made.put("data", released.data());
        ArrayNode topics = made.putArray("topics");
        released.topics().forEach(topics::add);
        more.add(made);
        madeUp.add(key);
      }
    }
    logs.addAll(more);
  }

  private static String index(JsonNode log) {
    return log.path("logIndex").stringValue("0x0");
  }
}
