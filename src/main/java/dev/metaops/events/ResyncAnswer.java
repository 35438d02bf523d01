package dev.metaops.events;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.EventsCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Shared;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Refuted;
import dev.metaops.ledger.Resynced;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.Proving;
import dev.metaops.listen.Resync;
import dev.metaops.listen.Watched;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Sentence;
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
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code events resync}: reads settled blocks again, proves them, writes what was missing and takes
 * back what was never there. From the top down, so that older history than was ever followed hangs
 * on what the ledger stands on.
 */
public final class ResyncAnswer {
  /** Ranges shorter than this are read without a word on the way. */
  private static final long SILENT = 2L * Resync.AT_ONCE;

  private final Conversation conversation;
  private final EventsCommand.Resync command;

  public ResyncAnswer(EventsCommand.Resync command, Conversation conversation) {
    this.command = command;
    this.conversation = conversation;
  }

  public Answer answer() {
    try (Books books =
        Books.open(conversation, "metaops events resync", Reach.deadline(conversation))) {
      Optional<Stream> stream = books.stream();
      if (stream.isEmpty()) {
        return couldNot("there is no ledger to write into: " + books.without());
      }
      long to = command.to().orElse(stream.get().settledNumber());
      if (to > stream.get().settledNumber()) {
        return couldNot(
            "block "
                + to
                + " is not settled; settled is "
                + stream.get().settledNumber()
                + " (what is above it is read again by the listener itself)");
      }
      if (command.from() > to) {
        return couldNot(
            "--from-block " + command.from() + " is above " + to + " (expected: ascending)");
      }
      if (conversation.shared().purpose() == Shared.Purpose.DRY_RUN) {
        return Answer.of(
            ExitCode.FINE,
            new Sentence(
                "events",
                "resync",
                "dry run: blocks " + command.from() + " to " + to + " would be read again"));
      }
      return read(books.ledger().orElseThrow(), stream.get(), to);
    } catch (Misconfigured wrong) {
      return couldNot(String.valueOf(wrong.getMessage()));
    } catch (SQLException failure) {
      return couldNot(DatabaseWords.of(failure));
    }
  }

  private Answer read(LedgerStore ledger, Stream stream, long to) throws SQLException {
    Watched watched = EscrowReach.watched(conversation.settings());
    Providers providers =
        Reach.providers(
                conversation.settings(),
                Optional.of(stream.chainId()),
                Patience.STEADY,
                noticed -> conversation.person().tell(noticed.sentence()),
                conversation.ticker())
            .orElseThrow(Reach::noNode);
    var proving =
        Proving.of(stream.chainId(), providers, watched.assurance(), ledger, conversation.ticker());
    var resync = new Resync(watched, providers, proving, ledger, stream.chainId());
    var moves = new ArrayList<Applied.Move>();
    var refuted = new ArrayList<Refuted>();
    int added = 0;
    long next = to;
    Optional<String> stopped = Optional.empty();
    while (next >= command.from() && stopped.isEmpty()) {
      long low = Math.max(command.from(), next - Resync.AT_ONCE + 1);
      try {
        switch (resync.blocks(low, next, Reach.deadline(conversation))) {
          case Resynced.Written written -> {
            added += written.added();
            refuted.addAll(written.refuted());
            moves.addAll(written.moved());
            next = low - 1;
            if (to - command.from() >= SILENT) {
              conversation
                  .person()
                  .tell("read " + (to - next) + " of " + (to - command.from() + 1) + " blocks");
            }
          }
          case Resynced.Refused(String why) -> stopped = Optional.of(why);
        }
      } catch (RpcUnavailable unavailable) {
        stopped = Optional.of(String.valueOf(unavailable.getMessage()));
      }
    }
    var screen = new Screen(command.from(), next + 1, to, added, refuted, moves, stopped);
    ExitCode read = refuted.isEmpty() ? ExitCode.FINE : ExitCode.WARNING;
    return Answer.of(stopped.isEmpty() ? read : ExitCode.COULD_NOT, screen);
  }

  private static Answer couldNot(String why) {
    return Answer.couldNot("events", "resync", why);
  }

  /**
   * What was read.
   *
   * @param reached the lowest block that was read; one above {@code to} when none was
   */
  private record Screen(
      long from,
      long reached,
      long to,
      int added,
      List<Refuted> refuted,
      List<Applied.Move> moves,
      Optional<String> stopped)
      implements Picture {
    @Override
    public String shape() {
      return "events-resync/1";
    }

    @Override
    public void drawText(Page page) {
      if (reached <= to) {
        page.line(
            Ink.GOOD,
            "Read blocks "
                + reached
                + " to "
                + to
                + " again: "
                + (added == 0
                    ? "no event was missing"
                    : added + (added == 1 ? " event was missing" : " events were missing"))
                + (moves.isEmpty()
                    ? ""
                    : ", "
                        + moves.size()
                        + (moves.size() == 1 ? " step" : " steps")
                        + " of orders"));
      }
      if (!refuted.isEmpty()) {
        page.line(
            Ink.BAD,
            refuted.size()
                + (refuted.size() == 1 ? " event was" : " events were")
                + " taken back: a node said so, the proved receipts do not hold "
                + (refuted.size() == 1 ? "it" : "them"));
      }
      refuted.forEach(one -> page.line(Ink.PLAIN, "  " + one.sentence()));
      moves.forEach(move ->
          page.line(Ink.PLAIN, "  " + move.orderId() + "  " + move.from() + " → " + move.to()));
      stopped.ifPresent(why -> {
        page.line(Ink.BAD, "Stopped: " + why);
        page.line(
            Ink.STRONG,
            "next: metaops events resync --from-block " + from + " --to-block " + (reached - 1));
      });
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("from", from).put("reached", reached).put("to", to).put("added", added);
      ArrayNode taken = into.putArray("refuted");
      for (Refuted one : refuted) {
        ObjectNode item = taken.addObject().put("block", one.block()).put("log", one.index());
        one.kind().ifPresent(kind -> item.put("event", kind));
        item.put("why", one.why().name());
      }
      ArrayNode moved = into.putArray("moved");
      for (Applied.Move move : moves) {
        moved
            .addObject()
            .put("order", move.orderId())
            .put("from", move.from())
            .put("to", move.to());
      }
      stopped.ifPresent(why -> into.put("stopped", why));
    }
  }
}
