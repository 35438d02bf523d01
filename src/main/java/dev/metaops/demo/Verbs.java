package dev.metaops.demo;

import dev.metaops.command.Answer;
import dev.metaops.command.Command;
import dev.metaops.command.Conversation;
import dev.metaops.command.Nouns;
import dev.metaops.command.Person;
import dev.metaops.command.Shared;
import dev.metaops.time.Ticker;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** metaops' own verbs, run in the demo's world and shown on its tape. */
final class Verbs {
  /** What a row may be without anything contradicting it. */
  private static final Set<String> HARMLESS = Set.of("WAITING", "NOT_FINAL", "CONSISTENT");

  private final World world;
  private final Nouns nouns;
  private final Tape tape;
  private final Ticker ticker;

  Verbs(World world, Nouns nouns, Tape tape, Ticker ticker) {
    this.world = world;
    this.nouns = nouns;
    this.tape = tape;
    this.ticker = ticker;
  }

  /**
   * What a verb answered.
   *
   * @param json the same as {@code -o json} prints, without its shape
   */
  record Answered(int exit, ObjectNode json) {
    /** A value of the JSON as text, {@code nothing} when it is not there. */
    String at(String... path) {
      JsonNode node = json;
      for (String name : path) {
        node = node.path(name);
      }
      return node.asString("nothing");
    }

    /** Of a check-stuck: which orders the chain contradicts. */
    Set<String> contradicting() {
      var found = new TreeSet<String>();
      for (JsonNode order : json.path("orders")) {
        if (!HARMLESS.contains(order.path("verdict").asString(""))) {
          found.add(order.path("order").asString(""));
        }
      }
      return found;
    }
  }

  /**
   * Runs the verb as the command line would with {@code --demo}, and prints what it prints.
   *
   * @param words what a person would type for it
   */
  Answered ask(String words, Command command) {
    return ask(words, command, Optional.empty());
  }

  /** The same with a person who types this when asked. */
  Answered ask(String words, Command command, String typed) {
    return ask(words, command, Optional.of(typed));
  }

  private Answered ask(String words, Command command, Optional<String> typed) {
    tape.hold();
    tape.command(words);
    var conversation =
        new Conversation(world.configuration(), Shared.STANDARD, new Onlooker(tape, typed), ticker);
    Answer answer = command.askOf(nouns, conversation);
    tape.printed(answer.picture());
    answer.notes().forEach(tape::printed);
    tape.release();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    answer.picture().drawJson(json);
    return new Answered(answer.exit().status(), json);
  }

  /** Types one thing, or nothing; what is shown goes on the tape. */
  private record Onlooker(Tape tape, Optional<String> typed) implements Person {
    @Override
    public void tell(String sentence) {
      tape.printed(sentence);
    }

    @Override
    public void show(String lines) {
      lines.lines().forEach(tape::printed);
    }

    @Override
    public Optional<String> ask(String question) {
      typed.ifPresent(word -> tape.printed(question + " " + word));
      return typed;
    }
  }
}
