package dev.metaops.checkup;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.HealthCommand;
import dev.metaops.health.CheckMemory;
import dev.metaops.health.HealthMemory;
import dev.metaops.look.HealthDrawing;
import dev.metaops.page.EnvironmentLine;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Sentence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code health report}. */
final class HealthReport {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private HealthReport() {}

  static Answer of(HealthCommand.Report command, Conversation conversation) {
    HealthAnswers.Seen seen = HealthAnswers.Seen.of(HealthCommand.Subject.FULL, conversation);
    Whole whole =
        new Whole(
            command.format(),
            new HealthPage(
                EnvironmentLine.of(conversation.settings()),
                conversation.ticker().now(),
                seen.report(),
                seen.memory(),
                seen.absent()));
    return command
        .out()
        .map(file -> written(file, whole, seen.exit(), conversation))
        .orElseGet(() -> Answer.of(seen.exit(), whole));
  }

  private static Answer written(Path named, Whole whole, ExitCode exit, Conversation conversation) {
    Path file = conversation.configuration().where().workingDirectory().resolve(named);
    try {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      Files.write(next, whole.text().getBytes(StandardCharsets.UTF_8));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException refused) {
      return Answer.couldNot(
          "health", "report", file + " cannot be written: " + refused + " (--out says where)");
    }
    return Answer.of(
        exit,
        new Sentence("health", "report", whole.page().report().overall() + ": written to " + file));
  }

  private record Whole(HealthCommand.Format format, HealthPage page) implements Picture {
    String text() {
      return switch (format) {
        case HTML -> page.html();
        case JSON -> {
          ObjectNode root = JSON.createObjectNode().put("shape", shape());
          drawJson(root);
          yield Page.printableJson(JSON.writeValueAsString(root)) + "\n";
        }
      };
    }

    @Override
    public String shape() {
      return "health-report/1";
    }

    @Override
    public void drawText(Page drawn) {
      text().lines().forEach(drawn::line);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("environment", page.environment()).put("at", page.at().toString());
      HealthDrawing.drawJson(into, page.report(), page.memory());
      ArrayNode missing = into.putArray("not_configured");
      page.absent().forEach(missing::add);
      drawHistory(into.putArray("history"), page.memory());
    }

    private static void drawHistory(ArrayNode into, HealthMemory memory) {
      for (CheckMemory check : memory.checks()) {
        ArrayNode samples =
            into.addObject()
                .put("component", check.component())
                .put("subject", check.subject())
                .putArray("samples");
        check
            .samples()
            .forEach(sample ->
                samples
                    .addObject()
                    .put("at", sample.at().toString())
                    .put("condition", sample.condition().name())
                    .put("took_ms", sample.took().toMillis()));
      }
    }
  }
}
