package dev.metaops.bench;

import com.esaulpaugh.headlong.abi.Function;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.demo.Anvil;
import dev.metaops.demo.Mining;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An anvil with any number of orders of one buyer. It mines when told to, and finalizes 30 blocks
 * behind the latest. Not thread-safe.
 */
public final class OrdersChain implements AutoCloseable {
  /** Blocks between the latest and the finalized one: Ponder takes 30 for this chain's id. */
  public static final int FINALITY = 30;

  private static final int WEI = 1;
  private static final long GAS = 3_000_000;
  private static final Function RUN = new Function("run(uint256,uint256,uint256,uint256)");

  /** Who emits the events. */
  public enum Escrow {
    /** The reference registry; a node's time for a block grows with what it holds. */
    REGISTRY,
    /** A contract that emits exactly what the registry would and stores nothing. */
    EVENTS_ONLY
  }

  private final Anvil anvil;
  private final RawRpc rpc;
  private final Address sender;
  private final Address seller;
  private final Address escrow;
  private final Address buyer;
  private final Address called;
  private long nonce;

  private OrdersChain(Anvil anvil, Escrow kind) throws IOException {
    this.anvil = anvil;
    rpc = new RawRpc(anvil.url());
    JsonNode accounts = rpc.ask("eth_accounts");
    sender = new Address(accounts.path(0).stringValue());
    seller = new Address(accounts.path(2).stringValue());
    if (kind == Escrow.REGISTRY) {
      escrow = deployed(RegistryContract.load().deployment(sender));
      buyer = deployed(bytecode("BulkParty") + word(escrow) + word(seller));
      called = buyer;
      rpc.ask("anvil_setBalance", buyer.text(), "0x" + BigInteger.TEN.pow(20).toString(16));
    } else {
      buyer = new Address(accounts.path(1).stringValue());
      escrow = deployed(bytecode("BulkEvents") + word(buyer) + word(seller));
      called = escrow;
    }
  }

  /** With the contract deployed, in block 1, and the registry's buyer in block 2. */
  public static OrdersChain start(Path root, Path directory, Escrow kind, int keptStates)
      throws IOException {
    Anvil.endRemains(directory);
    Anvil anvil =
        Anvil.start(
            Anvil.Options.in(root.resolve("devchain"), directory)
                .withMining(new Mining.OnRequest())
                .withSlotsInAnEpoch(FINALITY / 2)
                .withKeptStates(keptStates),
            SystemTicker.SYSTEM);
    try {
      return new OrdersChain(anvil, kind);
    } catch (IOException | RuntimeException e) {
      anvil.close();
      throw e;
    }
  }

  public String url() {
    return anvil.url();
  }

  public String webSocketUrl() {
    return anvil.webSocketUrl();
  }

  public int port() {
    return anvil.port();
  }

  public Address escrow() {
    return escrow;
  }

  public RawRpc rpc() {
    return rpc;
  }

  public long head() {
    return Long.decode(rpc.ask("eth_blockNumber").stringValue());
  }

  /** Order n, from 0. Its deadline plays no part in the key. */
  public Terms terms(int order) {
    return new Terms(
        String.format(Locale.ROOT, "ord_%07d", order),
        buyer,
        seller,
        Address.ZERO,
        BigInteger.valueOf(WEI),
        Instant.EPOCH);
  }

  /** The escrow's key of order n, from 0. */
  public Hash key(int order) {
    return RegistryContract.key(terms(order));
  }

  /** Mines one block for each of the layout's. */
  public void mine(Layout layout) {
    for (int block = 0; block < layout.blocks(); block++) {
      int created = layout.createdBefore(block);
      int released = layout.releasedBefore(block);
      submit(
          created,
          layout.createdBefore(block + 1) - created,
          released,
          layout.releasedBefore(block + 1) - released,
          layout.transactions());
      mine();
    }
  }

  /** Sends, in so many transactions, calls that create and release these orders. */
  public void submit(int created, int creations, int released, int releases, int transactions) {
    List<JsonNode> sent = new ArrayList<>();
    for (int part = 0; part < transactions; part++) {
      int createdFrom = creations * part / transactions;
      int releasedFrom = releases * part / transactions;
      ObjectNode transaction =
          call(
              created + createdFrom,
              creations * (part + 1) / transactions - createdFrom,
              released + releasedFrom,
              releases * (part + 1) / transactions - releasedFrom);
      sent.add(transaction.put("nonce", hex(nonce++)));
    }
    rpc.askEach("eth_sendTransaction", sent);
  }

  /** A transaction of account 0 that creates and releases these orders; without a nonce. */
  public ObjectNode call(int created, int creations, int released, int releases) {
    var data =
        RUN.encodeCallWithArgs(
            BigInteger.valueOf(created),
            BigInteger.valueOf(creations),
            BigInteger.valueOf(released),
            BigInteger.valueOf(releases));
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return JsonMapper.shared()
        .createObjectNode()
        .put("from", sender.text())
        .put("to", called.text())
        .put("gas", hex(GAS))
        .put("data", "0x" + HexFormat.of().formatHex(bytes));
  }

  public void mine() {
    rpc.ask("evm_mine");
  }

  /** Mines blocks without events. */
  public void mineEmpty(int blocks) {
    rpc.ask("anvil_mine", hex(blocks));
  }

  /** Takes back the latest blocks and mines as many in which these transactions are the first. */
  public void reorg(int depth, List<ObjectNode> transactions) {
    var replaced = JsonMapper.shared().createArrayNode();
    transactions.forEach(each -> replaced.addArray().add(each).add(0));
    rpc.ask("anvil_reorg", depth, replaced);
    nonce = Long.decode(rpc.ask("eth_getTransactionCount", sender.text(), "latest").stringValue());
  }

  private Address deployed(String data) {
    var transaction =
        JsonMapper.shared()
            .createObjectNode()
            .put("from", sender.text())
            .put("gas", hex(6_000_000))
            .put("data", data)
            .put("nonce", hex(nonce++));
    String hash = rpc.ask("eth_sendTransaction", transaction).stringValue();
    mine();
    return new Address(
        rpc.ask("eth_getTransactionReceipt", hash).path("contractAddress").stringValue());
  }

  private static String bytecode(String name) throws IOException {
    try (var in = OrdersChain.class.getResourceAsStream("/contracts/" + name + ".json")) {
      if (in == null) {
        throw new IllegalStateException("no contracts/" + name + ".json on the class path");
      }
      return JsonMapper.shared().readTree(in).path("bytecode").stringValue();
    }
  }

  private static String word(Address address) {
    return "0".repeat(24) + address.text().substring(2);
  }

  static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  @Override
  public void close() {
    anvil.close();
  }
}
