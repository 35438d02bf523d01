package dev.metaops.testing;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.demo.Anvil;
import dev.metaops.demo.Mining;
import dev.metaops.demo.RegistryContract;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real chain for tests: its own anvil on a free port, in its own temporary folder, ended by
 * {@link #close}. Starts in about a tenth of a second.
 *
 * <pre>{@code
 * @AutoClose static final TestChain chain = TestChain.start();
 * final TestRegistry registry = chain.deployRegistry();
 *
 * var escrow = registry.create("order-1");
 * chain.mine(3);
 * registry.release(escrow.key());
 * }</pre>
 *
 * Unless told otherwise it mines a block for each transaction and finalizes four blocks behind the
 * latest. Thread-safe.
 */
public final class TestChain implements AutoCloseable {
  /** One coin, in wei. */
  public static final BigInteger ETHER = BigInteger.TEN.pow(18);

  static final RegistryContract REGISTRY = RegistryContract.load();

  /**
   * A transaction for the new side of a fork.
   *
   * @param offset which of the replaced blocks it goes into; 0 is the lowest
   */
  public record Replacement(Call call, int offset) {}

  /** A point to return to, once. */
  public record Snapshot(String id) {}

  private final Anvil anvil;
  private final Path directory;
  private final JsonRpc rpc;
  private final List<Address> accounts;
  private final SentTransactions transactions;

  private TestChain(Anvil anvil, Path directory) {
    this.anvil = anvil;
    this.directory = directory;
    rpc = new JsonRpc(anvil.url());
    transactions = new SentTransactions(rpc);
    accounts =
        ChainJson.elements(rpc.ask("eth_accounts")).stream()
            .map(account -> new Address(account.stringValue()))
            .toList();
  }

  /** Mines a block for each transaction. */
  public static TestChain start() {
    return start(UnaryOperator.identity());
  }

  public static TestChain start(Mining mining) {
    return start(options -> options.withMining(mining));
  }

  /** Starts with the defaults, changed as told. */
  public static TestChain start(UnaryOperator<Anvil.Options> change) {
    try {
      Path directory = Files.createTempDirectory("metaops-chain-");
      try {
        var options = change.apply(Anvil.Options.in(devchain(), directory));
        return new TestChain(Anvil.start(options, SystemTicker.SYSTEM), directory);
      } catch (RuntimeException e) {
        delete(directory);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The {@code devchain} folder of this checkout, found upwards from the working directory. */
  public static Path devchain() {
    return checkout().resolve("devchain");
  }

  /** The root of this checkout: the nearest folder upwards that holds {@code devchain}. */
  public static Path checkout() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("devchain/package.json"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "no devchain/package.json in " + start + " or above (run the tests inside a checkout)");
  }

  public String url() {
    return anvil.url();
  }

  public String webSocketUrl() {
    return anvil.webSocketUrl();
  }

  public Anvil anvil() {
    return anvil;
  }

  // ------------------------------------------------------------------------------------- accounts

  /** All unlocked accounts, 10,000 coins each. */
  public List<Address> accounts() {
    return accounts;
  }

  public Address account(int index) {
    return accounts.get(index);
  }

  /** Account 0: deploys, and is the registry's arbiter unless told otherwise. */
  public Address arbiter() {
    return account(0);
  }

  /** Account 1: who buys unless told otherwise. */
  public Address buyer() {
    return account(1);
  }

  /** Account 2: who sells unless told otherwise. */
  public Address seller() {
    return account(2);
  }

  public BigInteger balance(Address account) {
    return ChainJson.number(ask("eth_getBalance", account.text(), "latest"));
  }

  /** Sets a balance outright, as forced-in coins would. */
  public void setBalance(Address account, BigInteger wei) {
    ask("anvil_setBalance", account.text(), ChainJson.hex(wei));
  }

  // ------------------------------------------------------------------------------------ contracts

  /** A new reference registry with account 0 as its arbiter. */
  public TestRegistry deployRegistry() {
    return new TestRegistry(this, deploy(arbiter(), REGISTRY.deployment(arbiter())), REGISTRY);
  }

  /** Deploys the bytecode, arguments appended, and returns the contract's address. */
  public Address deploy(Address from, String data) {
    return send(new Call(from, Optional.empty(), data, BigInteger.ZERO)).contract().orElseThrow();
  }

  /** A new ERC-20 token, as the standard has it. */
  public TestToken deployToken() {
    return deployToken(TestToken.Kind.PLAIN);
  }

  public TestToken deployToken(TestToken.Kind kind) {
    return TestToken.deploy(this, kind);
  }

  /** A new factory of trade escrows, with account 0 as the arbiter. */
  public TestTradeFactory deployTradeFactory() {
    return new TestTradeFactory(deployContract("TradeEscrowFactory", arbiter()));
  }

  /** A trade's escrow deployed without a factory, with the terms of {@link TestTrade.Terms#of}. */
  public TestTrade deployTrade(String orderId) {
    return deployTrade(TestTrade.Terms.of(this, orderId));
  }

  /** A trade's escrow deployed without a factory, by account 0. */
  public TestTrade deployTrade(TestTrade.Terms terms) {
    Address address = deploy(arbiter(), terms.deployment());
    return new TestTrade(new TestContract(this, address, Artifact.of("TradeEscrow")), terms);
  }

  /**
   * Deploys any contract of {@code contracts/src} or {@code contracts/test-src}, by account 0.
   *
   * @param name the contract's name, as in its artifact
   * @param arguments of its constructor
   */
  public TestContract deployContract(String name, Object... arguments) {
    Artifact artifact = Artifact.of(name);
    return new TestContract(this, deploy(arbiter(), artifact.deployment(arguments)), artifact);
  }

  /**
   * The same for a constructor that takes one address, when the new address is all that is wanted.
   */
  public Address deploy(String name, Address argument) {
    return deployContract(name, argument).address();
  }

  // --------------------------------------------------------------------------------- transactions

  /**
   * Sends and waits until mined, at most 15 s. With {@link Mining.OnRequest} use {@link #submit}
   * and {@link #mine}.
   *
   * @throws Reverted if it was mined and refused
   */
  public Receipt send(Call call) {
    return done(submit(call));
  }

  /**
   * Sends without waiting. Nonces are counted here, so that fast senders do not race themselves.
   */
  public synchronized Hash submit(Call call) {
    return transactions.submit(call);
  }

  /**
   * Waits until mined, at most 15 s.
   *
   * @throws Reverted if it was refused
   */
  public Receipt done(Hash transaction) {
    return transactions.done(transaction);
  }

  /** Waits until mined, at most 15 s, whatever came of it. */
  public Receipt mined(Hash transaction) {
    return transactions.mined(transaction);
  }

  /** Empty when not mined, or orphaned. */
  public Optional<Receipt> receipt(Hash transaction) {
    return transactions.receipt(transaction);
  }

  /** All receipts of a block, in order. */
  public List<Receipt> receipts(BlockRef block) {
    return transactions.receipts(block);
  }

  /**
   * Asks a contract at the latest block and returns its answer as hex.
   *
   * @throws Reverted if it refused
   */
  public String call(Call call) {
    return transactions.call(call);
  }

  // --------------------------------------------------------------------------------------- blocks

  /** Mines this many blocks; waiting transactions go into the first. */
  public Header mine(int blocks) {
    ask("anvil_mine", ChainJson.hex(blocks));
    return latest();
  }

  /** The same, so long apart by their own times, which may lie ahead of the clock. */
  public Header mine(int blocks, Duration apart) {
    ask("anvil_mine", ChainJson.hex(blocks), ChainJson.hex(apart.toSeconds()));
    return latest();
  }

  public Header latest() {
    return header("latest");
  }

  public BlockRef safe() {
    return header("safe").ref();
  }

  public BlockRef finalized() {
    return header("finalized").ref();
  }

  public ChainHead head() {
    return new ChainHead(latest(), Optional.of(safe()), Optional.of(finalized()));
  }

  /** The canonical block of this number. */
  public Header header(long number) {
    return header(ChainJson.hex(number));
  }

  /** Mines until this block is final. */
  public void finalizeBlock(BlockRef block) {
    for (long behind = behind(block); behind > 0; behind = behind(block)) {
      mine(Math.toIntExact(behind));
    }
  }

  private long behind(BlockRef block) {
    return block.number() - finalized().number();
  }

  /**
   * Replaces the latest {@code depth} blocks by as many new ones that hold only these transactions.
   * The old transactions are gone, not pending; nonces go back with them, and are chosen by the
   * node. Without a transaction in the lowest block nothing would change up to the first that has
   * one, so this puts an empty transfer there when none is given.
   *
   * @return the new blocks, the lowest first
   */
  public synchronized List<Header> reorg(int depth, Replacement... replacements) {
    boolean changesLowest = Arrays.stream(replacements).anyMatch(each -> each.offset() == 0);
    var blocks = JsonMapper.shared().createArrayNode();
    if (!changesLowest) {
      Address last = accounts.getLast();
      blocks
          .addArray()
          .add(ChainJson.transaction(Call.to(last, last, "0x").withValue(BigInteger.ONE)))
          .add(0);
    }
    for (Replacement each : replacements) {
      blocks.addArray().add(ChainJson.transaction(each.call())).add(each.offset());
    }
    ask("anvil_reorg", depth, blocks);
    transactions.forgetNonces();
    long top = latest().number();
    return LongStream.rangeClosed(top - depth + 1, top).mapToObj(this::header).toList();
  }

  /** Everything as it is now, to return to by {@link #revert}. */
  public Snapshot snapshot() {
    return new Snapshot(ask("evm_snapshot").stringValue());
  }

  /** Returns to a snapshot, which is used up by it, as are all taken after it. */
  public synchronized void revert(Snapshot snapshot) {
    if (!ask("evm_revert", snapshot.id()).booleanValue()) {
      throw new IllegalArgumentException("snapshot: " + snapshot.id() + " (expected: unused)");
    }
    transactions.forgetNonces();
  }

  // ----------------------------------------------------------------------------------------- time

  /** The latest block's time. */
  public Instant now() {
    return latest().time();
  }

  /** The time of the next block; not before the latest block's. Later blocks go on from it. */
  public void setNextTimestamp(Instant time) {
    ask("evm_setNextBlockTimestamp", time.getEpochSecond());
  }

  /** Moves the chain's clock forward; the next block shows it. */
  public void increaseTime(Duration by) {
    ask("evm_increaseTime", by.toSeconds());
  }

  /** Any other question, for what has no method here; the answer's {@code result}. */
  public JsonNode ask(String method, Object... parameters) {
    return rpc.ask(method, parameters);
  }

  /** Ends the node and deletes its folder. */
  @Override
  public void close() {
    anvil.close();
    delete(directory);
  }

  private Header header(String which) {
    JsonNode block = ask("eth_getBlockByNumber", which, false);
    if (block.isNull()) {
      throw new IllegalArgumentException("block: " + which + " (expected: one that exists)");
    }
    return ChainJson.header(block);
  }

  private static void delete(Path directory) {
    try {
      Folders.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
