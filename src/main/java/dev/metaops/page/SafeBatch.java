package dev.metaops.page;

import dev.metaops.chain.Address;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Transactions without value, as the Safe transaction builder reads a file of them. It has no
 * checksum: the builder then asks the person to look, which is right.
 *
 * @param from the Safe that is to send them; empty text when that is not known
 * @param calls sent together: when one reverts, none counts
 */
public record SafeBatch(
    long chainId,
    Instant at,
    String name,
    String description,
    String from,
    List<Transaction> calls) {
  public SafeBatch {
    calls = List.copyOf(calls);
  }

  /**
   * One of them.
   *
   * @param data 0x and hex digits
   */
  public record Transaction(Address to, String data) {}

  /** The file's text, indented. */
  public String text() {
    ObjectNode batch = JsonNodeFactory.instance.objectNode();
    drawJson(batch);
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(batch);
  }

  public void drawJson(ObjectNode into) {
    into.put("version", "1.0")
        .put("chainId", Long.toString(chainId))
        .put("createdAt", at.toEpochMilli());
    into.putObject("meta")
        .put("name", name)
        .put("description", description)
        .put("createdFromSafeAddress", from);
    ArrayNode transactions = into.putArray("transactions");
    for (Transaction call : calls) {
      transactions
          .addObject()
          .put("to", call.to().text())
          .put("value", "0")
          .put("data", call.data())
          .putNull("contractMethod")
          .putNull("contractInputsValues");
    }
  }
}
