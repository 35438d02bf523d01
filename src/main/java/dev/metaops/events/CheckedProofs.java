package dev.metaops.events;

import dev.metaops.command.Answer;
import dev.metaops.command.ExitCode;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.proof.ProofClaim;
import dev.metaops.proof.ProofClaim.Outcome;
import dev.metaops.proof.ProofFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code events check-proof}: what the proofs in a file come to; nobody is asked. */
final class CheckedProofs {
  static final String TRUST =
      "Proved is that the block of this hash holds the log. Compare the hash with one from a source"
          + " you trust; transaction hashes, the chain and the order's name are as the file says.";

  private CheckedProofs() {}

  /** A claim and what came of it. */
  private record Checked(ProofClaim claim, Outcome outcome) {}

  static Answer answer(Path file) {
    try {
      if (Files.isDirectory(file)) {
        return new CheckedDirectory(file).answer();
      }
      if (!Files.isRegularFile(file)) {
        return couldNot(
            file, "is neither a file nor a directory (give what metaops events prove wrote)");
      }
      if (Files.size(file) > ProofFile.MOST_TEXT) {
        return couldNot(file, "is larger than " + ProofFile.MOST_TEXT + " bytes");
      }
      return switch (ProofFile.read(Files.readString(file))) {
        case ProofFile.Reading.Unreadable(String why) ->
            couldNot(file, "is not a file of proofs: " + why);
        case ProofFile.Reading.Read(ProofFile read) -> checked(file, read);
      };
    } catch (CharacterCodingException _) {
      return couldNot(file, "is not text (expected: JSON in UTF-8)");
    } catch (IOException unreadable) {
      return couldNot(file, "cannot be read: " + unreadable.getClass().getSimpleName());
    }
  }

  private static Answer couldNot(Path file, String why) {
    return Answer.couldNot("events", "check-proof", "UNKNOWN: " + file + " " + why);
  }

  private static Answer checked(Path file, ProofFile read) {
    if (read.claims().isEmpty()) {
      return couldNot(file, "holds no proof");
    }
    List<Checked> checked = new ArrayList<>();
    for (ProofClaim claim : read.claims()) {
      checked.add(new Checked(claim, claim.check()));
    }
    Screen screen = new Screen(file, read, List.copyOf(checked));
    return new Answer(screen.exit(), screen, List.of(TRUST));
  }

  private record Screen(Path file, ProofFile read, List<Checked> checked) implements Picture {
    ExitCode exit() {
      return count("REFUTED") > 0
          ? ExitCode.CRITICAL
          : count("UNPROVED") > 0 ? ExitCode.WARNING : ExitCode.FINE;
    }

    private long count(String word) {
      return checked.stream().filter(each -> word(each.outcome()).equals(word)).count();
    }

    @Override
    public String shape() {
      return "events-check-proof/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(headlineInk(), headline());
      var table =
          new Table()
              .column("")
              .column("event")
              .column("block", Table.Side.RIGHT)
              .column("log", Table.Side.RIGHT)
              .column("contract")
              .column("what is proved, or why not");
      for (Checked each : checked) {
        ProofClaim claim = each.claim();
        table.row(
            List.of(
                Table.Cell.of(ink(each.outcome()), word(each.outcome())),
                Table.Cell.of(claim.event()),
                Table.Cell.of(Long.toString(claim.block().number())),
                Table.Cell.of(Integer.toString(claim.log())),
                Table.Cell.of(claim.contract().text()),
                Table.Cell.of(sentence(each.outcome()))));
      }
      page.table(table);
      checked.stream()
          .map(each -> each.claim().block())
          .distinct()
          .forEach(block ->
              page.line(Ink.FAINT, "block " + block.number() + " has the hash " + block.hash()));
    }

    private String headline() {
      return "Order "
          + read.order()
          + " on chain "
          + read.chainId()
          + ": "
          + count("PROVED")
          + " of "
          + checked.size()
          + " events proved"
          + (count("REFUTED") == 0 ? "" : ", " + count("REFUTED") + " REFUTED")
          + (count("UNPROVED") == 0 ? "" : ", " + count("UNPROVED") + " without a proof");
    }

    private Ink headlineInk() {
      return count("REFUTED") > 0 ? Ink.BAD : count("UNPROVED") > 0 ? Ink.WARNING : Ink.GOOD;
    }

    private static Ink ink(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Holds _ -> Ink.GOOD;
        case Outcome.Refuted _ -> Ink.BAD;
        case Outcome.Unproved _ -> Ink.WARNING;
      };
    }

    private static String word(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Holds _ -> "PROVED";
        case Outcome.Refuted _ -> "REFUTED";
        case Outcome.Unproved _ -> "UNPROVED";
      };
    }

    private static String sentence(Outcome outcome) {
      return switch (outcome) {
        case Outcome.Holds(var proved, var log) ->
            "log "
                + log.place()
                + " of transaction "
                + proved.transactionIndex()
                + " at "
                + proved.time()
                + ", topics "
                + log.topics();
        case Outcome.Refuted(String why) -> why;
        case Outcome.Unproved _ -> "a node said so, and no more";
      };
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("file", file.toString())
          .put("order", read.order())
          .put("chain", read.chainId())
          .put("proved", count("PROVED"))
          .put("refuted", count("REFUTED"))
          .put("unproved", count("UNPROVED"));
      ArrayNode events = into.putArray("events");
      for (Checked each : checked) {
        ProofClaim claim = each.claim();
        ObjectNode event =
            events
                .addObject()
                .put("event", claim.event())
                .put("block", claim.block().number())
                .put("block_hash", claim.block().hash().text())
                .put("transaction", claim.transaction().text())
                .put("contract", claim.contract().text())
                .put("log", claim.log())
                .put("outcome", word(each.outcome()));
        drawOutcome(event, each.outcome());
      }
    }

    private static void drawOutcome(ObjectNode event, Outcome outcome) {
      switch (outcome) {
        case Outcome.Holds(var proved, var log) -> {
          event
              .put("time", proved.time().toString())
              .put("parent_hash", proved.parentHash().text())
              .put("receipts_root", proved.receiptsRoot().text())
              .put("transaction_index", proved.transactionIndex())
              .put("place", log.place())
              .put("data", log.data());
          ArrayNode topics = event.putArray("topics");
          log.topics().forEach(topic -> topics.add(topic.text()));
        }
        case Outcome.Refuted(String why) -> event.put("why", why);
        case Outcome.Unproved _ -> event.put("why", sentence(outcome));
      }
    }
  }
}
