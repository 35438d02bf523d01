package dev.metaops.events;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.ledger.Stream;
import dev.metaops.order.Verdict;
import dev.metaops.page.Amounts;
import dev.metaops.page.Ink;
import dev.metaops.page.Listing;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Fates;
import dev.metaops.reach.Judged;
import dev.metaops.reach.Reach;
import dev.metaops.reconcile.Inquiry;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code events sweep}: every open order against its contract, whatever the ledger says; for people
 * and for cron.
 */
final class SweepAnswer {
  /** Shorter sweeps say nothing on the way. */
  private static final Duration SILENT = Duration.ofSeconds(1);

  private final Conversation conversation;
  private final Listing listing;

  SweepAnswer(Conversation conversation, Listing listing) {
    this.conversation = conversation;
    this.listing = listing;
  }

  Answer answer() {
    try (Books books =
        Books.open(conversation, "metaops events sweep", Reach.deadline(conversation))) {
      Optional<Long> pinned = books.stream().map(Stream::chainId);
      Optional<Inquiry> inquiry =
          Reach.inquiry(conversation.settings(), pinned, conversation.ticker());
      if (inquiry.isEmpty()) {
        return couldNot("no chain is configured (set RPC_URL and ESCROW_CONTRACT_ADDRESS)");
      }
      Swept swept =
          new Sweep(
                  books,
                  inquiry.get(),
                  () -> new Fates(conversation, pinned, Reach.deadline(conversation)),
                  new Patient(conversation),
                  progress(),
                  conversation.ticker())
              .run();
      Optional<Books.Caveat> caveat = books.caveat();
      return Answer.of(
          swept.exit().worst(caveat.map(Books.Caveat::exit).orElse(ExitCode.FINE)),
          new Screen(conversation, swept, caveat, listing));
    } catch (SQLException failure) {
      return couldNot(DatabaseWords.of(failure));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return couldNot("it was stopped");
    }
  }

  private static Answer couldNot(String why) {
    return Answer.couldNot("events", "sweep", "UNKNOWN: " + why);
  }

  /** As long as answers come, it goes on. */
  private record Patient(Conversation conversation) implements Sweep.Pace {
    @Override
    public Deadline page() {
      return Reach.deadline(conversation);
    }

    @Override
    public Deadline whole() {
      return Deadline.in(Duration.ofHours(1), conversation.ticker());
    }

    @Override
    public Duration ledger() {
      return Duration.ofSeconds(2);
    }
  }

  private Sweep.Progress progress() {
    Ticker ticker = conversation.ticker();
    long begun = ticker.nanos();
    return (reached, of) -> {
      if (ticker.nanos() - begun > SILENT.toNanos()) {
        conversation.person().tell("asked about " + reached + " of " + of + " open orders");
      }
    };
  }

  private record Screen(
      Conversation conversation, Swept swept, Optional<Books.Caveat> caveat, Listing listing)
      implements Picture {
    @Override
    public String shape() {
      return "events-sweep/1";
    }

    private List<Difference> shown() {
      return swept.differences().subList(0, Math.min(swept.differences().size(), listing.limit()));
    }

    private List<Judged> unaskedShown() {
      return swept.unasked().subList(0, Math.min(swept.unasked().size(), listing.limit()));
    }

    @Override
    public void drawText(Page page) {
      caveat.ifPresent(found -> page.line(Ink.WARNING, found.sentence()));
      if (swept.open() > 0 || caveat.isEmpty()) {
        page.line(ink(), headline());
      }
      providers().ifPresent(sentence -> page.line(Ink.WARNING, sentence));
      swept
          .cut()
          .ifPresent(why ->
              page.line(
                  Ink.BAD,
                  "UNKNOWN: "
                      + (swept.open() - swept.reached())
                      + " open orders were not reached: "
                      + why
                      + " (metaops health blockchain)"));
      drawTable(page);
      next().ifPresent(next -> page.line(Ink.STRONG, "next: " + next));
    }

    /** {@code 1 of 2 providers answered (node-b: unreachable)}; empty when all did. */
    private Optional<String> providers() {
      int all = conversation.settings().chain().providers().size();
      return swept.without().isEmpty()
          ? Optional.empty()
          : Optional.of(
              (all - swept.without().size())
                  + " of "
                  + all
                  + " providers answered throughout ("
                  + swept.without().entrySet().stream()
                      .map(entry -> entry.getKey() + ": " + entry.getValue())
                      .collect(Collectors.joining("; "))
                  + ")");
    }

    private Ink ink() {
      return switch (swept.exit()) {
        case FINE -> Ink.GOOD;
        case WARNING -> Ink.WARNING;
        case CRITICAL, COULD_NOT, REFUSED, WORLD_CHANGED, USAGE -> Ink.BAD;
      };
    }

    /** Where not all could be looked at, "all agree" would be a lie. */
    private String headline() {
      if (swept.open() == 0) {
        return "No order is open";
      }
      long differing = differing();
      String what =
          differing == 0
              ? (swept.isWhole() && swept.unasked().isEmpty()
                  ? "all agree"
                  : "none of these differs")
              : differing
                  + (differing == 1 ? " differs" : " differ")
                  + ", "
                  + swept.contradictions()
                  + " of them "
                  + (swept.contradictions() == 1 ? "contradicts" : "contradict")
                  + " it";
      return "Asked the contract about "
          + swept.reached()
          + " of "
          + swept.open()
          + (swept.open() == 1 ? " open order: " : " open orders: ")
          + what;
    }

    /** All that differ, also those beyond what is kept. */
    private long differing() {
      return swept.verdicts().entrySet().stream()
          .filter(entry ->
              switch (entry.getKey()) {
                case CONSISTENT, WAITING, NOT_FINAL, UNKNOWN -> false;
                case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED, ROW_BEHIND, TX_TROUBLE, NEVER_FUNDED ->
                    true;
              })
          .mapToLong(Map.Entry::getValue)
          .sum();
    }

    private void drawTable(Page page) {
      var amounts = new Amounts(conversation.settings());
      var table =
          new Table()
              .column("order")
              .column("state")
              .column("for", Table.Side.RIGHT)
              .column("amount", Table.Side.RIGHT)
              .column("verdict")
              .column("why");
      for (Difference found : shown()) {
        row(table, amounts, found.judged(), found.judged().verdict().sentence() + ledger(found));
      }
      for (Judged judged : unaskedShown()) {
        row(table, amounts, judged, judged.verdict().sentence());
      }
      if (!table.isEmpty()) {
        page.table(table);
      }
      long all = swept.differences().size() + (long) swept.unasked().size();
      long drawn = shown().size() + (long) unaskedShown().size();
      if (drawn < all) {
        page.line(Ink.FAINT, "shown " + drawn + " of " + all + "; --limit N shows more");
      }
    }

    private static String ledger(Difference found) {
      return found.word() == Difference.LedgerWord.NONE ? "" : "; " + found.word().text();
    }

    private void row(Table table, Amounts amounts, Judged judged, String why) {
      table.row(
          List.of(
              Table.Cell.of(judged.row().id()),
              Table.Cell.of(judged.row().state()),
              Table.Cell.of(Ages.of(judged.age(swept.at()))),
              Table.Cell.of(amounts.of(judged.row().terms())),
              Table.Cell.of(judged.ink(), judged.verdict().code().name()),
              Table.Cell.of(why)));
    }

    private Optional<String> next() {
      return swept.differences().stream()
          .findFirst()
          .map(worst ->
              worst.judged().verdict().code() == Verdict.Code.ROW_BEHIND
                  ? Books.next(conversation, worst.id())
                  : "metaops order verify " + worst.id())
          .or(() ->
              swept.cut().isPresent()
                  ? Optional.of("metaops health blockchain")
                  : swept.unasked().stream()
                      .findFirst()
                      .map(judged -> "metaops order show " + judged.row().id()));
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", swept.at().toString())
          .put("took_ms", swept.took().toMillis())
          .put("open", swept.open())
          .put("reached", swept.reached());
      caveat.ifPresent(found -> into.put("caveat", found.sentence()));
      swept.cut().ifPresent(why -> into.put("cut", why));
      ObjectNode without = into.putObject("providers_without_answer");
      swept.without().forEach(without::put);
      next().ifPresent(next -> into.put("next", next));
      ObjectNode verdicts = into.putObject("verdicts");
      new EnumMap<>(swept.verdicts()).forEach((code, count) -> verdicts.put(code.name(), count));
      ArrayNode differing = into.putArray("differing");
      shown().forEach(found -> found.drawJson(differing.addObject()));
      ArrayNode unknown = into.putArray("unknown");
      unaskedShown().forEach(judged -> judged.drawJson(unknown.addObject()));
    }
  }
}
