package dev.metaops.events;

import dev.metaops.chain.Hex;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.EventsCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.ProvedEvent;
import dev.metaops.ledger.ProvedReceipt;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrderRow;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.proof.ProofClaim;
import dev.metaops.proof.ProofClaim.Outcome;
import dev.metaops.proof.ProofFile;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code events prove}: an order's proofs out of the ledger, each checked before it is handed on.
 */
final class ProveAnswer {
  private final EventsCommand.Prove command;
  private final Conversation conversation;

  ProveAnswer(EventsCommand.Prove command, Conversation conversation) {
    this.command = command;
    this.conversation = conversation;
  }

  Answer answer() {
    try (Books books =
        Books.open(conversation, "metaops events prove", Reach.deadline(conversation))) {
      return switch (books.orders().find(command.order().text())) {
        case Match.One(OrderRow row) -> of(books, row);
        case Match.None() -> couldNot(command.order().notFound());
        case Match.Several(var ids) ->
            couldNot(
                command.order().text()
                    + " begins several orders: "
                    + String.join(", ", ids)
                    + " (give more of it)");
      };
    } catch (Misconfigured wrong) {
      return couldNot(String.valueOf(wrong.getMessage()));
    } catch (SQLException failure) {
      return couldNot("UNKNOWN: " + DatabaseWords.of(failure));
    }
  }

  private static Answer couldNot(String sentence) {
    return Answer.couldNot("events", "prove", sentence);
  }

  private Answer of(Books books, OrderRow row) throws SQLException {
    Optional<LedgerStore> ledger = books.ledger();
    if (ledger.isEmpty()) {
      return couldNot("UNKNOWN: there is no ledger: " + books.without());
    }
    if (row.terms().key().isEmpty()) {
      return couldNot("order " + row.id() + " has no escrow key, so no event is its own");
    }
    List<ProvedEvent> events = ledger.get().completeness().proofs(row.terms().key().get());
    if (events.isEmpty()) {
      return couldNot("the ledger has no event of order " + row.id());
    }
    ProofFile file =
        new ProofFile(
            events.getFirst().chainId(),
            Page.printable(row.id()),
            events.stream().map(ProveAnswer::claim).toList());
    Handed handed = Handed.of(file);
    return command.to().isEmpty()
        ? Answer.of(handed.exit(), new Printed(file))
        : written(command.to().get(), handed);
  }

  static ProofClaim claim(ProvedEvent event) {
    int log = event.event().index();
    return new ProofClaim(
        event.event().block(),
        event.event().transaction(),
        log,
        event.proof().map(ProvedReceipt::firstLog).orElse(log),
        event.contract(),
        event.event().kind(),
        event.proof().map(receipt -> Hex.text(receipt.proof())));
  }

  private static Answer written(Path to, Handed handed) {
    try {
      Files.writeString(to, handed.file().text(), StandardOpenOption.CREATE_NEW);
      return Answer.of(handed.exit(), new Written(to, handed));
    } catch (FileAlreadyExistsException _) {
      return Answer.refused("events", "prove", to + " is there already (give another name)");
    } catch (IOException failure) {
      return couldNot(to + " cannot be written: " + failure.getClass().getSimpleName());
    }
  }

  /** What is handed on, and what of it holds. */
  record Handed(ProofFile file, long proved, long unproved, long broken) {
    static Handed of(ProofFile file) {
      List<Outcome> outcomes = file.claims().stream().map(ProofClaim::check).toList();
      return new Handed(
          file,
          outcomes.stream().filter(Outcome.Holds.class::isInstance).count(),
          outcomes.stream().filter(Outcome.Unproved.class::isInstance).count(),
          outcomes.stream().filter(Outcome.Refuted.class::isInstance).count());
    }

    ExitCode exit() {
      return broken > 0 ? ExitCode.CRITICAL : unproved > 0 ? ExitCode.WARNING : ExitCode.FINE;
    }
  }

  /** The file itself, to standard output. */
  record Printed(ProofFile file) implements Picture {
    @Override
    public String shape() {
      return ProofFile.SHAPE;
    }

    @Override
    public void drawText(Page page) {
      page.raw(file.text().stripTrailing());
    }

    @Override
    public void drawJson(ObjectNode into) {
      file.drawInto(into);
    }
  }

  private record Written(Path to, Handed handed) implements Picture {
    @Override
    public String shape() {
      return "events-prove/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          handed.broken() > 0 ? Ink.BAD : handed.unproved() > 0 ? Ink.WARNING : Ink.GOOD,
          handed.proved()
              + " of "
              + handed.file().claims().size()
              + " events of order "
              + handed.file().order()
              + " proved"
              + (handed.unproved() == 0 ? "" : ", " + handed.unproved() + " without a proof")
              + (handed.broken() == 0 ? "" : ", " + handed.broken() + " BROKEN")
              + ": "
              + to);
      page.line(Ink.FAINT, "anybody checks it with: metaops events check-proof " + to);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("file", to.toString())
          .put("order", handed.file().order())
          .put("chain", handed.file().chainId())
          .put("proved", handed.proved())
          .put("unproved", handed.unproved())
          .put("broken", handed.broken());
    }
  }
}
