package dev.metaops.testing;

import com.esaulpaugh.headlong.abi.ABIJSON;
import com.esaulpaugh.headlong.abi.ContractError;
import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import com.esaulpaugh.headlong.abi.TupleType;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A committed artifact of any contract, product or test: what to send to it and what its answers
 * mean. Arguments are {@link Address}, {@link Hash}, {@link BigInteger}, {@code int} (an enum, or a
 * small number), {@code boolean}, {@code String}, {@code byte[]} and arrays or lists of these.
 */
public final class Artifact {
  private static final Map<String, Artifact> LOADED = new ConcurrentHashMap<>();

  /**
   * Where an immutable stands in the deployed code; zero in the artifact.
   *
   * @param start offset in bytes
   * @param length in bytes
   */
  public record Immutable(String name, int start, int length) {}

  private final String name;
  private final JsonNode json;
  private final Map<String, Function> functions;
  private final List<ContractError<Tuple>> errors;

  private Artifact(String name, JsonNode json) {
    this.name = name;
    this.json = json;
    String abi = abi();
    functions =
        ABIJSON.parseNormalFunctions(abi).stream()
            .collect(Collectors.toUnmodifiableMap(Function::getName, function -> function));
    errors = List.copyOf(ABIJSON.parseErrors(abi));
  }

  /**
   * Reads the committed artifact.
   *
   * @param name the contract's name, as in its source
   */
  public static Artifact of(String name) {
    return LOADED.computeIfAbsent(name, Artifact::load);
  }

  private static Artifact load(String name) {
    try (var in = Artifact.class.getResourceAsStream("/contracts/" + name + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException(
            "contract: " + name + " (expected: one of contracts/src or test-src, compiled)");
      }
      return new Artifact(name, JsonMapper.shared().readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String abi() {
    return json.required("abi").toString();
  }

  public String deployedBytecode() {
    return json.required("deployedBytecode").stringValue();
  }

  public List<Immutable> immutables() {
    return StreamSupport.stream(json.required("immutableReferences").spliterator(), false)
        .map(each ->
            new Immutable(
                each.required("name").stringValue(),
                each.required("start").intValue(),
                each.required("length").intValue()))
        .toList();
  }

  /** The data of the transaction that deploys it. */
  public String deployment(Object... arguments) {
    TupleType<Tuple> types = TupleType.parse(constructorTypes());
    return json.required("bytecode").stringValue() + hex(types.encode(tuple(types, arguments)));
  }

  private String constructorTypes() {
    return StreamSupport.stream(json.required("abi").spliterator(), false)
        .filter(entry -> entry.path("type").asString("").equals("constructor"))
        .flatMap(entry -> StreamSupport.stream(entry.path("inputs").spliterator(), false))
        .map(input -> input.required("type").stringValue())
        .collect(Collectors.joining(",", "(", ")"));
  }

  /** The data of a call. */
  public String call(String function, Object... arguments) {
    Function called = function(function);
    return "0x" + hex(called.encodeCall(tuple(called.getInputs(), arguments)));
  }

  /** What a function returned, value by value, in the types of {@link Artifact}. */
  public List<Object> returned(String function, String answer) {
    Tuple values = function(function).decodeReturn(bytes(answer));
    return StreamSupport.stream(values.spliterator(), false).map(Artifact::plain).toList();
  }

  /**
   * Reads the data of a revert: {@code WrongState(2)}, enums as numbers. Empty when it is not an
   * error of this contract.
   */
  public Optional<String> refusal(String revertData) {
    byte[] data = bytes(revertData);
    return errors.stream()
        .filter(error -> data.length >= 4)
        .filter(error -> Arrays.equals(Arrays.copyOf(data, 4), error.function().selector()))
        .findFirst()
        .map(error ->
            StreamSupport.stream(error.function().decodeCall(data).spliterator(), false)
                .map(value -> text(plain(value)))
                .collect(Collectors.joining(", ", error.getName() + "(", ")")));
  }

  private Function function(String function) {
    Function found = functions.get(function);
    if (found == null) {
      throw new IllegalArgumentException(
          name + " has no function " + function + " (expected: " + functions.keySet() + ")");
    }
    return found;
  }

  private static Tuple tuple(TupleType<?> types, Object... arguments) {
    Object[] values = new Object[arguments.length];
    for (int at = 0; at < values.length; at++) {
      values[at] = abi(types.get(at).getCanonicalType(), arguments[at]);
    }
    return Tuple.from(values);
  }

  private static Object abi(String type, Object value) {
    return switch (value) {
      case Address address -> abiAddress(address);
      case Hash hash -> hash.bytes();
      case Number number when type.equals("uint8") -> number.intValue();
      case Integer number -> BigInteger.valueOf(number);
      case List<?> list when type.equals("address[]") ->
          list.stream()
              .map(each -> abiAddress((Address) each))
              .toArray(com.esaulpaugh.headlong.abi.Address[]::new);
      case List<?> list -> list.stream().map(each -> ((Hash) each).bytes()).toArray(byte[][]::new);
      default -> value;
    };
  }

  private static Object plain(Object value) {
    return value instanceof com.esaulpaugh.headlong.abi.Address address
        ? new Address(address.toString())
        : value;
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes
        ? "0x" + HexFormat.of().formatHex(bytes)
        : value.toString();
  }

  private static com.esaulpaugh.headlong.abi.Address abiAddress(Address address) {
    return com.esaulpaugh.headlong.abi.Address.wrap(
        com.esaulpaugh.headlong.abi.Address.toChecksumAddress(address.text()));
  }

  private static String hex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }
}
