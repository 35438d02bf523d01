package dev.metaops.proof;

import dev.metaops.chain.Hex;
import java.util.Map;
import java.util.Optional;

/** Every member of a block that may be part of its header's hash, and how it is hashed. */
enum HeaderField {
  PARENT_HASH("parentHash", 32),
  SHA3_UNCLES("sha3Uncles", 32),
  MINER("miner", "author", 20),
  STATE_ROOT("stateRoot", 32),
  TRANSACTIONS_ROOT("transactionsRoot", 32),
  RECEIPTS_ROOT("receiptsRoot", 32),
  LOGS_BLOOM("logsBloom", 256),
  DIFFICULTY("difficulty", HeaderField.QUANTITY),
  NUMBER("number", HeaderField.QUANTITY),
  GAS_LIMIT("gasLimit", HeaderField.QUANTITY),
  GAS_USED("gasUsed", HeaderField.QUANTITY),
  TIMESTAMP("timestamp", HeaderField.QUANTITY),
  EXTRA_DATA("extraData", HeaderField.ANY_LENGTH),
  MIX_HASH("mixHash", 32),
  NONCE("nonce", 8),
  /** Of an authority round, in the place of {@link #MIX_HASH}. */
  STEP("step", "auraStep", HeaderField.QUANTITY),
  /** Of an authority round, in the place of {@link #NONCE}. */
  SIGNATURE("signature", "auraSeal", 65),
  /** London. */
  BASE_FEE("baseFeePerGas", HeaderField.QUANTITY),
  /** Shanghai. */
  WITHDRAWALS_ROOT("withdrawalsRoot", 32),
  /** Cancun. */
  BLOB_GAS_USED("blobGasUsed", HeaderField.QUANTITY),
  /** Cancun. */
  EXCESS_BLOB_GAS("excessBlobGas", HeaderField.QUANTITY),
  /** Cancun. */
  PARENT_BEACON_BLOCK_ROOT("parentBeaconBlockRoot", 32),
  /** Prague. */
  REQUESTS_HASH("requestsHash", 32),
  /** Amsterdam, EIP-7928. */
  BLOCK_ACCESS_LIST_HASH("blockAccessListHash", "balHash", 32),
  /** Amsterdam, EIP-7843. */
  SLOT_NUMBER("slotNumber", HeaderField.QUANTITY);

  private static final int QUANTITY = -1;
  private static final int ANY_LENGTH = -2;

  /** 1 MiB: Polygon's holds the dependencies of its transactions. */
  private static final int MOST_DIGITS = 2 << 20;

  private final String name;
  private final String otherName;
  private final int bytes;

  HeaderField(String name, int bytes) {
    this(name, name, bytes);
  }

  HeaderField(String name, String otherName, int bytes) {
    this.name = name;
    this.otherName = otherName;
    this.bytes = bytes;
  }

  /** JSON-RPC's name. */
  String text() {
    return name;
  }

  /**
   * What is hashed; empty when the node did not tell it.
   *
   * @throws IllegalArgumentException when it is not what JSON-RPC has there
   */
  Optional<byte[]> in(Map<String, String> members) {
    String text = members.get(name);
    if (text == null) {
      text = members.get(otherName);
    }
    return text == null ? Optional.empty() : Optional.of(read(text));
  }

  private byte[] read(String text) {
    return switch (bytes) {
      case QUANTITY -> Scalar.parse(name, text);
      case ANY_LENGTH -> Hex.bytes(Hex.canonical(name, bounded(text)));
      default -> Hex.bytes(Hex.canonical(name, text, bytes));
    };
  }

  private String bounded(String text) {
    if (text.length() > MOST_DIGITS) {
      throw new IllegalArgumentException(
          name + ": " + text.length() + " digits (expected: at most " + MOST_DIGITS + ")");
    }
    return text;
  }
}
