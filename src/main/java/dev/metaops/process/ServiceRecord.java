package dev.metaops.process;

import dev.metaops.command.Actor;
import dev.metaops.command.Conversation;
import dev.metaops.journal.JournalKind;
import dev.metaops.journal.JournalUnavailable;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.LocalRecord;
import dev.metaops.reach.Reach;
import dev.metaops.services.Asked;
import dev.metaops.services.Outcome;
import dev.metaops.services.Services;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Writes down what is done to services: on this machine before and after it, and from there into
 * the orders database once that answers. Nothing of it holds up a restart.
 */
public final class ServiceRecord {
  private static final Duration MOST_FOR_MERGING = Duration.ofSeconds(2);

  private final Conversation conversation;

  public ServiceRecord(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Before anything is touched; says why when it could not be written down. */
  Optional<String> begun(Asked asked) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("what", "begun");
    body.put("services", String.join(", ", asked.chosen()));
    if (asked.zeal() == Asked.Zeal.FORCED) {
      body.put("force", "yes");
    }
    return append(kind(asked.verb()), Actor.name(), body);
  }

  Optional<String> ended(Asked asked, List<Outcome> outcomes) {
    Map<String, String> body = new LinkedHashMap<>();
    body.put("what", "ended");
    outcomes.forEach(outcome ->
        body.put(
            outcome.service(),
            outcome.ending().word()
                + pid(" from process ", outcome.before())
                + pid(" to process ", outcome.after())
                + ": "
                + outcome.sentence()));
    return append(kind(asked.verb()), Actor.name(), body);
  }

  /** It was not gone through with. */
  Optional<String> interrupted(Asked asked) {
    return append(
        kind(asked.verb()),
        Actor.name(),
        Map.of("what", "interrupted", "services", String.join(", ", asked.chosen())));
  }

  private static String pid(String before, OptionalLong pid) {
    return pid.isPresent() ? before + pid.getAsLong() : "";
  }

  /** What metaops did not do. */
  Optional<String> noticed(List<Services.Noticed> noticed) {
    return noticed.stream()
        .flatMap(each ->
            append(
                JournalKind.SERVICE_OUTSIDE,
                "somebody else",
                Map.of("service", each.service(), "what", each.change().sentence()))
                .stream())
        .findFirst();
  }

  private static JournalKind kind(Asked.Verb verb) {
    return switch (verb) {
      case STOP -> JournalKind.SERVICE_STOP;
      case START -> JournalKind.SERVICE_START;
      case RESTART -> JournalKind.SERVICE_RESTART;
    };
  }

  private Optional<String> append(JournalKind kind, String actor, Map<String, String> body) {
    try {
      Reach.journal(conversation).append(kind, actor, body);
      return Optional.empty();
    } catch (JournalUnavailable unwritten) {
      return Optional.of("NOT RECORDED: " + unwritten.sentence());
    }
  }

  /** Into the orders database, if it answers; says where the record is. */
  public String merged() {
    Optional<Database> database =
        Reach.orders(conversation.settings(), "metaops services", conversation.ticker());
    if (database.isEmpty()) {
      return "recorded on this machine (no orders database is configured over SQL)";
    }
    Deadline deadline = Deadline.in(MOST_FOR_MERGING, conversation.ticker());
    LocalRecord local = new LocalRecord(conversation);
    try (Connection connection = database.get().connect(deadline)) {
      connection.setNetworkTimeout(Runnable::run, deadline.remainingMillis());
      local.merge(connection);
    } catch (SQLException unreachable) {
      return "recorded on this machine, and merged once the orders database answers: "
          + DatabaseWords.of(unreachable);
    } catch (JournalUnavailable unreadable) {
      return unreadable.sentence();
    }
    return local.told().isEmpty()
        ? "recorded in the orders database"
        : "recorded on this machine (the orders database has no record of metaops')";
  }

  /** The same, and what a person is told of it. */
  List<String> told(String when, List<Services.Noticed> noticed) {
    List<String> notes = new ArrayList<>(noticed(noticed).stream().toList());
    if (!noticed.isEmpty()) {
      notes.add(when + sentence(noticed));
    }
    return notes;
  }

  private static String sentence(List<Services.Noticed> noticed) {
    return noticed.stream()
        .map(each -> each.service() + " " + each.change().sentence())
        .collect(Collectors.joining("; "));
  }
}
