package dev.metaops.contract;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowView;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks one node about the contract. {@link RpcUnavailable} when it gives no answer. */
public final class ContractReader {
  private final Provider provider;
  private final Address contract;

  public ContractReader(Provider provider, Address contract) {
    this.provider = provider;
    this.contract = contract;
  }

  /** Everything of it at this block. */
  public Observation observe(long chainId, BlockRef block, Deadline deadline) {
    At at = new At.Block(block);
    Bytecode code = code(contract, at, deadline);
    long nonce = provider.nonce(contract, at, deadline);
    Map<ProxySlot, Hash> words = code.isEmpty() ? Map.of() : words(at, deadline);
    Optional<Proxy> proxy = proxy(code, words, at, deadline);
    Bytecode running = proxy.isPresent() ? code(proxy.get().implementation(), at, deadline) : code;
    return new Observation(
        chainId,
        contract,
        block,
        code,
        nonce,
        proxy,
        running,
        at(words, ProxySlot.ADMIN),
        running.isEmpty() ? Observation.Roles.UNKNOWN : roles(at, deadline));
  }

  /** The contract's own answer; empty when it refuses the question. */
  public Optional<byte[]> view(byte[] call, At at, Deadline deadline) {
    return view(contract, call, at, deadline);
  }

  /** An ERC-20 balance of the contract; empty when that is no such token. In base units. */
  public Optional<BigInteger> balance(Address token, At at, Deadline deadline) {
    return token.equals(Address.ZERO)
        ? Optional.of(provider.balance(contract, at, deadline))
        : view(token, Views.balanceOf(contract), at, deadline).flatMap(Views::readNumber);
  }

  /** Its {@code owner()}; contracts need not have one. */
  public Optional<Address> owner(At at, Deadline deadline) {
    return view(Views.owner(), at, deadline).flatMap(Views::readAddress);
  }

  private Bytecode code(Address address, At at, Deadline deadline) {
    return Bytecode.of(provider.code(address, at, deadline));
  }

  private Optional<Proxy> proxy(
      Bytecode code, Map<ProxySlot, Hash> words, At at, Deadline deadline) {
    return Proxy.inCode(code)
        .or(() -> direct(words, ProxySlot.IMPLEMENTATION, Proxy.Kind.EIP_1967))
        .or(() -> beacon(words, at, deadline))
        .or(() -> direct(words, ProxySlot.PROXIABLE, Proxy.Kind.EIP_1822))
        .or(() -> direct(words, ProxySlot.ZEPPELIN, Proxy.Kind.ZEPPELIN));
  }

  private static Optional<Proxy> direct(
      Map<ProxySlot, Hash> words, ProxySlot slot, Proxy.Kind kind) {
    return at(words, slot).map(address -> new Proxy(kind, address, address));
  }

  private Optional<Proxy> beacon(Map<ProxySlot, Hash> words, At at, Deadline deadline) {
    return at(words, ProxySlot.BEACON)
        .map(beacon ->
            new Proxy(
                Proxy.Kind.BEACON,
                beacon,
                view(beacon, Views.implementation(), at, deadline)
                    .flatMap(Views::readAddress)
                    .orElse(Address.ZERO)));
  }

  private static Optional<Address> at(Map<ProxySlot, Hash> words, ProxySlot slot) {
    return Optional.ofNullable(words.get(slot)).flatMap(ContractReader::address);
  }

  private Map<ProxySlot, Hash> words(At at, Deadline deadline) {
    List<ProxySlot> slots = List.of(ProxySlot.values());
    List<Hash> found =
        provider.storage(contract, slots.stream().map(ProxySlot::slot).toList(), at, deadline);
    Map<ProxySlot, Hash> words = new EnumMap<>(ProxySlot.class);
    for (int each = 0; each < slots.size(); each++) {
      words.put(slots.get(each), found.get(each));
    }
    return words;
  }

  /** Empty when the word is zero, or no address. */
  private static Optional<Address> address(Hash word) {
    byte[] bytes = word.bytes();
    byte[] last = Arrays.copyOfRange(bytes, 12, 32);
    boolean isAddress = word.text().startsWith("0x" + "0".repeat(24));
    return Optional.of(Address.of(last)).filter(found -> isAddress && !found.equals(Address.ZERO));
  }

  private Observation.Roles roles(At at, Deadline deadline) {
    return new Observation.Roles(
        view(EscrowView.paused(), at, deadline).flatMap(EscrowView::readPaused),
        view(EscrowView.arbiter(), at, deadline).flatMap(EscrowView::readArbiter),
        view(Views.pendingArbiter(), at, deadline)
            .flatMap(Views::readAddress)
            .filter(address -> !address.equals(Address.ZERO)),
        owner(at, deadline));
  }

  private Optional<byte[]> view(Address address, byte[] call, At at, Deadline deadline) {
    try {
      return Optional.of(provider.call(address, call, at, deadline));
    } catch (RpcUnavailable refused) {
      return switch (refused.failure()) {
        case RpcFailure.Reverted _, RpcFailure.ErrorAnswer _ -> Optional.empty();
        case RpcFailure.Unreachable _,
            RpcFailure.NoAnswer _,
            RpcFailure.Tls _,
            RpcFailure.KeyRefused _,
            RpcFailure.Quota _,
            RpcFailure.Garbage _,
            RpcFailure.TooLarge _,
            RpcFailure.WrongChain _,
            RpcFailure.Behind _,
            RpcFailure.RangeTooWide _,
            RpcFailure.NoArchive _,
            RpcFailure.Lied _,
            RpcFailure.Quarantined _,
            RpcFailure.Stopped _ ->
            throw refused;
      };
    }
  }
}
