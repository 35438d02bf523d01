package dev.metaops.events;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.EventsCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.ledger.CompletenessStore;
import dev.metaops.ledger.Gap;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.ProvedEvent;
import dev.metaops.ledger.ProvedReceipt;
import dev.metaops.ledger.Scope;
import dev.metaops.ledger.Stream;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.proof.ProofFile;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code events prove --blocks}: the proofs of every event of some blocks, a file for each few
 * hundred, each proof checked before it is handed on.
 */
final class ProveBlocksAnswer {
  /** Events of one file, and read at once. */
  private static final int A_FILE = 500;

  /** Proofs of one file: as hex twice as much, well below what a file may hold. */
  private static final long MOST_BYTES = 16 << 20;

  private static final int MOST_GAPS = 1_000;
  private static final Duration SILENT = Duration.ofSeconds(1);

  private final EventsCommand.ProveBlocks command;
  private final Conversation conversation;

  ProveBlocksAnswer(EventsCommand.ProveBlocks command, Conversation conversation) {
    this.command = command;
    this.conversation = conversation;
  }

  Answer answer() {
    try (Books books =
        Books.open(conversation, "metaops events prove", Reach.deadline(conversation))) {
      Optional<LedgerStore> ledger = books.ledger();
      Optional<Stream> stream = books.stream();
      if (ledger.isEmpty() || stream.isEmpty()) {
        return couldNot("UNKNOWN: there is no ledger: " + books.without());
      }
      return of(ledger.get(), stream.get());
    } catch (Misconfigured wrong) {
      return couldNot(String.valueOf(wrong.getMessage()));
    } catch (SQLException failure) {
      return couldNot("UNKNOWN: " + DatabaseWords.of(failure));
    } catch (FileAlreadyExistsException there) {
      return Answer.refused(
          "events", "prove", there.getFile() + " is there already (give another name)");
    } catch (IOException failure) {
      return couldNot(
          command.directory().map(Path::toString).orElse("-")
              + " cannot be written: "
              + failure.getClass().getSimpleName());
    }
  }

  private static Answer couldNot(String sentence) {
    return Answer.couldNot("events", "prove", sentence);
  }

  private Answer of(LedgerStore ledger, Stream stream) throws SQLException, IOException {
    if (command.from() > stream.cursor().number()) {
      return couldNot(
          "the ledger has read up to block "
              + stream.cursor().number()
              + ", and block "
              + command.from()
              + " is above that");
    }
    Pages pages = new Pages(ledger.completeness(), stream.chainId(), command);
    List<ProvedEvent> first = pages.next();
    if (first.isEmpty()) {
      return couldNot("the ledger has no event in " + blocks());
    }
    if (command.directory().isEmpty()) {
      return pages.next().isEmpty()
          ? printed(stream, first)
          : couldNot(
              "there are more events in " + blocks() + " than one file holds: give --to DIRECTORY");
    }
    Path directory = Files.createDirectory(command.directory().get());
    Tally tally = written(directory, stream, pages, first);
    return Answer.of(
        tally.exit(), new Written(directory, this.command, tally, doubt(ledger, stream)));
  }

  private Answer printed(Stream stream, List<ProvedEvent> events) {
    ProveAnswer.Handed handed = ProveAnswer.Handed.of(file(stream, events));
    return Answer.of(handed.exit(), new ProveAnswer.Printed(handed.file()));
  }

  private String blocks() {
    return name(command.from(), command.to());
  }

  private static String name(long from, long to) {
    return from == to ? "block " + from : "blocks " + from + " to " + to;
  }

  private static ProofFile file(Stream stream, List<ProvedEvent> events) {
    return new ProofFile(
        stream.chainId(),
        name(events.getFirst().event().block().number(), events.getLast().event().block().number()),
        events.stream().map(ProveAnswer::claim).toList());
  }

  private Tally written(Path directory, Stream stream, Pages pages, List<ProvedEvent> first)
      throws SQLException, IOException {
    Ticker ticker = conversation.ticker();
    long begun = ticker.nanos();
    Tally tally = Tally.NONE;
    for (List<ProvedEvent> page = first; !page.isEmpty(); page = pages.next()) {
      ProveAnswer.Handed handed = ProveAnswer.Handed.of(file(stream, page));
      Files.writeString(
          directory.resolve("proofs-%05d.json".formatted(tally.files() + 1)),
          handed.file().text(),
          StandardOpenOption.CREATE_NEW);
      tally = tally.and(handed);
      if (ticker.nanos() - begun > SILENT.toNanos()) {
        conversation
            .person()
            .tell(
                tally.events()
                    + " events proved up to block "
                    + page.getLast().event().block().number()
                    + " of "
                    + command.to());
      }
    }
    return tally;
  }

  /** Why these may not be all events of these blocks; empty when they are, for good. */
  private Optional<String> doubt(LedgerStore ledger, Stream stream) throws SQLException {
    List<String> doubts = new ArrayList<>();
    long gaps =
        ledger
            .gaps(
                stream.chainId(),
                Scope.of(EscrowReach.escrows(conversation.settings())),
                Ledger.Agreement.IS_A_GAP,
                MOST_GAPS)
            .stream()
            .filter(this::isInside)
            .count();
    if (gaps > 0) {
      doubts.add(
          gaps + (gaps == 1 ? " gap" : " gaps") + " among these blocks (metaops events gaps)");
    }
    if (command.to() > stream.settledNumber()) {
      doubts.add("blocks above " + stream.settledNumber() + " are not final yet");
    }
    return doubts.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", doubts));
  }

  private boolean isInside(Gap gap) {
    return gap.from() <= command.to() && gap.to() >= command.from();
  }

  /** The events of the range, as many at a time as one file takes. */
  private static final class Pages {
    private final CompletenessStore completeness;
    private final long chainId;
    private final long to;
    private long block;
    private int index = -1;

    Pages(CompletenessStore completeness, long chainId, EventsCommand.ProveBlocks command) {
      this.completeness = completeness;
      this.chainId = chainId;
      this.block = command.from();
      this.to = command.to();
    }

    List<ProvedEvent> next() throws SQLException {
      List<ProvedEvent> page = new ArrayList<>();
      long bytes = 0;
      for (ProvedEvent event : completeness.proofs(chainId, block, index, to, A_FILE)) {
        bytes += event.proof().map(ProvedReceipt::proof).map(proof -> proof.length).orElse(0);
        if (bytes > MOST_BYTES && !page.isEmpty()) {
          break;
        }
        page.add(event);
      }
      if (!page.isEmpty()) {
        block = page.getLast().event().block().number();
        index = page.getLast().event().index();
      }
      return page;
    }
  }

  /** What was handed on so far. */
  private record Tally(int files, long proved, long unproved, long broken) {
    static final Tally NONE = new Tally(0, 0, 0, 0);

    Tally and(ProveAnswer.Handed handed) {
      return new Tally(
          files + 1,
          proved + handed.proved(),
          unproved + handed.unproved(),
          broken + handed.broken());
    }

    long events() {
      return proved + unproved + broken;
    }

    ExitCode exit() {
      return broken > 0 ? ExitCode.CRITICAL : unproved > 0 ? ExitCode.WARNING : ExitCode.FINE;
    }
  }

  private record Written(
      Path directory, EventsCommand.ProveBlocks range, Tally tally, Optional<String> doubt)
      implements Picture {
    @Override
    public String shape() {
      return "events-prove-blocks/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          tally.broken() > 0 ? Ink.BAD : tally.unproved() > 0 ? Ink.WARNING : Ink.GOOD,
          tally.proved()
              + " of "
              + tally.events()
              + " events of "
              + name(range.from(), range.to())
              + " proved"
              + (tally.unproved() == 0 ? "" : ", " + tally.unproved() + " without a proof")
              + (tally.broken() == 0 ? "" : ", " + tally.broken() + " BROKEN")
              + ": "
              + tally.files()
              + (tally.files() == 1 ? " file in " : " files in ")
              + directory);
      doubt.ifPresent(why -> page.line(Ink.WARNING, "These may not be all: " + why));
      page.line(Ink.FAINT, "anybody checks them with: metaops events check-proof " + directory);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("directory", directory.toString())
          .put("from_block", range.from())
          .put("to_block", range.to())
          .put("files", tally.files())
          .put("proved", tally.proved())
          .put("unproved", tally.unproved())
          .put("broken", tally.broken());
      doubt.ifPresent(why -> into.put("doubt", why));
    }
  }
}
