package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.escrow.EscrowStatus;
import dev.metaops.escrow.EscrowStorage;
import dev.metaops.escrow.EscrowView;
import dev.metaops.escrow.Escrows;
import dev.metaops.escrow.StatusFunction;
import dev.metaops.escrow.TradeContract;
import dev.metaops.order.Folded;
import dev.metaops.order.OrderState;
import dev.metaops.order.OrderTerms;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Provider;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Asks a contract's own storage where one escrow stands, as far as it can be asked. */
final class Storage {
  private final Provider provider;
  private final Escrows escrows;

  Storage(Provider provider, Escrows escrows) {
    this.provider = provider;
    this.escrows = escrows;
  }

  /** The answer. */
  sealed interface Said {
    /**
     * A status.
     *
     * @param word as the contract would call it
     * @param states where the order may stand with this
     */
    record Status(String word, Set<OrderState> states, Optional<Instant> deadline)
        implements Said {}

    /** There is nothing to ask. */
    record Nothing() implements Said {}

    /** It is not the contract it should be. */
    record Other(String why) implements Said {}
  }

  Said at(OrderTerms terms, BlockRef block, Deadline deadline) {
    return all(List.of(terms), block, deadline).getFirst();
  }

  /** The contract the order settles through, when it can be asked about at all. */
  Address contract(OrderTerms terms) {
    return terms.contract().or(escrows::current).orElseThrow();
  }

  /**
   * Several orders of one contract, asked together.
   *
   * @return in their order
   */
  List<Said> all(List<OrderTerms> orders, BlockRef block, Deadline deadline) {
    At at = new At.Block(block);
    Address contract = contract(orders.getFirst());
    List<Hash> keys = orders.stream().map(terms -> terms.key().orElseThrow()).toList();
    return switch (escrows.profile().storage()) {
      case EscrowStorage.Registry() ->
          provider
              .calls(contract, keys.stream().map(EscrowView::escrowOf).toList(), at, deadline)
              .stream()
              .map(answer -> registry(contract, answer))
              .toList();
      case EscrowStorage.Function(StatusFunction function) ->
          provider
              .calls(contract, keys.stream().map(function::call).toList(), at, deadline)
              .stream()
              .map(answer -> function(contract, function, answer))
              .toList();
      case EscrowStorage.PerOrder _ ->
          orders.stream().map(terms -> perOrder(contract(terms), at, deadline)).toList();
      case EscrowStorage.None() -> orders.stream().<Said>map(_ -> new Said.Nothing()).toList();
    };
  }

  private static Said registry(Address contract, byte[] answer) {
    return EscrowView.readEscrowOf(answer)
        .<Said>map(holding ->
            new Said.Status(
                holding.status().name(), EnumSet.of(state(holding.status())), deadline(holding)))
        .orElseGet(() ->
            new Said.Other(
                "the contract at " + contract.brief() + " does not answer as the registry"));
  }

  private static Said function(Address contract, StatusFunction function, byte[] answer) {
    return function
        .read(answer)
        .<Said>map(
            status -> new Said.Status(status.name(), EnumSet.of(state(status)), Optional.empty()))
        .orElseGet(() ->
            new Said.Other(
                "the contract at "
                    + contract.brief()
                    + " answers "
                    + function.signature()
                    + " with none of the configured statuses"));
  }

  private Said perOrder(Address contract, At at, Deadline deadline) {
    byte[] answer = provider.call(contract, TradeContract.currentState(), at, deadline);
    if (answer.length == 0) {
      return new Said.Status("no contract yet", EnumSet.of(OrderState.CREATED), Optional.empty());
    }
    return TradeContract.readCurrentState(answer)
        .<Said>map(state -> new Said.Status(state.name(), states(state), Optional.empty()))
        .orElseGet(() ->
            new Said.Other(
                "the contract at " + contract.brief() + " does not answer currentState()"));
  }

  private static Set<OrderState> states(TradeContract.State state) {
    return switch (state) {
      case AWAITING_DEPOSIT -> EnumSet.of(OrderState.CREATED, OrderState.PENDING);
      case AWAITING_CONFIRMATION -> EnumSet.of(OrderState.DEPOSITED);
      case COMPLETE -> EnumSet.of(OrderState.CONFIRMED, OrderState.TRADED, OrderState.SETTLED);
      case REFUNDED -> EnumSet.of(OrderState.REFUNDED);
    };
  }

  /**
   * Why the money of a confirmed order is not where its events leave it; empty when it is, or when
   * that cannot be told. Anyone may send a contract more, so only too little says something.
   */
  Optional<String> shortfall(
      OrderTerms terms, List<EscrowEvent> events, BlockRef block, Deadline deadline) {
    boolean isConfirmed =
        Folded.ofKinds(terms.amount(), events).equals(new Folded.Stands(OrderState.CONFIRMED));
    if (!escrows.profile().isContractPerOrder()
        || !isConfirmed
        || terms.amount().isEmpty()
        || terms.token().isEmpty()
        || terms.contract().isEmpty()) {
      return Optional.empty();
    }
    BigInteger paid =
        events.stream()
            .filter(event -> event.kind() == EscrowKind.PART_RELEASED)
            .map(event -> event.amount().orElse(BigInteger.ZERO))
            .reduce(BigInteger.ZERO, BigInteger::add);
    BigInteger expected = terms.amount().get().subtract(paid);
    Optional<BigInteger> held =
        held(terms.contract().get(), terms.token().get(), new At.Block(block), deadline);
    return held.filter(units -> units.compareTo(expected) < 0)
        .map(units ->
            "the contract holds " + units + " of the " + expected + " its events leave in it");
  }

  private Optional<BigInteger> held(Address contract, Address token, At at, Deadline deadline) {
    return token.equals(Address.ZERO)
        ? Optional.of(provider.balance(contract, at, deadline))
        : TradeContract.readBalanceOf(
            provider.call(token, TradeContract.balanceOf(contract), at, deadline));
  }

  /**
   * Why this order's own contract is none of the venue's: neither its code nor the factory says so.
   * Empty for other profiles, and where there is no contract yet.
   */
  Optional<String> stranger(
      OrderTerms terms, List<EscrowEvent> events, BlockRef head, Deadline deadline) {
    if (!(escrows.profile().storage() instanceof EscrowStorage.PerOrder storage)) {
      return Optional.empty();
    }
    boolean isFromFactory = events.stream().anyMatch(event -> event.kind() == EscrowKind.CREATED);
    Address contract = terms.contract().orElseThrow();
    if (isFromFactory) {
      return Optional.empty();
    }
    byte[] code = provider.code(contract, new At.Block(head), deadline);
    if (code.length == 0 || storage.vouchesFor(code)) {
      return Optional.empty();
    }
    return Optional.of(
        "nothing says that "
            + contract.brief()
            + " is the venue's contract: "
            + escrows
                .profile()
                .factory()
                .map(factory -> "the factory " + factory.brief() + " did not make it, ")
                .orElse("")
            + "its code has the hash "
            + TradeContract.mark(code)
            + " (escrow.code-hash "
            + storage.code().map(hash -> "is " + hash).orElse("is not set")
            + ")");
  }

  static OrderState state(EscrowStatus status) {
    return switch (status) {
      case NONE -> OrderState.CREATED;
      case HELD -> OrderState.PENDING;
      case DISPUTED -> OrderState.DISPUTED;
      case RELEASED -> OrderState.SETTLED;
      case REFUNDED -> OrderState.REFUNDED;
      case CANCELLED -> OrderState.CANCELLED;
    };
  }

  static Optional<Instant> deadline(EscrowView.Holding holding) {
    return holding.status() == EscrowStatus.NONE
        ? Optional.empty()
        : Optional.of(holding.deadline());
  }
}
