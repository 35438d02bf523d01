package dev.metaops.records;

import dev.metaops.audit.AuditDirectory;
import dev.metaops.audit.VerifierKey;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.EvidenceCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.evidence.BundleCheck;
import dev.metaops.evidence.BundleReport;
import dev.metaops.evidence.Keyring;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Misconfigured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** Answers {@code evidence}. */
public final class EvidenceAnswers implements Answers<EvidenceCommand> {
  /** A file longer than a bundle is not read. */
  private static final long MOST_BYTES = 256L << 20;

  @Override
  public Answer to(EvidenceCommand command, Conversation conversation) {
    return switch (command) {
      case EvidenceCommand.Export export -> export(export, conversation);
      case EvidenceCommand.Verify(Path file, List<String> keys) -> verify(file, keys, conversation);
    };
  }

  private static Answer export(EvidenceCommand.Export command, Conversation conversation) {
    try {
      return new EvidenceExport(command, conversation).answer();
    } catch (SQLException e) {
      return Answer.couldNot("evidence", "export", "UNKNOWN: " + DatabaseWords.of(e));
    } catch (IOException e) {
      return Answer.couldNot("evidence", "export", "UNKNOWN: " + DatabaseWords.of(e));
    } catch (Misconfigured e) {
      return Answer.couldNot("evidence", "export", String.valueOf(e.getMessage()));
    }
  }

  private static Answer verify(Path file, List<String> keys, Conversation conversation) {
    try {
      if (!Files.isRegularFile(file)) {
        return couldNotVerify(file + " is no file (give what metaops evidence export wrote)");
      }
      if (Files.size(file) > MOST_BYTES) {
        return couldNotVerify(file + " is larger than any bundle (" + MOST_BYTES + " bytes)");
      }
      Keyring keyring =
          keys.isEmpty() ? new Keyring(keptHere(conversation), List.of()) : Keyring.parse(keys);
      return VerifiedBundle.answer(file, BundleCheck.of(Files.readAllBytes(file), keyring));
    } catch (IllegalArgumentException notAKey) {
      return couldNotVerify("--key: not " + notAKey.getMessage());
    } catch (IOException unreadable) {
      return couldNotVerify(file + " cannot be read: " + unreadable.getClass().getSimpleName());
    }
  }

  /** Helps whoever made the bundle; nobody needs them. */
  private static List<VerifierKey> keptHere(Conversation conversation) {
    try {
      return AuditDirectory.allKeys(conversation.settings().environment().dataDirectory());
    } catch (IOException none) {
      return List.of();
    }
  }

  private static Answer couldNotVerify(String sentence) {
    return Answer.couldNot("evidence", "verify", "UNKNOWN: " + sentence);
  }

  /** As the shell hears it. */
  static ExitCode exit(BundleReport report) {
    return switch (report.verdict()) {
      case HOLDS -> ExitCode.FINE;
      case UNVERIFIABLE -> ExitCode.WARNING;
      case REFUSED -> ExitCode.CRITICAL;
      case UNREADABLE -> ExitCode.COULD_NOT;
    };
  }
}
