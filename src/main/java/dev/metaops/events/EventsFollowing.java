package dev.metaops.events;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.chain.SettleOn;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.CtrlC;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Feed;
import dev.metaops.config.Settings;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.listen.Onlooker;
import dev.metaops.listen.Sighting;
import dev.metaops.listen.Watched;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.Patience;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code events follow}: one line for each thing that happens. Asks no database. */
final class EventsFollowing {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Enough to see that the last events are there, and whether they become final. */
  private static final long BACK = 32;

  private static final Duration STEP = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  /** Keys whose order's id was seen; the oldest are forgotten. */
  private static final int MOST_NAMES = 10_000;

  private final Conversation conversation;
  private final Settings settings;
  private final Feed feed;
  private final Map<Hash, String> names = new LinkedHashMap<>();

  EventsFollowing(Conversation conversation) {
    this.conversation = conversation;
    this.settings = conversation.settings();
    this.feed = new Feed(conversation);
  }

  Answer answer(Optional<Duration> most) {
    Onlooker onlooker = onlooker();
    try (CtrlC _ = CtrlC.ends(onlooker::stop)) {
      return switch (onlooker.run(most)) {
        case Onlooker.End.Done() -> Answer.of(ExitCode.FINE, Feed.ended());
        case Onlooker.End.Blind(String why) ->
            new Answer(
                ExitCode.COULD_NOT,
                Feed.ended(),
                List.of("at the end the chain could not be read: " + why));
        case Onlooker.End.Refused(String why) ->
            new Answer(ExitCode.COULD_NOT, Feed.ended(), List.of(why));
      };
    }
  }

  private Onlooker onlooker() {
    return new Onlooker(
        new Onlooker.Parts(
            new Watched(
                settings.chain().expectedChainId(),
                EscrowReach.named(settings),
                SettleOn.parse(settings.chain().settleOn()),
                settings.listen().blocksPerTransaction()),
            Reach.provider(
                settings.chain().providers().getFirst(), Patience.ONCE, conversation.ticker()),
            settings
                .chain()
                .webSocket()
                .map(socket ->
                    dev.metaops.rpc.Endpoint.parse(socket.place(), socket.url().reveal())),
            this::show,
            sentence ->
                conversation
                    .person()
                    .tell(TIME.format(conversation.ticker().now()) + " " + sentence),
            conversation.ticker(),
            new SplittableRandom()),
        new Onlooker.Pace(BACK, settings.listen().pollInterval(), STEP, LONGEST_PAUSE));
  }

  private void show(Sighting sighting) {
    feed.show(
        switch (sighting) {
          case Sighting.Arrived(var event, var finality) ->
              line(
                  event,
                  "arrived",
                  finality == Sighting.Finality.FINAL ? "final" : "not final yet",
                  Ink.PLAIN);
          case Sighting.BecameFinal(var event) -> line(event, "final", "became final", Ink.GOOD);
          case Sighting.Orphaned(var event, var was) ->
              line(
                  event,
                  "orphaned",
                  was == Sighting.Finality.FINAL
                      ? "orphaned by a reorg THOUGH IT WAS FINAL"
                      : "orphaned by a reorg",
                  Ink.BAD);
          case Sighting.BeganAgain(BlockRef after) -> new Again(after, now());
        });
  }

  private Instant now() {
    return conversation.ticker().now().truncatedTo(ChronoUnit.MILLIS);
  }

  private Line line(Sighting.Spotted event, String what, String words, Ink ink) {
    return switch (event.decoded()) {
      case Decoded.Event(EscrowEvent known) -> {
        known.parts().orderId().ifPresent(id -> remember(known.key(), id));
        yield new Line(
            event,
            known.kind().name(),
            Optional.of(known.key()),
            Optional.ofNullable(names.get(known.key())),
            what,
            words,
            ink,
            now());
      }
      case Decoded.Undecodable(_, Optional<Hash> key, String why) ->
          new Line(
              event,
              "UNREADABLE",
              key,
              Optional.empty(),
              what,
              words + ", cannot be read: " + why,
              Ink.BAD,
              now());
      case Decoded.Unmapped(Optional<Hash> topic) ->
          new Line(
              event,
              "UNMAPPED",
              Optional.empty(),
              Optional.empty(),
              what,
              words + topic.map(hash -> ", topic " + hash.brief()).orElse(""),
              Ink.FAINT,
              now());
    };
  }

  private void remember(Hash key, String id) {
    names.put(key, id);
    if (names.size() > MOST_NAMES) {
      names.remove(names.keySet().iterator().next());
    }
  }

  /**
   * One thing that happened to one event.
   *
   * @param order the order's id, when its creation was seen
   */
  private record Line(
      Sighting.Spotted event,
      String kind,
      Optional<Hash> key,
      Optional<String> order,
      String what,
      String words,
      Ink ink,
      Instant at)
      implements Picture {
    @Override
    public String shape() {
      return "events-follow/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          ink,
          String.format(
              Locale.ROOT,
              "%s  block %d  %-9s  %s  %s",
              TIME.format(event.time()),
              event.log().block().number(),
              kind,
              order.or(() -> key.map(Hash::brief)).orElse("–"),
              words));
    }

    @Override
    public void drawJson(ObjectNode into) {
      Log log = event.log();
      into.put("at", at.toString())
          .put("what", what)
          .put("event", kind)
          .put("time", event.time().toString())
          .put("block", log.block().number())
          .put("block_hash", log.block().hash().text())
          .put("index", log.index())
          .put("transaction", log.transaction().text())
          .put("contract", log.address().text())
          .put("words", words);
      key.ifPresent(found -> into.put("key", found.text()));
      order.ifPresent(id -> into.put("order", id));
      if (event.decoded() instanceof Decoded.Event(EscrowEvent known)) {
        known.amount().ifPresent(amount -> into.put("amount", amount.toString()));
        known.terms().ifPresent(terms -> into.put("amount", terms.amount().toString()));
      }
    }
  }

  private record Again(BlockRef after, Instant at) implements Picture {
    @Override
    public String shape() {
      return "events-follow/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          Ink.BAD,
          TIME.format(at)
              + "  the chain shares no block with what was seen of it: another chain, or reset;"
              + " goes on after block "
              + after);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", at.toString())
          .put("what", "began-again")
          .put("block", after.number())
          .put("block_hash", after.hash().text());
    }
  }
}
