package dev.metaops.testing;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Blocks, receipts and transactions as a node spells them; it is ours, so they are believed. */
final class ChainJson {
  private static final long CALL_GAS = 1_000_000;
  private static final long DEPLOY_GAS = 6_000_000;

  private ChainJson() {}

  static ObjectNode transaction(Call call) {
    long gas = call.to().isPresent() ? CALL_GAS : DEPLOY_GAS;
    ObjectNode transaction =
        JsonMapper.shared()
            .createObjectNode()
            .put("from", call.from().text())
            .put("data", call.data())
            .put("value", hex(call.value()))
            .put("gas", hex(gas));
    call.to().ifPresent(to -> transaction.put("to", to.text()));
    return transaction;
  }

  static Header header(JsonNode block) {
    return new Header(
        new BlockRef(
            number(block.path("number")).longValueExact(),
            new Hash(block.path("hash").stringValue())),
        new Hash(block.path("parentHash").stringValue()),
        Instant.ofEpochSecond(number(block.path("timestamp")).longValueExact()),
        block.path("logsBloom").stringValue(),
        new Hash(block.path("receiptsRoot").stringValue()),
        block.properties().stream()
            .filter(member -> member.getValue().isString())
            .collect(
                Collectors.toMap(Map.Entry::getKey, member -> member.getValue().stringValue())));
  }

  static Receipt receipt(JsonNode receipt) {
    BlockRef block =
        new BlockRef(
            number(receipt.path("blockNumber")).longValueExact(),
            new Hash(receipt.path("blockHash").stringValue()));
    return new Receipt(
        new Hash(receipt.path("transactionHash").stringValue()),
        block,
        receipt.path("status").stringValue().equals("0x1")
            ? Receipt.Outcome.DONE
            : Receipt.Outcome.REVERTED,
        Optional.of(receipt.path("contractAddress"))
            .filter(JsonNode::isString)
            .map(address -> new Address(address.stringValue())),
        number(receipt.path("gasUsed")).multiply(number(receipt.path("effectiveGasPrice"))),
        elements(receipt.path("logs")).stream().map(log -> log(block, log)).toList());
  }

  private static Log log(BlockRef block, JsonNode log) {
    return new Log(
        block,
        new Hash(log.path("transactionHash").stringValue()),
        number(log.path("logIndex")).intValueExact(),
        new Address(log.path("address").stringValue()),
        elements(log.path("topics")).stream().map(topic -> new Hash(topic.stringValue())).toList(),
        log.path("data").stringValue());
  }

  static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  static BigInteger number(JsonNode hex) {
    return new BigInteger(hex.stringValue().substring(2), 16);
  }

  static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  static String hex(BigInteger number) {
    return "0x" + number.toString(16);
  }
}
