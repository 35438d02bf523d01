package dev.metaops.sim;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A block with a sound header of Prague.
 *
 * @param fields of the header by their JSON-RPC names, in the order they are hashed
 * @param held what the registry holds after it, by key
 */
record SimBlock(
    long number,
    String hash,
    String parentHash,
    Map<String, String> fields,
    List<Included> included,
    Map<String, Standing> held) {
  /** Genesis is at 2026-11-01T00:00:00Z. */
  static final long START = 1_793_491_200L;

  static final long BLOCK_SECONDS = 12;
  private static final long GAS = 50_000;
  private static final List<String> QUANTITIES =
      List.of(
          "difficulty",
          "number",
          "gasLimit",
          "gasUsed",
          "timestamp",
          "baseFeePerGas",
          "blobGasUsed",
          "excessBlobGas");

  /**
   * A transaction at its place.
   *
   * @param firstLog the index of its first log within the block
   */
  record Included(Deed deed, int index, int type, int firstLog, Deed.Effect effect) {
    long cumulativeGas() {
      return GAS * (index + 1);
    }

    byte[] receipt() {
      byte[] rlp =
          SimBytes.list(
              List.of(
                  SimBytes.item(effect.succeeds() ? 1 : 0),
                  SimBytes.item(cumulativeGas()),
                  SimBytes.item(SimLog.bloom(effect.logs())),
                  SimBytes.list(effect.logs().stream().map(SimLog::rlp).toList())));
      return type == 0 ? rlp : SimBytes.join(List.of(new byte[] {(byte) type}, rlp));
    }
  }

  static SimBlock genesis(long seed) {
    return sealed(0, SimBytes.hash("before " + seed), "genesis " + seed, List.of(), Map.of());
  }

  /**
   * The next block.
   *
   * @param salt makes it another block than one with the same deeds
   */
  SimBlock next(List<Deed> deeds, String salt) {
    Map<String, Standing> after = new HashMap<>(held);
    List<Included> included = new ArrayList<>();
    int logs = 0;
    for (Deed deed : deeds) {
      Deed.Effect effect = deed.on(after);
      effect.after().ifPresent(standing -> after.put(deed.paid().key(), standing));
      int type = (int) (deed.number() % 5);
      included.add(new Included(deed, included.size(), type, logs, effect));
      logs += effect.logs().size();
    }
    return sealed(number + 1, hash, salt, included, after);
  }

  private static SimBlock sealed(
      long number,
      String parentHash,
      String salt,
      List<Included> included,
      Map<String, Standing> held) {
    List<SimLog> logs = included.stream().flatMap(one -> one.effect().logs().stream()).toList();
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("parentHash", parentHash);
    fields.put("sha3Uncles", SimBytes.hex(SimBytes.keccak(SimBytes.list(List.of()))));
    fields.put("miner", SimBytes.address("miner"));
    fields.put("stateRoot", SimBytes.hash("state " + number + salt));
    fields.put(
        "transactionsRoot",
        SimBytes.hash("transactions " + included.stream().map(one -> one.deed().hash()).toList()));
    fields.put("receiptsRoot", SimTrie.root(included.stream().map(Included::receipt).toList()));
    fields.put("logsBloom", SimBytes.hex(SimLog.bloom(logs)));
    fields.put("difficulty", "0x0");
    fields.put("number", SimBytes.quantity(number));
    fields.put("gasLimit", SimBytes.quantity(30_000_000));
    fields.put("gasUsed", SimBytes.quantity(GAS * included.size()));
    fields.put("timestamp", SimBytes.quantity(START + number * BLOCK_SECONDS));
    fields.put("extraData", "0x");
    fields.put("mixHash", SimBytes.hash("mix " + number + salt));
    fields.put("nonce", "0x0000000000000000");
    fields.put("baseFeePerGas", SimBytes.quantity(1_000_000_000L + number));
    fields.put("withdrawalsRoot", SimTrie.root(List.of()));
    fields.put("blobGasUsed", "0x0");
    fields.put("excessBlobGas", "0x0");
    fields.put("parentBeaconBlockRoot", SimBytes.hash("beacon " + number));
    fields.put("requestsHash", SimBytes.hash("requests"));
    List<byte[]> items = new ArrayList<>();
    fields.forEach((name, text) -> items.add(item(name, text)));
    String hash = SimBytes.hex(SimBytes.keccak(SimBytes.list(items)));
    return new SimBlock(number, hash, parentHash, fields, included, Map.copyOf(held));
  }

  private static byte[] item(String name, String text) {
    return QUANTITIES.contains(name)
        ? SimBytes.item(new BigInteger(text.substring(2), 16).longValueExact())
        : SimBytes.item(SimBytes.bytes(text));
  }
}
