package dev.metaops.rpc;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import java.util.Collection;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** What we ask, as nodes want it spelled; what they say is read by {@link Wire}. */
final class Spelling {
  private Spelling() {}

  static Request blockByTag(String tag) {
    return Request.of("eth_getBlockByNumber", StringNode.valueOf(tag), no());
  }

  static ObjectNode query(LogFilter filter) {
    ObjectNode query = JsonNodeFactory.instance.objectNode();
    ArrayNode addresses = query.putArray("address");
    filter.addresses().stream().sorted().forEach(address -> addresses.add(address.text()));
    if (!filter.topics().isEmpty()) {
      ArrayNode topics = query.putArray("topics");
      filter.topics().forEach(position -> put(topics, position));
    }
    return query;
  }

  private static void put(ArrayNode topics, Collection<Hash> position) {
    if (position.isEmpty()) {
      topics.addNull();
    } else {
      ArrayNode wanted = topics.addArray();
      position.stream().sorted().forEach(topic -> wanted.add(topic.text()));
    }
  }

  /** By hash, and only while canonical: EIP-1898. */
  static JsonNode block(At at) {
    return switch (at) {
      case At.Block(BlockRef block) ->
          JsonNodeFactory.instance
              .objectNode()
              .put("blockHash", block.hash().text())
              .put("requireCanonical", true);
      case At.Height(long number) -> quantity(number);
      case At.Tag tag -> StringNode.valueOf(tag.name().toLowerCase(Locale.ROOT));
    };
  }

  static JsonNode text(Hash hash) {
    return StringNode.valueOf(hash.text());
  }

  static JsonNode text(Address address) {
    return StringNode.valueOf(address.text());
  }

  static JsonNode quantity(long number) {
    return StringNode.valueOf(hex(number));
  }

  static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  static JsonNode no() {
    return JsonNodeFactory.instance.booleanNode(false);
  }

  static Request call(Address contract, byte[] data, At at) {
    ObjectNode call =
        JsonNodeFactory.instance
            .objectNode()
            .put("to", contract.text())
            .put("data", Hex.text(data))
            .put("input", Hex.text(data));
    return Request.of("eth_call", call, block(at));
  }
}
