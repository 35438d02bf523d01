package dev.metaops.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The escrow contract.
 *
 * @param address 0x and 40 lower-case hex digits; empty when nobody said
 * @param abi the contract's ABI as JSON; empty for the reference contract's
 * @param artifact what its code was compiled to; empty when nobody said
 * @param senders who sends the venue's settlements, spelled as {@code address}
 * @param fromBlock no event of it is older; 0 when nobody said
 * @param deployments the contracts, the one in use last; with only an address, that one
 * @param key how a row without a key column names its escrow; empty for the profile's own way
 * @param events for the custom profile: kind in lower case with dashes, and its event
 * @param statusFunction for the custom profile: the function that says where an escrow stands
 * @param factory who makes the contracts of a profile with a contract per order
 * @param factoryEvent its event
 * @param codeHash the mark of the code such contracts have to have
 */
public record EscrowSection(
    Optional<String> address,
    Optional<Path> abi,
    Optional<Path> artifact,
    List<String> senders,
    long fromBlock,
    Profile profile,
    List<Deployment> deployments,
    Optional<KeyFrom> key,
    Map<String, String> events,
    Optional<String> statusFunction,
    Optional<String> factory,
    String factoryEvent,
    Optional<String> codeHash) {

  public EscrowSection {
    senders = List.copyOf(senders);
    deployments = List.copyOf(deployments);
    events = Map.copyOf(events);
  }

  /** How its events are read. */
  public enum Profile {
    /** One contract; events carry the order's key. */
    REGISTRY,
    /** One contract per order. */
    TRADE_INSTANCE,
    /** One contract, its events as configured. */
    CUSTOM
  }

  /** How a row names its escrow when it has no key column. */
  public enum KeyFrom {
    DERIVED,
    KECCAK_ID,
    UINT_ID,
    BYTES32_ID,
    COLUMN,
    CONTRACT
  }

  /**
   * One contract.
   *
   * @param address 0x and 40 lower-case hex digits
   * @param until the last block whose events count; empty while it is in use
   */
  public record Deployment(String address, long from, Optional<Long> until) {}

  private static final Pattern DEPLOYMENT =
      Pattern.compile("(0[xX][0-9a-fA-F]{40})(?:@([0-9]{1,18})(?:-([0-9]{1,18}))?)?");

  static final Key ADDRESS =
      Key.of("escrow", "address", "0x and 40 hex digits", "The escrow contract.")
          .variable("ESCROW_CONTRACT_ADDRESS");
  static final Key ABI =
      Key.of("escrow", "abi", "a JSON file", "Its ABI, when it is not the reference contract.");
  static final Key ARTIFACT =
      Key.of(
          "escrow",
          "artifact",
          "a JSON file of Hardhat, Foundry or solc",
          "What its code was compiled to; metaops contract verify compares.");
  static final Key SENDERS =
      Key.of(
          "escrow",
          "senders",
          "addresses, separated by commas or as a list",
          "The accounts that send settlements; without any, the contract's arbiter.");
  static final Key FROM_BLOCK =
      Key.of(
              "escrow",
              "from-block",
              "a block number",
              "The block it was deployed in; nothing older is read.")
          .standard("0");
  static final Key PROFILE =
      Key.of(
              "escrow",
              "profile",
              "registry, trade-instance, custom",
              "registry: one contract with the reference events; trade-instance: a contract per"
                  + " order; custom: one contract, events as [escrow.events] says.")
          .standard("registry");
  static final Key DEPLOYMENTS =
      Key.of(
          "escrow",
          "deployments",
          "a list of 0xADDRESS@FROM or 0xADDRESS@FROM-UNTIL",
          "In place of address, when a redeploy left several: each with its first and, once"
              + " drained, its last block; the one in use last.");
  static final Key KEY =
      Key.of(
          "escrow",
          "key",
          "derived, keccak-id, uint-id, bytes32-id, column, contract",
          "How events name the order of a row without a key column: by the hash of its terms, the"
              + " hash of its id (string indexed), its id as a number or as 32 bytes, only by the"
              + " column, or by its contract's address.");
  static final Key STATUS_FUNCTION =
      Key.of(
          "escrow",
          "status-function",
          "name(type) 0=none 1=held 2=released, and word=N when the number is not the first",
          "custom: what to ask the contract about one escrow; statuses are none, held, disputed,"
              + " released, refunded, cancelled. Without it order fix moves nothing.");
  static final Key FACTORY =
      Key.of(
          "escrow",
          "factory",
          "0x and 40 hex digits",
          "trade-instance: the contract that makes the orders' contracts.");
  static final Key FACTORY_EVENT =
      Key.of(
              "escrow",
              "factory-event",
              "Name(type indexed name, …) key=name",
              "trade-instance: its event; key is the new contract's address.")
          .standard(
              "TradeCreated(bytes32 indexed tradeHash, address indexed trade, address depositor,"
                  + " address counterparty, uint256 amount) key=trade");
  static final Key CODE_HASH =
      Key.of(
          "escrow",
          "code-hash",
          "0x and 64 hex digits",
          "trade-instance: the hash of the code an order's contract has to have, 32-byte operands"
              + " blanked; verify says the one it found.");

  private static final List<String> KINDS =
      List.of("created", "part-released", "released", "refunded", "cancelled", "disputed");
  private static final List<Key> EVENTS = KINDS.stream().map(EscrowSection::eventKey).toList();

  static final List<Key> KEYS = keys();

  private static List<Key> keys() {
    List<Key> keys =
        new ArrayList<>(
            List.of(
                ADDRESS,
                ABI,
                ARTIFACT,
                SENDERS,
                FROM_BLOCK,
                PROFILE,
                DEPLOYMENTS,
                KEY,
                STATUS_FUNCTION,
                FACTORY,
                FACTORY_EVENT,
                CODE_HASH));
    keys.addAll(EVENTS);
    return List.copyOf(keys);
  }

  private static Key eventKey(String kind) {
    return Key.of(
        "escrow.events",
        kind,
        "an event's name or signature, then part=parameter words",
        "custom: the ABI's event that says "
            + kind
            + ". Parts: key, id, buyer, seller, token, amount, deadline, to or by; none leaves one"
            + " out, an unnamed one is found by its usual name.");
  }

  static EscrowSection from(Section section) {
    long fromBlock = section.count(FROM_BLOCK, 0, Long.MAX_VALUE).orElse(0L);
    Optional<String> address = section.read(ADDRESS, EscrowSection::address);
    List<Deployment> listed = section.list(DEPLOYMENTS, EscrowSection::deployment);
    List<Deployment> deployments =
        listed.isEmpty()
            ? address.map(one -> new Deployment(one, fromBlock, Optional.empty())).stream().toList()
            : listed;
    Map<String, String> events = new LinkedHashMap<>();
    for (Key key : EVENTS) {
      section
          .read(key, text -> text.isBlank() ? Optional.empty() : Optional.of(text))
          .ifPresent(text -> events.put(key.name(), text));
    }
    return new EscrowSection(
        address.or(() ->
            deployments.isEmpty()
                ? Optional.empty()
                : Optional.of(deployments.getLast().address())),
        section.path(ABI),
        section.path(ARTIFACT),
        section.list(SENDERS, EscrowSection::address),
        fromBlock,
        section.choice(PROFILE, Profile.class),
        deployments,
        section.read(KEY, EscrowSection::keyFrom),
        events,
        section.read(STATUS_FUNCTION, Optional::of),
        section.read(FACTORY, EscrowSection::address),
        section.text(FACTORY_EVENT),
        section.read(
            CODE_HASH,
            text ->
                text.matches("0[xX][0-9a-fA-F]{64}")
                    ? Optional.of(text.toLowerCase(Locale.ROOT))
                    : Optional.empty()));
  }

  /** Whether it is known which contracts to ask. */
  public boolean isNamed() {
    return address.isPresent() || profile == Profile.TRADE_INSTANCE;
  }

  private static Optional<KeyFrom> keyFrom(String text) {
    for (KeyFrom rule : KeyFrom.values()) {
      if (rule.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  private static Optional<Deployment> deployment(String text) {
    Matcher found = DEPLOYMENT.matcher(text);
    if (!found.matches()) {
      return Optional.empty();
    }
    long from = Optional.ofNullable(found.group(2)).map(Long::parseLong).orElse(0L);
    Optional<Long> until = Optional.ofNullable(found.group(3)).map(Long::parseLong);
    return until.filter(last -> last < from).isPresent()
        ? Optional.empty()
        : Optional.of(new Deployment(found.group(1).toLowerCase(Locale.ROOT), from, until));
  }

  static Optional<String> address(String text) {
    return text.matches("0[xX][0-9a-fA-F]{40}")
        ? Optional.of(text.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }
}
