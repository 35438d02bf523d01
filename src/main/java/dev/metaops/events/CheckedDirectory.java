package dev.metaops.events;

import dev.metaops.command.Answer;
import dev.metaops.command.ExitCode;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.proof.ProofClaim;
import dev.metaops.proof.ProofClaim.Outcome;
import dev.metaops.proof.ProofFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code events check-proof} of a directory: each file of proofs in it, one after the other. */
final class CheckedDirectory {
  private static final int MOST_FILES = 10_000;

  /** Claims that do not hold are named up to here. */
  private static final int MOST_NAMED = 20;

  private final Path directory;
  private final List<String> refuted = new ArrayList<>();

  CheckedDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * One file.
   *
   * @param why it is not a file of proofs; empty when it is
   */
  private record Checked(
      String name, String what, long proved, long refuted, long unproved, Optional<String> why) {
    ExitCode exit() {
      return why.isPresent()
          ? ExitCode.COULD_NOT
          : refuted > 0 ? ExitCode.CRITICAL : unproved > 0 ? ExitCode.WARNING : ExitCode.FINE;
    }
  }

  Answer answer() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files =
          all.filter(file -> file.toString().endsWith(".json"))
              .sorted()
              .limit(MOST_FILES + 1L)
              .toList();
    }
    if (files.isEmpty() || files.size() > MOST_FILES) {
      return Answer.couldNot(
          "events",
          "check-proof",
          "UNKNOWN: "
              + directory
              + (files.isEmpty()
                  ? " holds no file of proofs (expected: NAME.json)"
                  : " holds more than " + MOST_FILES + " files"));
    }
    List<Checked> checked = new ArrayList<>();
    for (Path file : files) {
      checked.add(checked(file));
    }
    ExitCode exit =
        checked.stream().map(Checked::exit).reduce(ExitCode.FINE, (one, other) -> one.worst(other));
    return new Answer(
        exit,
        new Screen(directory, checked, List.copyOf(refuted), exit),
        List.of(CheckedProofs.TRUST));
  }

  private Checked checked(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      if (Files.size(file) > ProofFile.MOST_TEXT) {
        return unreadable(name, "larger than " + ProofFile.MOST_TEXT + " bytes");
      }
      return switch (ProofFile.read(Files.readString(file))) {
        case ProofFile.Reading.Unreadable(String why) -> unreadable(name, why);
        case ProofFile.Reading.Read(ProofFile read) ->
            read.claims().isEmpty() ? unreadable(name, "it holds no proof") : counted(name, read);
      };
    } catch (IOException unreadable) {
      return unreadable(name, "cannot be read: " + unreadable.getClass().getSimpleName());
    }
  }

  private static Checked unreadable(String name, String why) {
    return new Checked(name, "", 0, 0, 0, Optional.of(why));
  }

  private Checked counted(String name, ProofFile read) {
    long proved = 0;
    long wrong = 0;
    long unproved = 0;
    for (ProofClaim claim : read.claims()) {
      switch (claim.check()) {
        case Outcome.Holds _ -> proved++;
        case Outcome.Unproved _ -> unproved++;
        case Outcome.Refuted(String why) -> {
          wrong++;
          if (refuted.size() < MOST_NAMED) {
            refuted.add(
                name + ": log " + claim.log() + " of block " + claim.block().number() + ": " + why);
          }
        }
      }
    }
    return new Checked(name, read.order(), proved, wrong, unproved, Optional.empty());
  }

  private record Screen(Path directory, List<Checked> files, List<String> refuted, ExitCode exit)
      implements Picture {
    @Override
    public String shape() {
      return "events-check-proofs/1";
    }

    private long proved() {
      return files.stream().mapToLong(Checked::proved).sum();
    }

    private long wrong() {
      return files.stream().mapToLong(Checked::refuted).sum();
    }

    private long unproved() {
      return files.stream().mapToLong(Checked::unproved).sum();
    }

    @Override
    public void drawText(Page page) {
      List<Checked> unread = files.stream().filter(file -> file.why().isPresent()).toList();
      page.line(
          exit == ExitCode.FINE ? Ink.GOOD : exit == ExitCode.WARNING ? Ink.WARNING : Ink.BAD,
          proved()
              + " of "
              + (proved() + wrong() + unproved())
              + " events proved"
              + (wrong() == 0 ? "" : ", " + wrong() + " REFUTED")
              + (unproved() == 0 ? "" : ", " + unproved() + " without a proof")
              + " in "
              + files.size()
              + (files.size() == 1 ? " file" : " files")
              + (unread.isEmpty() ? "" : ", " + unread.size() + " of them UNREADABLE"));
      refuted.forEach(sentence -> page.line(Ink.BAD, "REFUTED " + sentence));
      unread.stream()
          .limit(MOST_NAMED)
          .forEach(file ->
              page.line(Ink.BAD, "UNREADABLE " + file.name() + ": " + file.why().orElse("")));
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("directory", directory.toString())
          .put("proved", proved())
          .put("refuted", wrong())
          .put("unproved", unproved());
      ArrayNode all = into.putArray("files");
      for (Checked file : files) {
        ObjectNode json =
            all.addObject()
                .put("file", file.name())
                .put("what", file.what())
                .put("proved", file.proved())
                .put("refuted", file.refuted())
                .put("unproved", file.unproved());
        file.why().ifPresent(why -> json.put("why", why));
      }
      ArrayNode sentences = into.putArray("refutations");
      refuted.forEach(sentences::add);
    }
  }
}
