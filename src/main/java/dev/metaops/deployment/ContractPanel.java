package dev.metaops.deployment;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.command.Conversation;
import dev.metaops.config.Endpoint;
import dev.metaops.contract.Agreement;
import dev.metaops.contract.Agreement.Said;
import dev.metaops.contract.Bytecode;
import dev.metaops.contract.Check;
import dev.metaops.contract.ContractReader;
import dev.metaops.contract.Observation;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every configured node, asked at once where its chain stands; the first that answers is read. */
final class ContractPanel {
  /** What a node said at first. */
  sealed interface Member {
    String place();

    record Up(String place, Provider provider, long chainId, ChainHead head, BlockRef settled)
        implements Member {}

    record Down(String place, String why) implements Member {}
  }

  /** The contract as one node shows it, at the settled block and at its head. */
  record Looked(Member.Up member, Observation settled, Observation head) {}

  private final Conversation conversation;
  private final Address contract;
  private final List<Member> members;

  private ContractPanel(Conversation conversation, List<Member> members) {
    this.conversation = conversation;
    this.contract = new Address(conversation.settings().escrow().address().orElseThrow());
    this.members = members;
  }

  static ContractPanel ask(Conversation conversation, Deadline deadline) {
    SettleOn settleOn = SettleOn.parse(conversation.settings().chain().settleOn());
    return new ContractPanel(
        conversation,
        SideBySide.ask(
            conversation.settings().chain().providers(),
            endpoint -> member(endpoint, settleOn, conversation, deadline),
            deadline,
            (endpoint, why) -> new Member.Down(endpoint.place(), why)));
  }

  private static Member member(
      Endpoint endpoint, SettleOn settleOn, Conversation conversation, Deadline deadline) {
    try {
      Provider provider = Reach.provider(endpoint, Patience.ONCE, conversation.ticker());
      long chainId = provider.chainId(deadline);
      ChainHead head = provider.head(deadline);
      return new Member.Up(
          endpoint.place(), provider, chainId, head, settled(provider, head, settleOn, deadline));
    } catch (RpcUnavailable unavailable) {
      return new Member.Down(endpoint.place(), unavailable.failure().sentence());
    } catch (IllegalArgumentException unusable) {
      return new Member.Down(endpoint.place(), String.valueOf(unusable.getMessage()));
    }
  }

  /** The head where the chain names no settled block. */
  private static BlockRef settled(
      Provider provider, ChainHead head, SettleOn settleOn, Deadline deadline) {
    return settleOn
        .settledNumber(head)
        .flatMap(number ->
            head.finalized()
                .filter(block -> block.number() == number)
                .or(() -> provider.header(number, deadline).map(Header::ref)))
        .orElse(head.latest().ref());
  }

  Address contract() {
    return contract;
  }

  Optional<Member.Up> first() {
    return ups().stream().findFirst();
  }

  private List<Member.Up> ups() {
    return members.stream()
        .flatMap(member ->
            switch (member) {
              case Member.Up up -> Stream.of(up);
              case Member.Down _ -> Stream.<Member.Up>empty();
            })
        .toList();
  }

  /** One sentence for each node that gave no answer. */
  List<Check> unreachable() {
    return members.stream()
        .flatMap(member ->
            switch (member) {
              case Member.Up _ -> Stream.<Check>empty();
              case Member.Down(String place, String why) ->
                  Stream.of(Check.unreachable(place, why));
            })
        .toList();
  }

  /** Throws {@link RpcUnavailable} when the node falls silent. */
  Looked look(Member.Up member, Deadline deadline) {
    var reader = new ContractReader(member.provider(), contract);
    Observation head = reader.observe(member.chainId(), member.head().latest().ref(), deadline);
    return new Looked(member, settled(reader, member, deadline).orElse(head), head);
  }

  /** Empty when the node has thrown away that block's state. */
  private static Optional<Observation> settled(
      ContractReader reader, Member.Up member, Deadline deadline) {
    try {
      return Optional.of(reader.observe(member.chainId(), member.settled(), deadline));
    } catch (RpcUnavailable unavailable) {
      if (unavailable.failure() instanceof RpcFailure.NoArchive) {
        return Optional.empty();
      }
      throw unavailable;
    }
  }

  /** The contract's code at one block, as each node shows it. */
  List<Check> agreement(Deadline deadline) {
    long common = ups().stream().mapToLong(up -> up.settled().number()).min().orElse(0);
    List<Said> said =
        SideBySide.ask(
            members,
            member -> said(member, common, deadline),
            deadline,
            (member, why) -> new Said.Failed(member.place(), why));
    return Agreement.judge(said, conversation.settings().chain().expectedChainId());
  }

  private Said said(Member member, long number, Deadline deadline) {
    return switch (member) {
      case Member.Down(String place, String why) -> new Said.Failed(place, why);
      case Member.Up up -> {
        try {
          BlockRef block =
              up.settled().number() == number
                  ? up.settled()
                  : up.provider().header(number, deadline).map(Header::ref).orElseThrow();
          Bytecode code = Bytecode.of(up.provider().code(contract, new At.Block(block), deadline));
          yield new Said.Seen(up.place(), up.chainId(), block, code.hash());
        } catch (RpcUnavailable unavailable) {
          yield new Said.Failed(up.place(), unavailable.failure().sentence());
        }
      }
    };
  }
}
