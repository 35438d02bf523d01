package dev.metaops.demo;

import com.esaulpaugh.headlong.abi.ABIJSON;
import com.esaulpaugh.headlong.abi.ContractError;
import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowEvent.Terms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The reference registry escrow as bytes: what to send to deploy and call it, and what its answers
 * and refusals mean. Sends nothing. Thread-safe.
 */
public final class RegistryContract {
  private static final String ARTIFACT = "/contracts/RegistryEscrow.json";
  private static final BigInteger LAST_SECOND = BigInteger.valueOf(Instant.MAX.getEpochSecond());
  private static final String STATUS_TYPE = "enum RegistryEscrow.Status";
  private static final TupleType<Tuple> KEY_TERMS =
      TupleType.parse("(string,address,address,address,uint256)");

  /** Where an escrow stands, in the contract's own order. */
  public enum Status {
    NONE,
    HELD,
    DISPUTED,
    RELEASED,
    REFUNDED,
    CANCELLED
  }

  /**
   * What {@code escrowOf} answers; all zero with status NONE when there is no such escrow.
   *
   * @param deadline at most {@link Instant#MAX}, whatever lies beyond
   */
  public record Escrow(
      Address buyer,
      Address seller,
      Address token,
      BigInteger amount,
      Instant deadline,
      Status status) {}

  private final String abi;
  private final String bytecode;
  private final String deployedBytecode;
  private final Map<String, Function> functions;
  private final List<ContractError<Tuple>> errors;

  private RegistryContract(JsonNode artifact) {
    abi = artifact.required("abi").toString();
    bytecode = artifact.required("bytecode").stringValue();
    deployedBytecode = artifact.required("deployedBytecode").stringValue();
    functions =
        ABIJSON.parseNormalFunctions(abi).stream()
            .collect(Collectors.toUnmodifiableMap(Function::getName, function -> function));
    errors = List.copyOf(ABIJSON.parseErrors(abi));
  }

  /** Reads the committed artifact from the class path. */
  public static RegistryContract load() {
    try (var in = RegistryContract.class.getResourceAsStream(ARTIFACT)) {
      if (in == null) {
        throw new IllegalStateException(ARTIFACT + " is not on the class path (rebuild metaops)");
      }
      return new RegistryContract(JsonMapper.shared().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The contract's ABI as JSON. */
  public String abi() {
    return abi;
  }

  /** The code a deployed instance has; the contract has no immutables, so all have the same. */
  public String deployedBytecode() {
    return deployedBytecode;
  }

  /** The data of the transaction that deploys it. */
  public String deployment(Address arbiter) {
    var arguments =
        TupleType.<Tuple>parse("(address)").encode(Tuple.singleton(abiAddress(arbiter)));
    return bytecode + hex(arguments);
  }

  /** Data of {@code create}; sent by the terms' buyer, with the amount as value. */
  public String create(Terms terms) {
    return call(
        "create",
        terms.orderId(),
        abiAddress(terms.seller()),
        abiAddress(terms.token()),
        terms.amount(),
        BigInteger.valueOf(terms.deadline().getEpochSecond()));
  }

  public String release(Hash key) {
    return call("release", (Object) key.bytes());
  }

  public String refund(Hash key) {
    return call("refund", (Object) key.bytes());
  }

  public String cancel(Hash key) {
    return call("cancel", (Object) key.bytes());
  }

  public String dispute(Hash key) {
    return call("dispute", (Object) key.bytes());
  }

  public String pause() {
    return call("pause");
  }

  public String unpause() {
    return call("unpause");
  }

  public String paused() {
    return call("paused");
  }

  public String transferArbiter(Address to) {
    return call("transferArbiter", abiAddress(to));
  }

  public String acceptArbiter() {
    return call("acceptArbiter");
  }

  public String arbiter() {
    return call("arbiter");
  }

  public String pendingArbiter() {
    return call("pendingArbiter");
  }

  public String escrowOf(Hash key) {
    return call("escrowOf", (Object) key.bytes());
  }

  public String held(Address token) {
    return call("held", abiAddress(token));
  }

  /** Data of the contract's own {@code keyOf}; {@link #key} computes the same without a chain. */
  public String keyOf(Terms terms) {
    return call(
        "keyOf",
        terms.orderId(),
        abiAddress(terms.buyer()),
        abiAddress(terms.seller()),
        abiAddress(terms.token()),
        terms.amount());
  }

  /** The key of an escrow with these terms, as the contract derives it. */
  public static Hash key(Terms terms) {
    ByteBuffer encoded =
        KEY_TERMS.encode(
            Tuple.of(
                terms.orderId(),
                abiAddress(terms.buyer()),
                abiAddress(terms.seller()),
                abiAddress(terms.token()),
                terms.amount()));
    return Hash.of(new Keccak(256).digest(bytes(encoded)));
  }

  /** Reads what {@code escrowOf} returned. */
  public Escrow escrow(String returned) {
    Tuple escrow = function("escrowOf").decodeSingletonReturn(bytes(returned));
    return new Escrow(
        address(escrow.get(0)),
        address(escrow.get(1)),
        address(escrow.get(2)),
        escrow.get(3),
        instant(escrow.get(4)),
        Status.values()[escrow.<Integer>get(5)]);
  }

  /**
   * Reads the data of a revert: the error's name and its values, for example {@code
   * WrongStatus(0x5f…, RELEASED)}. Empty when it is not an error of this contract.
   */
  public Optional<String> refusal(String revertData) {
    byte[] data = bytes(revertData);
    return errors.stream()
        .filter(error -> startsWith(data, error.function().selector()))
        .findFirst()
        .map(error -> text(error, error.function().decodeCall(data)));
  }

  private String call(String name, Object... arguments) {
    return "0x" + hex(function(name).encodeCall(Tuple.from(arguments)));
  }

  private Function function(String name) {
    Function function = functions.get(name);
    if (function == null) {
      throw new IllegalStateException(ARTIFACT + " has no function " + name + " (recompile it)");
    }
    return function;
  }

  private static String text(ContractError<Tuple> error, Tuple values) {
    return IntStream.range(0, values.size())
        .mapToObj(index -> text(error.getInputs().getElementInternalType(index), values.get(index)))
        .collect(Collectors.joining(", ", error.getName() + "(", ")"));
  }

  private static String text(@Nullable String type, Object value) {
    return switch (value) {
      case Integer ordinal when STATUS_TYPE.equals(type) -> Status.values()[ordinal].name();
      case byte[] bytes -> "0x" + HexFormat.of().formatHex(bytes);
      case com.esaulpaugh.headlong.abi.Address address -> address(address).text();
      default -> value.toString();
    };
  }

  private static boolean startsWith(byte[] data, byte[] selector) {
    return data.length >= selector.length
        && Arrays.equals(data, 0, selector.length, selector, 0, selector.length);
  }

  private static String hex(ByteBuffer buffer) {
    return HexFormat.of().formatHex(bytes(buffer));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }

  /** Anyone may write a deadline that no calendar reaches. */
  private static Instant instant(BigInteger epochSecond) {
    return Instant.ofEpochSecond(epochSecond.min(LAST_SECOND).longValueExact());
  }

  private static Address address(com.esaulpaugh.headlong.abi.Address address) {
    return new Address(address.toString());
  }

  private static com.esaulpaugh.headlong.abi.Address abiAddress(Address address) {
    return com.esaulpaugh.headlong.abi.Address.wrap(
        com.esaulpaugh.headlong.abi.Address.toChecksumAddress(address.text()));
  }
}
