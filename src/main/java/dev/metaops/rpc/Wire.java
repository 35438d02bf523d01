package dev.metaops.rpc;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Execution;
import dev.metaops.chain.Fee;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import dev.metaops.chain.Receipt;
import dev.metaops.chain.SenderNonce;
import dev.metaops.chain.Transaction;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Values as nodes spell them, read strictly: whatever has another shape, or cannot be true, is an
 * {@link IllegalArgumentException} that says which field.
 */
final class Wire {
  /** 9999-12-31T23:59:59Z: the last second every store can hold. */
  private static final long LAST_SECOND = 253_402_300_799L;

  /** Polygon writes its validators into extraData: some kilobytes. */
  private static final int MOST_TEXT = 1 << 17;

  /** An Ethereum header has 21 fields. */
  private static final int MOST_TEXTS = 64;

  private Wire() {}

  static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isString()) {
      throw new IllegalArgumentException(field + ": missing or not text");
    }
    return value.stringValue();
  }

  static Hash hash(JsonNode object, String field) {
    return new Hash(Hex.canonical(field, text(object, field), 32));
  }

  static Address address(JsonNode object, String field) {
    return new Address(Hex.canonical(field, text(object, field), 20));
  }

  static long number(JsonNode object, String field) {
    return number(field, text(object, field));
  }

  static long number(String name, String quantity) {
    BigInteger value = quantity(name, quantity);
    if (value.bitLength() > 63) {
      throw new IllegalArgumentException(name + ": " + quantity + " (expected: below 2^63)");
    }
    return value.longValue();
  }

  /** 0x and at least one digit, at most 256 bits; leading zeros are let pass, as some nodes do. */
  static BigInteger quantity(String name, String quantity) {
    int digits = quantity.length() - 2;
    if (digits < 1 || digits > 64) {
      throw new IllegalArgumentException(name + ": expected 0x and 1 to 64 hex digits");
    }
    String even = digits % 2 == 0 ? quantity : "0x0" + quantity.substring(2);
    if (!quantity.startsWith("0x")) {
      throw new IllegalArgumentException(name + ": expected 0x and 1 to 64 hex digits");
    }
    return new BigInteger(1, Hex.bytes(Hex.canonical(name, even)));
  }

  static Header header(JsonNode block) {
    long seconds = number(block, "timestamp");
    if (seconds > LAST_SECOND) {
      throw new IllegalArgumentException(
          "timestamp: " + seconds + " (expected: before year 10000)");
    }
    Header header =
        new Header(
            new BlockRef(number(block, "number"), hash(block, "hash")),
            hash(block, "parentHash"),
            Instant.ofEpochSecond(seconds),
            text(block, "logsBloom"),
            hash(block, "receiptsRoot"),
            texts(block));
    if (header.parentHash().equals(header.hash())) {
      throw new IllegalArgumentException("block " + header.ref() + " is its own parent");
    }
    return header;
  }

  /** Members that are text, none of them long enough to hide something in. */
  private static Map<String, String> texts(JsonNode block) {
    Map<String, String> texts = new HashMap<>();
    for (Map.Entry<String, JsonNode> member : block.properties()) {
      if (member.getValue().isString()) {
        String text = member.getValue().stringValue();
        if (text.length() > MOST_TEXT || texts.size() == MOST_TEXTS) {
          throw new IllegalArgumentException(
              "a block of more than "
                  + MOST_TEXTS
                  + " members, or one of more than "
                  + MOST_TEXT
                  + " digits");
        }
        texts.put(member.getKey(), text);
      }
    }
    return texts;
  }

  static boolean isRemoved(JsonNode log) {
    JsonNode removed = log.path("removed");
    return removed.isBoolean() && removed.booleanValue();
  }

  static Log log(JsonNode log) {
    if (!log.isObject()) {
      throw new IllegalArgumentException("a log that is not an object");
    }
    long index = number(log, "logIndex");
    if (index > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("logIndex: " + index + " (expected: below 2^31)");
    }
    JsonNode topics = log.path("topics");
    if (!topics.isArray() || topics.size() > 4) {
      throw new IllegalArgumentException("topics: expected an array of at most 4");
    }
    List<Hash> hashes = hashes("topics", topics);
    return new Log(
        new BlockRef(number(log, "blockNumber"), hash(log, "blockHash")),
        hash(log, "transactionHash"),
        (int) index,
        address(log, "address"),
        hashes,
        text(log, "data"));
  }

  static List<Hash> hashes(String field, Iterable<JsonNode> array) {
    List<Hash> hashes = new ArrayList<>();
    for (JsonNode one : array) {
      if (!one.isString()) {
        throw new IllegalArgumentException(field + ": expected text");
      }
      hashes.add(new Hash(one.stringValue()));
    }
    return hashes;
  }

  static Receipt receipt(JsonNode receipt) {
    JsonNode logs = receipt.path("logs");
    if (!logs.isArray()) {
      throw new IllegalArgumentException("logs: expected an array");
    }
    List<Log> read = new ArrayList<>(logs.size());
    for (JsonNode log : logs) {
      read.add(log(log));
    }
    ascending(read);
    return new Receipt(
        new BlockRef(number(receipt, "blockNumber"), hash(receipt, "blockHash")),
        hash(receipt, "transactionHash"),
        execution(receipt),
        read);
  }

  static FullReceipt fullReceipt(JsonNode receipt) {
    long index = number(receipt, "transactionIndex");
    if (index > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("transactionIndex: " + index + " (expected: below 2^31)");
    }
    long type = isAbsent(receipt, "type") ? 0 : number(receipt, "type");
    if (type > 0x7f) {
      throw new IllegalArgumentException("type: " + type + " (expected: 0-127)");
    }
    return new FullReceipt(
        receipt(receipt),
        (int) index,
        (int) type,
        isAbsent(receipt, "root") || text(receipt, "root").length() < 66
            ? Optional.empty()
            : Optional.of(hash(receipt, "root")),
        quantity("cumulativeGasUsed", text(receipt, "cumulativeGasUsed")),
        optional(receipt, "depositNonce"),
        optional(receipt, "depositReceiptVersion"));
  }

  private static boolean isAbsent(JsonNode object, String field) {
    JsonNode value = object.path(field);
    return value.isMissingNode() || value.isNull();
  }

  private static Optional<BigInteger> optional(JsonNode object, String field) {
    return isAbsent(object, field)
        ? Optional.empty()
        : Optional.of(quantity(field, text(object, field)));
  }

  static Transaction transaction(JsonNode transaction) {
    boolean hasTo = transaction.path("to").isString();
    boolean isIncluded = transaction.path("blockHash").isString();
    return new Transaction(
        hash(transaction, "hash"),
        new SenderNonce(address(transaction, "from"), number(transaction, "nonce")),
        hasTo ? Optional.of(address(transaction, "to")) : Optional.empty(),
        quantity("value", text(transaction, "value")),
        text(transaction, "input"),
        number(transaction, "gas"),
        fee(transaction),
        isIncluded
            ? Optional.of(
                new BlockRef(number(transaction, "blockNumber"), hash(transaction, "blockHash")))
            : Optional.empty());
  }

  private static Fee fee(JsonNode transaction) {
    if (transaction.path("maxFeePerGas").isString()) {
      return new Fee(
          quantity("maxFeePerGas", text(transaction, "maxFeePerGas")),
          quantity("maxPriorityFeePerGas", text(transaction, "maxPriorityFeePerGas")));
    }
    BigInteger price = quantity("gasPrice", text(transaction, "gasPrice"));
    return new Fee(price, price);
  }

  private static Execution execution(JsonNode receipt) {
    JsonNode status = receipt.path("status");
    if (status.isMissingNode() || status.isNull()) {
      return Execution.UNSTATED;
    }
    long value = number(receipt, "status");
    if (value > 1) {
      throw new IllegalArgumentException("status: " + value + " (expected: 0 or 1)");
    }
    return value == 1 ? Execution.SUCCEEDED : Execution.REVERTED;
  }

  /** Refuses logs that are not in strictly ascending order, or of two blocks with one number. */
  static void ascending(List<Log> logs) {
    for (int at = 1; at < logs.size(); at++) {
      Log before = logs.get(at - 1);
      Log log = logs.get(at);
      boolean sameNumber = before.block().number() == log.block().number();
      if (sameNumber && !before.block().hash().equals(log.block().hash())) {
        throw new IllegalArgumentException("logs of two blocks " + log.block().number());
      }
      if (before.block().number() > log.block().number()
          || (sameNumber && before.index() >= log.index())) {
        throw new IllegalArgumentException(
            "log " + log.index() + " of block " + log.block() + " twice or out of order");
      }
    }
  }
}
