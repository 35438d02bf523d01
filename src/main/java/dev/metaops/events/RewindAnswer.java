package dev.metaops.events;

import dev.metaops.chain.ChainHead;
import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Confirmation;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.ListenerCommand;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.CompletenessStore.Resting;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Rewound;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.SharedBlock;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.RpcUnavailable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code listener rewind}: when the chain took back blocks that were settled, goes back to the last
 * block both forks share. The nodes have to show that block, its hash is recomputed from its
 * header, and headers have to link it to where each node stands; all of that is recorded.
 */
final class RewindAnswer {
  /** Orders shown before asking. */
  private static final int MOST_SHOWN = 200;

  private final ListenerCommand.Rewind command;
  private final Conversation conversation;

  RewindAnswer(ListenerCommand.Rewind command, Conversation conversation) {
    this.command = command;
    this.conversation = conversation;
  }

  Answer answer() {
    try (Books books =
        Books.open(conversation, "metaops listener rewind", Reach.deadline(conversation))) {
      Optional<Stream> stream = books.stream();
      return stream.isEmpty()
          ? couldNot("there is no ledger to rewind: " + books.without())
          : judged(books.ledger().orElseThrow(), stream.get());
    } catch (Misconfigured wrong) {
      return couldNot(String.valueOf(wrong.getMessage()));
    } catch (RpcUnavailable unavailable) {
      return couldNot(String.valueOf(unavailable.getMessage()));
    } catch (SQLException failure) {
      return couldNot(DatabaseWords.of(failure));
    }
  }

  private Answer judged(LedgerStore ledger, Stream stream) throws SQLException {
    Providers providers =
        Reach.providers(
                conversation.settings(),
                Optional.of(stream.chainId()),
                Patience.ONCE,
                noticed -> conversation.person().tell(noticed.sentence()),
                conversation.ticker())
            .orElseThrow(Reach::noNode);
    Assurance assurance = EscrowReach.watched(conversation.settings()).assurance();
    SharedBlock.Found found =
        new SharedBlock(providers, ledger, assurance)
            .below(stream, command.to(), Reach.deadline(conversation));
    return switch (found) {
      case SharedBlock.Found.NotOne(String why) -> refused(why);
      case SharedBlock.Found.Proved proved ->
          proved.block().number() >= stream.settledNumber()
              ? refused(
                  "the chain still has block "
                      + proved.block()
                      + ", at or above settled block "
                      + stream.settledNumber()
                      + "; a reorg that short is undone by the listener itself")
              : planned(ledger, stream, proved);
    };
  }

  private Answer planned(LedgerStore ledger, Stream stream, SharedBlock.Found.Proved proved)
      throws SQLException {
    List<Resting> resting =
        ledger
            .completeness()
            .restingAbove(stream.chainId(), proved.block().number(), MOST_SHOWN + 1);
    var plan = new Plan(stream, proved, resting);
    if (command.consent() == Consent.DRY_RUN) {
      return Answer.of(
          ExitCode.FINE, new Screen(plan, Optional.empty(), "dry run: nothing was changed"));
    }
    if (command.consent() == Consent.ASK) {
      plan.lines().forEach(line -> Confirmation.show(conversation, line));
      if (!Confirmation.isGiven(conversation, "Rewind? [y/N]")) {
        return Answer.of(
            ExitCode.WARNING,
            new Screen(
                plan,
                Optional.empty(),
                "NOTHING WAS CHANGED. Rewind: metaops listener rewind --to "
                    + proved.block().hash().text()
                    + " --execute"));
      }
    }
    return switch (ledger
        .completeness()
        .rewind(
            stream.chainId(),
            proved.block(),
            Actor.name(),
            command.reason().orElse("no reason given"),
            evidence(proved).toString())) {
      case Rewound.Done done ->
          Answer.of(
              ExitCode.FINE,
              new Screen(
                  plan,
                  Optional.of(done),
                  "rewound; the listener goes on from block "
                      + proved.block().number()
                      + " and reads the chain as it is now"));
      case Rewound.Refused(String why) -> refused(why);
    };
  }

  private static ObjectNode evidence(SharedBlock.Found.Proved proved) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("number", proved.block().number())
        .put("hash", proved.block().hash().text())
        .put("header_rlp", proved.rlp().orElse("not recomputable on this chain"));
    ArrayNode nodes = json.putArray("nodes");
    for (SharedBlock.Witness witness : proved.witnesses()) {
      ChainHead head = witness.head();
      ObjectNode one =
          nodes
              .addObject()
              .put("node", witness.node().toString())
              .put("head", head.latest().ref().toString())
              .put("linked_to", witness.linkedTo().toString());
      head.finalized().ifPresent(block -> one.put("finalized", block.toString()));
    }
    return json;
  }

  private static Answer couldNot(String why) {
    return Answer.couldNot("listener", "rewind", why);
  }

  private static Answer refused(String why) {
    return Answer.refused("listener", "rewind", "NOTHING WAS CHANGED: " + why);
  }

  /** What a rewind would do. */
  private record Plan(Stream stream, SharedBlock.Found.Proved proved, List<Resting> resting) {
    List<String> lines() {
      List<String> lines = new ArrayList<>();
      lines.add(
          "The ledger stands on block "
              + stream.cursor()
              + " and settled up to "
              + stream.settledNumber()
              + "; the chain shares it up to block "
              + proved.block());
      for (SharedBlock.Witness witness : proved.witnesses()) {
        lines.add(
            "  "
                + witness.node()
                + " shows it, linked to its block "
                + witness.linkedTo()
                + witness.head().finalized().map(block -> ", final there: " + block).orElse(""));
      }
      lines.add(
          resting.isEmpty()
              ? "No order rests on the blocks above."
              : (resting.size() > MOST_SHOWN ? "More than " + MOST_SHOWN : resting.size())
                  + " orders rest on the blocks above and are folded anew:");
      resting.stream()
          .limit(MOST_SHOWN)
          .forEach(order ->
              lines.add(
                  "  " + order.orderId() + "  " + order.state() + "  block " + order.block()));
      return lines;
    }
  }

  private record Screen(Plan plan, Optional<Rewound.Done> done, String end) implements Picture {
    @Override
    public String shape() {
      return "listener-rewind/1";
    }

    @Override
    public void drawText(Page page) {
      if (done.isEmpty()) {
        plan.lines().forEach(line -> page.line(Ink.PLAIN, line));
      }
      done.ifPresent(rewound -> {
        page.line(
            Ink.PLAIN,
            rewound.orphaned()
                + " events do not count any more; "
                + rewound.moved().size()
                + " rows were put back");
        rewound
            .moved()
            .forEach(move ->
                page.line(
                    Ink.PLAIN, "  " + move.orderId() + "  " + move.from() + " → " + move.to()));
      });
      page.line(done.isPresent() ? Ink.GOOD : Ink.STRONG, end);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("chain", plan.stream().chainId())
          .put("to", plan.proved().block().number())
          .put("to_hash", plan.proved().block().hash().text())
          .put("cursor", plan.stream().cursor().number())
          .put("settled", plan.stream().settledNumber())
          .put("rewound", done.isPresent());
      ArrayNode orders = into.putArray("orders");
      plan.resting().stream()
          .limit(MOST_SHOWN)
          .forEach(order ->
              orders
                  .addObject()
                  .put("order", order.orderId())
                  .put("state", order.state())
                  .put("block", order.block()));
      done.ifPresent(rewound -> {
        into.put("orphaned", rewound.orphaned());
        ArrayNode moved = into.putArray("moved");
        for (Applied.Move move : rewound.moved()) {
          moved
              .addObject()
              .put("order", move.orderId())
              .put("from", move.from())
              .put("to", move.to());
        }
      });
    }
  }
}
