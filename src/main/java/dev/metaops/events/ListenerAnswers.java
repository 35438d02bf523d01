package dev.metaops.events;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.ListenerCommand;
import dev.metaops.health.Condition;
import dev.metaops.health.Result;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.ListenerState;
import dev.metaops.look.Examination;
import dev.metaops.look.HealthDrawing;
import dev.metaops.look.ListenerWords;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.Reach;
import java.util.EnumSet;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code listener}: what any process can tell from the stream's row. */
public final class ListenerAnswers implements Answers<ListenerCommand> {
  @Override
  public Answer to(ListenerCommand command, Conversation conversation) {
    return switch (command) {
      case ListenerCommand.Status _ -> status(conversation);
      case ListenerCommand.Rewind rewind -> new RewindAnswer(rewind, conversation).answer();
      case ListenerCommand.Test _ -> ListenerTrial.of(conversation);
    };
  }

  private static Answer status(Conversation conversation) {
    Examination examination =
        Examination.of(
            conversation, EnumSet.of(Examination.Part.LISTENER), Reach.deadline(conversation));
    Result result = examination.report().results().getFirst();
    return Answer.of(
        HealthDrawing.exit(result.condition()),
        new Screen(result, examination.listener(), examination.stream()));
  }

  private record Screen(Result result, Optional<ListenerState> state, Optional<Stream> stream)
      implements Picture {
    @Override
    public String shape() {
      return "listener-status/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          HealthDrawing.ink(result.condition()), "Listener: " + result.diagnosis().sentence());
      HealthDrawing.drawVitals(page, result);
      if (result.condition() != Condition.UP) {
        result
            .diagnosis()
            .next()
            .filter(next -> !next.equals("metaops listener status"))
            .ifPresent(next -> page.line(Ink.STRONG, "next: " + next));
      }
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("state", state.map(ListenerWords::word).orElse("unknown"))
          .put("condition", result.condition().name())
          .put("sentence", result.diagnosis().sentence());
      result.diagnosis().next().ifPresent(next -> into.put("next", next));
      stream.ifPresent(found -> {
        into.put("at", found.now().toString())
            .put("chain", found.chainId())
            .put("cursor", found.cursor().number())
            .put("cursor_hash", found.cursor().hash().text())
            .put("blocks_behind", found.blocksBehind())
            .put("behind_s", found.staleness().toSeconds())
            .put("settled", found.settledNumber())
            .put("epoch", found.leaseEpoch())
            .put("waiting", found.waiting())
            .put("unmatched", found.unmatched())
            .put("quarantined", found.quarantined());
        found.leaseHolder().ifPresent(holder -> into.put("holder", holder));
        found.leaseExpiresAt().ifPresent(at -> into.put("lease_expires_at", at.toString()));
        found.appliedAt().ifPresent(at -> into.put("applied_at", at.toString()));
        found.headSeenAt().ifPresent(at -> into.put("head_seen_at", at.toString()));
        found.trouble().ifPresent(why -> into.put("trouble", why));
        found.finalityWaits().ifPresent(waits -> into.put("finality_waits", waits.why()));
        found.frozen().ifPresent(freeze -> into.put("frozen_by", freeze.actor()));
      });
    }
  }
}
