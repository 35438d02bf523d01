package dev.metaops.checkup;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.KeysCommand;
import dev.metaops.health.Condition;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.health.Vital;
import dev.metaops.look.Examination;
import dev.metaops.look.HealthDrawing;
import dev.metaops.look.KeysLook;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.Reach;
import java.util.EnumSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code keys}. */
public final class KeysAnswers implements Answers<KeysCommand> {
  @Override
  public Answer to(KeysCommand command, Conversation conversation) {
    return switch (command) {
      case KeysCommand.Status _ -> status(conversation);
    };
  }

  private static Answer status(Conversation conversation) {
    Report report =
        Examination.of(
                conversation, EnumSet.of(Examination.Part.KEYS), Reach.deadline(conversation))
            .report();
    if (report.results().isEmpty()) {
      return Answer.couldNot("keys", "status", KeysLook.NOT_CONFIGURED);
    }
    Result result = report.results().getFirst();
    return Answer.of(exit(result.condition()), new Screen(result));
  }

  /** It does not judge: what it could not ask is no finding. */
  private static ExitCode exit(Condition condition) {
    return switch (condition) {
      case UP -> ExitCode.FINE;
      case DEGRADED -> ExitCode.WARNING;
      case UNKNOWN -> ExitCode.COULD_NOT;
      case DOWN -> ExitCode.CRITICAL;
    };
  }

  private record Screen(Result result) implements Picture {
    @Override
    public String shape() {
      return "keys-status/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(HealthDrawing.ink(result.condition()), result.diagnosis().sentence());
      HealthDrawing.drawVitals(page, result);
      result.diagnosis().next().ifPresent(next -> page.line(Ink.STRONG, "next: " + next));
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("condition", result.condition().name())
          .put("sentence", result.diagnosis().sentence());
      ArrayNode keys = into.putArray("measured");
      for (Vital vital : result.diagnosis().vitals()) {
        keys.addObject()
            .put("name", vital.name())
            .put("value", vital.value())
            .put("expected", vital.threshold())
            .put("condition", vital.condition().name());
      }
    }
  }
}
