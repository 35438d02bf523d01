package dev.metaops.intervention;

import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.PeopleCommand;
import dev.metaops.command.Shared;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Sentence;
import dev.metaops.plan.SigningKey;
import java.io.IOException;
import java.time.ZoneOffset;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code people}. */
public final class PeopleAnswers implements Answers<PeopleCommand> {
  @Override
  public Answer to(PeopleCommand command, Conversation conversation) {
    return switch (command) {
      case PeopleCommand.MakeKey make -> key(make.person(), conversation);
    };
  }

  private static Answer key(String person, Conversation conversation) {
    var file = new PersonKeyFile(conversation.settings().environment().dataDirectory());
    return switch (file.read()) {
      case PersonKeyFile.Held.Unusable(String why) -> Answer.couldNot("people", "key", why);
      case PersonKeyFile.Held.Key(SigningKey there) ->
          there.person().equals(person)
              ? answer(there, file, "was there already", conversation)
              : Answer.refused(
                  "people",
                  "key",
                  "refused, nothing was changed: "
                      + file.file()
                      + " is the key of "
                      + there.person()
                      + " (one data directory, one person; move it away for another)");
      case PersonKeyFile.Held.None() -> made(person, file, conversation);
    };
  }

  private static Answer made(String person, PersonKeyFile file, Conversation conversation) {
    if (conversation.shared().purpose() == Shared.Purpose.DRY_RUN) {
      return Answer.of(
          ExitCode.FINE,
          new Sentence("people", "key", "dry run: would make a key in " + file.file()));
    }
    SigningKey key = SigningKey.generate(person);
    try {
      file.write(key);
    } catch (IOException e) {
      return Answer.couldNot(
          "people",
          "key",
          "no key was made: "
              + e
              + " (is METAOPS_DATA_DIR a directory of yours, with space left?)");
    }
    return answer(key, file, "made", conversation);
  }

  private static Answer answer(
      SigningKey key, PersonKeyFile file, String how, Conversation conversation) {
    String today = conversation.ticker().now().atOffset(ZoneOffset.UTC).toLocalDate().toString();
    return Answer.of(
        ExitCode.FINE,
        new Screen(
            key.person(),
            key.publicKey().id(),
            key.person() + " " + key.publicKey().text() + " " + today,
            file.file().toString(),
            how));
  }

  private record Screen(String person, String key, String line, String file, String how)
      implements Picture {
    @Override
    public String shape() {
      return "people-key/1";
    }

    @Override
    public void drawText(Page page) {
      page.line("key " + key + " of " + person + " " + how + ": " + file);
      page.line("Its private half never leaves that file. For everybody's metaops.toml:");
      page.blank();
      page.line("[people]");
      page.line("keys = [\"" + line + "\"]");
      page.line("approvers = [\"" + person + "\"]  # if they may approve");
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("person", person)
          .put("key", key)
          .put("line", line)
          .put("file", file)
          .put("how", how);
    }
  }
}
