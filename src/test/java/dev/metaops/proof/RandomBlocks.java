package dev.metaops.proof;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Execution;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import dev.metaops.chain.Receipt;
import dev.metaops.time.SystemTicker;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Headers and receipts of all kinds, hashed and rooted by other hands; one seed, one sequence. */
final class RandomBlocks {
  static final List<String> FRONTIER =
      List.of(
          "parentHash",
          "sha3Uncles",
          "miner",
          "stateRoot",
          "transactionsRoot",
          "receiptsRoot",
          "logsBloom",
          "difficulty",
          "number",
          "gasLimit",
          "gasUsed",
          "timestamp",
          "extraData",
          "mixHash",
          "nonce");
  static final List<String> LONDON = and(FRONTIER, "baseFeePerGas");
  static final List<String> SHANGHAI = and(LONDON, "withdrawalsRoot");
  static final List<String> CANCUN =
      and(SHANGHAI, "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot");
  static final List<String> PRAGUE = and(CANCUN, "requestsHash");
  static final List<String> AMSTERDAM = and(PRAGUE, "blockAccessListHash", "slotNumber");

  private static final BlockRef ANY = new BlockRef(7, new Hash("0x" + "07".repeat(32)));

  final RandomGenerator random;

  private RandomBlocks(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Prints its seed; {@code -Dmetaops.seed=…} repeats a run. */
  static RandomBlocks of(String test) {
    long seed = Long.getLong("metaops.seed", SystemTicker.SYSTEM.nanos());
    System.out.println(test + ": -Dmetaops.seed=" + seed);
    return new RandomBlocks(seed);
  }

  static List<String> and(List<String> before, String... more) {
    List<String> both = new ArrayList<>(before);
    both.addAll(List.of(more));
    return List.copyOf(both);
  }

  /** Every member a node may tell, of the right kind. */
  Map<String, String> members() {
    Map<String, String> members = new LinkedHashMap<>();
    for (String name : and(AMSTERDAM, "step", "signature", "hash")) {
      members.put(
          name,
          switch (name) {
            case "number",
                "timestamp",
                "gasLimit",
                "gasUsed",
                "step",
                "blobGasUsed",
                "excessBlobGas",
                "slotNumber" ->
                "0x" + Long.toHexString(random.nextLong(1L << random.nextInt(1, 38)));
            case "difficulty", "baseFeePerGas" ->
                "0x" + new BigInteger(1, bytes(random.nextInt(33))).toString(16);
            case "extraData" -> Hex.text(bytes(random.nextInt(100)));
            case "miner" -> Hex.text(bytes(20));
            case "nonce" -> Hex.text(bytes(8));
            case "signature" -> Hex.text(bytes(65));
            case "logsBloom" -> Hex.text(bytes(256));
            default -> Hex.text(bytes(32));
          });
    }
    return members;
  }

  /** A header whose hash is made of these members, and that tells those and more. */
  static Header header(Map<String, String> told, List<String> hashed) {
    Hash hash = OtherHands.headerHash(told, hashed);
    return new Header(
        new BlockRef(Long.decode(member(told, "number")), hash),
        new Hash(member(told, "parentHash")),
        Instant.ofEpochSecond(Long.decode(member(told, "timestamp"))),
        member(told, "logsBloom"),
        new Hash(member(told, "receiptsRoot")),
        told);
  }

  private static String member(Map<String, String> members, String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  /** A header over these receipts. */
  Header over(List<FullReceipt> receipts) {
    Map<String, String> members = members();
    members.keySet().retainAll(PRAGUE);
    members.put("receiptsRoot", OtherHands.receiptsRoot(receipts).text());
    members.put(
        "logsBloom",
        Hex.text(
            OtherHands.bloom(
                receipts.stream().flatMap(each -> each.receipt().logs().stream()).toList())));
    return header(members, PRAGUE);
  }

  List<FullReceipt> receipts(int count) {
    List<FullReceipt> receipts = new ArrayList<>();
    BigInteger gas = BigInteger.ZERO;
    int logs = 0;
    for (int index = 0; index < count; index++) {
      gas = gas.add(BigInteger.valueOf(random.nextLong(21_000, 1L << 30)));
      FullReceipt receipt = receipt(index, gas, logs);
      logs += receipt.receipt().logs().size();
      receipts.add(receipt);
    }
    return receipts;
  }

  private FullReceipt receipt(int index, BigInteger gas, int firstLog) {
    int kind = random.nextInt(9);
    boolean hasRoot = kind == 5;
    Execution execution =
        hasRoot
            ? Execution.UNSTATED
            : random.nextInt(5) == 0 ? Execution.REVERTED : Execution.SUCCEEDED;
    int type =
        switch (kind) {
          case 0, 1, 2, 3, 4 -> kind;
          case 5 -> 0;
          case 6, 7 -> 0x7e;
          default -> random.nextInt(1, 0x80);
        };
    return new FullReceipt(
        receipt(execution, firstLog),
        index,
        type,
        hasRoot ? Optional.of(hash()) : Optional.empty(),
        gas,
        type == 0x7e ? Optional.of(number()) : Optional.empty(),
        kind == 7 ? Optional.of(BigInteger.ONE) : Optional.empty());
  }

  Receipt receipt(Execution execution, int firstLog) {
    Hash transaction = hash();
    List<Log> logs = new ArrayList<>();
    int count = execution == Execution.REVERTED ? 0 : random.nextInt(4);
    for (int at = 0; at < count; at++) {
      List<Hash> topics = new ArrayList<>();
      for (int topic = random.nextInt(5); topic > 0; topic--) {
        topics.add(hash());
      }
      String data =
          Hex.text(bytes(random.nextInt(8) == 0 ? random.nextInt(5000) : random.nextInt(70)));
      logs.add(new Log(ANY, transaction, firstLog + at, address(), topics, data));
    }
    return new Receipt(ANY, transaction, execution, logs);
  }

  private BigInteger number() {
    return BigInteger.valueOf(random.nextLong(1L << random.nextInt(1, 62)));
  }

  Address address() {
    return Address.of(bytes(20));
  }

  Hash hash() {
    return Hash.of(bytes(32));
  }

  byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
