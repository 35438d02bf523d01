package dev.metaops.deployment;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.command.Answer;
import dev.metaops.command.ContractCommand;
import dev.metaops.command.Conversation;
import dev.metaops.contract.Check;
import dev.metaops.contract.ContractReader;
import dev.metaops.contract.EventCensus;
import dev.metaops.contract.FunctionAnswers;
import dev.metaops.contract.Grade;
import dev.metaops.contract.Solvency;
import dev.metaops.contract.Solvency.Claim;
import dev.metaops.contract.Solvency.Money;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowView;
import dev.metaops.escrow.Escrows;
import dev.metaops.page.Amounts;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import dev.metaops.rpc.At;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code contract test}: asks the contract, and lays its money beside the open orders. */
final class ContractTest {
  private final Conversation conversation;
  private final ContractPanel panel;
  private final Deadline deadline;
  private final ContractReport.Draft draft = new ContractReport.Draft();

  ContractTest(Conversation conversation, ContractPanel panel, Deadline deadline) {
    this.conversation = conversation;
    this.panel = panel;
    this.deadline = deadline;
  }

  Answer of(ContractCommand.Test command) {
    ContractCommand.TestPart part = command.part();
    Optional<ContractPanel.Member.Up> first = panel.first();
    if (first.isEmpty()) {
      draft.add("network", panel.unreachable());
    } else {
      switch (part) {
        case FULL -> {
          functions(first.get());
          state(first.get());
          events(first.get(), command.blocks());
          network();
        }
        case NETWORK -> network();
        case FUNCTIONS -> functions(first.get());
        case STATE -> state(first.get());
        case EVENTS -> events(first.get(), command.blocks());
      }
    }
    return draft
        .report(
            "contract-test/1",
            part.name().toLowerCase(Locale.ROOT),
            conversation.ticker().now(),
            panel)
        .answer();
  }

  private void network() {
    draft.add("network", panel.agreement(deadline));
  }

  private void functions(ContractPanel.Member.Up member) {
    try {
      var reader = new ContractReader(member.provider(), panel.contract());
      At head = new At.Block(member.head().latest().ref());
      draft.add(
          "functions",
          new FunctionAnswers(
                  reader.view(EscrowView.paused(), head, deadline),
                  reader.view(EscrowView.arbiter(), head, deadline),
                  reader.view(EscrowView.held(Address.ZERO), head, deadline),
                  reader.view(EscrowView.escrowOf(unusedKey()), head, deadline),
                  reader.owner(head, deadline))
              .judge());
    } catch (RpcUnavailable silent) {
      draft.add("functions", List.of(unreachable(member, silent)));
    }
  }

  private static Hash unusedKey() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return Hash.of(key);
  }

  private static Check unreachable(ContractPanel.Member.Up member, RpcUnavailable silent) {
    return Check.unreachable(member.place(), silent.failure().sentence());
  }

  private void events(ContractPanel.Member.Up member, long blocks) {
    try {
      ContractEvents.Read read =
          new ContractEvents(conversation, panel, member, deadline).read(blocks);
      draft.events(read.counted());
      draft.add("events", read.checks(List.of(EventCensus.decoding(read.decoded(), read.range()))));
    } catch (RpcUnavailable silent) {
      draft.add("events", List.of(unreachable(member, silent)));
    } catch (Misconfigured unusable) {
      draft.add("events", List.of(ContractEvents.unreadable(unusable)));
    }
  }

  private void state(ContractPanel.Member.Up member) {
    // A dead database may not use up the time the chain needs.
    OrderClaims claims =
        OrderClaims.read(
            conversation, deadline.atMost(conversation.shared().patience().dividedBy(3)));
    Map<Address, Claim> byToken =
        claims instanceof OrderClaims.Read(Map<Address, Claim> read) ? read : Map.of();
    List<Check> checks = new ArrayList<>();
    try {
      Set<Address> tokens = new TreeSet<>(byToken.keySet());
      tokens.add(Address.ZERO);
      Later later = later(member);
      for (Address token : tokens) {
        Optional<Money> money = money(member, token, later);
        if (money.isEmpty()) {
          checks.add(Check.unreachable("balance of " + token, "no ERC-20 token is there"));
          continue;
        }
        checks.add(Solvency.balance(money.get(), this::amount));
        if (claims instanceof OrderClaims.Read) {
          Claim claim = byToken.getOrDefault(token, Claim.none(token));
          checks.addAll(Solvency.claims(money.get(), claim, this::amount));
        }
      }
    } catch (RpcUnavailable silent) {
      checks.add(unreachable(member, silent));
    } catch (Misconfigured unusable) {
      checks.add(ContractEvents.unreadable(unusable));
    }
    notCompared(claims).ifPresent(checks::add);
    draft.add("state", checks);
  }

  private static Optional<Check> notCompared(OrderClaims claims) {
    return switch (claims) {
      case OrderClaims.Read _ -> Optional.empty();
      case OrderClaims.NotConfigured() ->
          Optional.of(
              Check.ordersNotCompared(Grade.NOTED, "not compared: no orders are configured"));
      case OrderClaims.NotThroughThisDoor(String why) ->
          Optional.of(Check.ordersNotCompared(Grade.UNKNOWN, "not compared: " + why));
      case OrderClaims.Unreachable(String why) ->
          Optional.of(Check.ordersNotCompared(Grade.CRITICAL, "not compared: " + why));
    };
  }

  /** What moved after the settled block: created by token, and everything that ended. */
  private record Later(Map<Address, BigInteger> created, BigInteger ended) {}

  private Later later(ContractPanel.Member.Up member) {
    Escrows escrows = EscrowReach.escrows(conversation.settings());
    long from = member.settled().number() + 1;
    long to = member.head().latest().number();
    List<Log> logs =
        from > to
            ? List.of()
            : member.provider().logs(from, to, LogFilter.of(Set.of(panel.contract())), deadline);
    Map<Address, BigInteger> created = new TreeMap<>();
    BigInteger ended = BigInteger.ZERO;
    for (Log log : logs) {
      if (escrows.decode(log) instanceof Decoded.Event(EscrowEvent event)) {
        event
            .terms()
            .ifPresent(terms -> created.merge(terms.token(), terms.amount(), BigInteger::add));
        ended = ended.add(event.amount().orElse(BigInteger.ZERO));
      }
    }
    return new Later(created, ended);
  }

  private Optional<Money> money(ContractPanel.Member.Up member, Address token, Later later) {
    var reader = new ContractReader(member.provider(), panel.contract());
    At head = new At.Block(member.head().latest().ref());
    return reader
        .balance(token, head, deadline)
        .map(balance ->
            new Money(
                token,
                balance,
                held(reader, token, head),
                heldSettled(reader, token, member),
                later.created().getOrDefault(token, BigInteger.ZERO),
                later.ended()));
  }

  /** Empty when the node has thrown away that block's state. */
  private Optional<BigInteger> heldSettled(
      ContractReader reader, Address token, ContractPanel.Member.Up member) {
    try {
      return held(reader, token, new At.Block(member.settled()));
    } catch (RpcUnavailable unavailable) {
      if (unavailable.failure() instanceof RpcFailure.NoArchive) {
        return Optional.empty();
      }
      throw unavailable;
    }
  }

  private Optional<BigInteger> held(ContractReader reader, Address token, At at) {
    return reader.view(EscrowView.held(token), at, deadline).flatMap(EscrowView::readHeld);
  }

  private String amount(BigInteger units, Address token) {
    return new Amounts(conversation.settings()).of(units, token);
  }
}
