package dev.metaops.deployment;

import dev.metaops.chain.Address;
import dev.metaops.chain.Fee;
import dev.metaops.chain.Gwei;
import dev.metaops.chain.Transaction;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.SenderCommand;
import dev.metaops.escrow.EscrowView;
import dev.metaops.order.NextTransaction;
import dev.metaops.order.SenderAccount;
import dev.metaops.order.SenderStanding;
import dev.metaops.order.SenderStanding.Grade;
import dev.metaops.order.SettlementGas;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Registry;
import dev.metaops.reconcile.SenderLook;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code sender}: from one node, without the ledger. */
public final class SenderAnswers implements Answers<SenderCommand> {
  @Override
  public Answer to(SenderCommand command, Conversation conversation) {
    return switch (command) {
      case SenderCommand.Status status -> status(status, conversation);
    };
  }

  /** Who was asked about, and why they. */
  private record Asked(List<Address> senders, String why) {}

  private static Answer status(SenderCommand.Status command, Conversation conversation) {
    Deadline deadline = Reach.deadline(conversation);
    Provider provider =
        Reach.provider(conversation.settings(), conversation.ticker()).orElseThrow();
    Registry registry = Reach.registry(conversation.settings(), Optional.empty()).orElseThrow();
    try {
      registry.chainId().ifPresent(expected -> provider.requireChain(expected, deadline));
      Optional<Asked> asked = asked(command, conversation, provider, registry, deadline);
      if (asked.isEmpty()) {
        return couldNot(
            "UNKNOWN: the contract at "
                + registry.place()
                + " names no arbiter (give an ADDRESS, or set escrow.senders)");
      }
      var look = new SenderLook(provider);
      // What settlements used is the less important half, and may be the slower one.
      Duration share = conversation.shared().patience().dividedBy(2);
      SettlementGas gas = look.settlementGas(registry, deadline.atMost(share));
      List<SenderStanding> standings = look.look(asked.get().senders(), gas, deadline);
      return standings.size() < asked.get().senders().size()
          ? couldNot("UNKNOWN: " + provider.endpoint() + " does not tell where the senders stand")
          : answer(conversation, provider, asked.get(), gas, standings);
    } catch (RpcUnavailable unavailable) {
      return couldNot(
          "UNKNOWN: " + unavailable.endpoint() + ": " + unavailable.failure().sentence());
    }
  }

  private static Answer couldNot(String sentence) {
    return Answer.couldNot("sender", "status", sentence);
  }

  private static Optional<Asked> asked(
      SenderCommand.Status command,
      Conversation conversation,
      Provider provider,
      Registry registry,
      Deadline deadline) {
    if (command.address().isPresent()) {
      return Optional.of(new Asked(List.of(command.address().get()), "as given"));
    }
    List<Address> configured =
        conversation.settings().escrow().senders().stream().map(Address::new).toList();
    if (!configured.isEmpty()) {
      return Optional.of(new Asked(configured, "escrow.senders"));
    }
    return registry
        .escrows()
        .current()
        .map(contract -> provider.call(contract, EscrowView.arbiter(), At.Tag.LATEST, deadline))
        .flatMap(EscrowView::readArbiter)
        .map(address -> new Asked(List.of(address), "the contract's arbiter"));
  }

  private static Answer answer(
      Conversation conversation,
      Provider provider,
      Asked asked,
      SettlementGas gas,
      List<SenderStanding> standings) {
    ExitCode exit = ExitCode.FINE;
    for (SenderStanding standing : standings) {
      exit =
          exit.worst(
              switch (standing.grade()) {
                case WELL -> ExitCode.FINE;
                case WATCH -> ExitCode.WARNING;
                case BLOCKED -> ExitCode.CRITICAL;
              });
    }
    return Answer.of(
        exit,
        new Screen(conversation, provider.endpoint().toString(), asked.why(), gas, standings));
  }

  private record Screen(
      Conversation conversation,
      String provider,
      String why,
      SettlementGas gas,
      List<SenderStanding> standings)
      implements Picture {
    @Override
    public String shape() {
      return "sender-status/1";
    }

    @Override
    public void drawText(Page page) {
      for (SenderStanding standing : standings) {
        SenderAccount account = standing.account();
        page.line(
            ink(standing.grade()), account.address() + " (" + why + "): " + standing.sentence());
        page.table(
            new Table()
                .column("")
                .column("")
                .row("nonce", nonces(standing))
                .row("oldest pending", oldest(standing))
                .row("balance", balance(standing))
                .row("gas", prices(standing)));
        standing
            .next()
            .ifPresent(next -> page.line(Ink.STRONG, "next transaction: " + next.sentence()));
      }
    }

    private static Ink ink(Grade grade) {
      return switch (grade) {
        case WELL -> Ink.STRONG;
        case WATCH -> Ink.WARNING;
        case BLOCKED -> Ink.BAD;
      };
    }

    private static String nonces(SenderStanding standing) {
      SenderAccount account = standing.account();
      return "latest "
          + account.nonce()
          + ", pending "
          + account.pendingNonce().map(String::valueOf).orElse("not told")
          + account
              .pool()
              .map(_ ->
                  standing.gap().map(nonce -> ", nonce " + nonce + " missing").orElse(", no gap"))
              .orElse(", the node does not show its pool: a gap would not be seen");
    }

    private static String oldest(SenderStanding standing) {
      return standing
          .oldest()
          .map(first -> first.hash() + ", nonce " + first.nonce() + ", " + first.fee())
          .orElse(standing.account().pool().isPresent() ? "none" : "not shown by the node");
    }

    private String balance(SenderStanding standing) {
      return new Amounts(conversation.settings()).of(standing.account().balance(), Address.ZERO)
          + standing.settlementsLeft().map(left -> ", pays for " + left + " settlements").orElse("")
          + " ("
          + gas.gas()
          + " gas each, "
          + gas.how()
          + ")";
    }

    private static String prices(SenderStanding standing) {
      return "base fee "
          + standing.market().baseFee().map(wei -> Gwei.text(wei) + " gwei").orElse("not told")
          + ", suggested tip "
          + standing.market().tip().map(wei -> Gwei.text(wei) + " gwei").orElse("not told");
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", conversation.ticker().now().toString())
          .put("provider", provider)
          .put("chosen", why)
          .put("settlement_gas", gas.gas())
          .put("settlement_gas_how", gas.how());
      ArrayNode senders = into.putArray("senders");
      standings.forEach(standing -> draw(senders.addObject(), standing));
    }

    private static void draw(ObjectNode into, SenderStanding standing) {
      SenderAccount account = standing.account();
      into.put("address", account.address().text())
          .put("grade", standing.grade().name())
          .put("sentence", standing.sentence())
          .put("nonce", account.nonce())
          .put("pool_shown", account.pool().isPresent())
          .put("balance", account.balance().toString());
      account.pendingNonce().ifPresent(nonce -> into.put("pending_nonce", nonce));
      standing.gap().ifPresent(nonce -> into.put("missing_nonce", nonce));
      standing.settlementsLeft().ifPresent(left -> into.put("settlements_left", left.toString()));
      standing.market().baseFee().ifPresent(wei -> into.put("base_fee", wei.toString()));
      standing.market().tip().ifPresent(wei -> into.put("tip", wei.toString()));
      standing.oldest().ifPresent(first -> draw(into.putObject("oldest"), first));
      standing.next().ifPresent(next -> draw(into.putObject("next_transaction"), next));
    }

    private static void draw(ObjectNode into, Transaction first) {
      into.put("transaction", first.hash().text()).put("nonce", first.nonce());
      draw(into, first.fee());
    }

    private static void draw(ObjectNode into, Fee fee) {
      into.put("max_fee", fee.most().toString()).put("max_tip", fee.tip().toString());
    }

    private static void draw(ObjectNode into, NextTransaction next) {
      into.put("purpose", next.purpose());
      next.from().ifPresent(address -> into.put("from", address.text()));
      next.to().ifPresent(address -> into.put("to", address.text()));
      next.nonce().ifPresent(nonce -> into.put("nonce", nonce));
      next.value().ifPresent(wei -> into.put("value", wei.toString()));
      next.least().ifPresent(fee -> draw(into, fee));
    }
  }
}
