package dev.metaops.look;

import dev.metaops.command.Conversation;
import dev.metaops.health.Check;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Result;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.LieStore;
import dev.metaops.ledger.Stream;
import dev.metaops.page.Clock;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.rpc.Lie;
import dev.metaops.rpc.Providers;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What following the chain recorded of its nodes: whether finality waits for one, and which of them
 * lied. Looked at beside the nodes; they are judged without it where the ledger cannot be read.
 */
public final class ChainRecord implements Check.Question {
  static final String COMPONENT = "record";

  /** Nobody waits long for what only stands beside the answer. */
  static final Duration MOST = Duration.ofSeconds(2);

  static final String LIES = "metaops health blockchain --lies";

  private static final Duration DAY = Duration.ofHours(24);

  /** A node that lied this recently is looked after; an older lie is only told. */
  private static final Duration RECENT = Duration.ofHours(1);

  /** What the ledger says. */
  record Seen(Instant now, Optional<Stream.FinalityWaits> waits, List<LieStore.Liar> liars) {}

  private final Conversation conversation;
  private volatile Optional<Seen> seen = Optional.empty();
  private volatile Optional<String> trouble = Optional.of("the orders database did not answer");

  ChainRecord(Conversation conversation) {
    this.conversation = conversation;
  }

  @Override
  public Diagnosis ask(Deadline deadline) {
    try (Books books = Books.open(conversation, "metaops health", deadline)) {
      if (books.ledger().isPresent()) {
        LedgerStore ledger = books.ledger().get();
        Optional<Stream> stream = ledger.stream();
        seen =
            Optional.of(
                new Seen(
                    stream.map(Stream::now).orElseGet(conversation.ticker()::now),
                    stream.flatMap(Stream::finalityWaits),
                    ledger.lies().within(DAY, Providers.MOST)));
      }
      trouble = Optional.empty();
      return new Diagnosis(Condition.UP, "read", List.of(), Optional.empty());
    } catch (SQLException failure) {
      trouble = Optional.of(DatabaseWords.of(failure));
      return Diagnosis.unknown(trouble.orElseThrow(), "metaops health database");
    }
  }

  /** A sentence where it could not be read. */
  public Optional<String> note() {
    return trouble.map(
        why -> "who lied, and whether finality waits for a node, could not be read: " + why);
  }

  /** What has to be said: nothing while finality goes on and no node lied. */
  List<Result> results(Result raw) {
    List<Result> results = new ArrayList<>();
    seen.ifPresent(found -> {
      found
          .waits()
          .ifPresent(waits -> results.add(result("finality", waiting(waits, found.now()), raw)));
      if (!found.liars().isEmpty()) {
        results.add(result("lies", lying(found), raw));
      }
    });
    return results;
  }

  private static Result result(String component, Diagnosis diagnosis, Result raw) {
    return new Result(component, "", diagnosis, raw.at(), raw.took());
  }

  private static Diagnosis waiting(Stream.FinalityWaits waits, Instant now) {
    return new Diagnosis(
        Condition.DEGRADED,
        "finality waits since " + Clock.since(waits.since(), now) + ": " + waits.why(),
        List.of(),
        Optional.of("metaops listener status"));
  }

  private static Diagnosis lying(Seen found) {
    LieStore.Liar latest = found.liars().getFirst();
    boolean isRecent = Duration.between(latest.last(), found.now()).compareTo(RECENT) < 0;
    return new Diagnosis(
        isRecent ? Condition.DEGRADED : Condition.UP,
        "in the last 24 h "
            + found.liars().stream()
                .map(liar -> liar.provider() + " lied " + times(liar.times()))
                .collect(Collectors.joining(", "))
            + "; last "
            + Clock.since(latest.last(), found.now())
            + ": "
            + latest.provider()
            + " "
            + words(latest.kind()),
        List.of(),
        Optional.of(LIES));
  }

  private static String times(long number) {
    return number == 1 ? "once" : number + " times";
  }

  /** As people read it; a kind of another version of metaops stays as it was written. */
  public static String words(String kind) {
    try {
      return Lie.Kind.valueOf(kind).words();
    } catch (IllegalArgumentException unknown) {
      return kind;
    }
  }

  public void drawJson(ObjectNode into) {
    note().ifPresent(why -> into.put("record", why));
    seen.ifPresent(found -> {
      found.waits().ifPresent(waits -> into.put("finality_waits", waits.why()));
      ArrayNode lies = into.putArray("lies");
      for (LieStore.Liar liar : found.liars()) {
        lies.addObject()
            .put("provider", liar.provider())
            .put("times_24h", liar.times())
            .put("last_at", liar.last().toString())
            .put("last_kind", liar.kind());
      }
    });
  }
}
