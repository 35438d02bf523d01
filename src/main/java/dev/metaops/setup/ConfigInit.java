package dev.metaops.setup;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.command.Answer;
import dev.metaops.command.ConfigCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Shared;
import dev.metaops.config.Problem;
import dev.metaops.config.Settings;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.KeyRule;
import dev.metaops.escrow.Words;
import dev.metaops.orders.Column;
import dev.metaops.orders.TableSurvey;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Answers {@code config init}: looks, makes something of it, writes it down. */
final class ConfigInit {
  private static final String NOUN = "config";
  private static final String VERB = "init";

  private final ConfigCommand.Init command;
  private final Conversation conversation;
  private final Settings settings;

  ConfigInit(ConfigCommand.Init command, Conversation conversation) {
    this.command = command;
    this.conversation = conversation;
    this.settings = conversation.settings();
  }

  Answer answer() {
    Path path = conversation.configuration().where().workingDirectory().resolve(command.out());
    ConfigInitFile file = new ConfigInitFile(path.normalize());
    boolean isWanted = conversation.shared().purpose() == Shared.Purpose.REAL;
    if (isWanted && file.isThere() && command.replace() == ConfigCommand.Replace.NEVER) {
      return Answer.refused(
          NOUN,
          VERB,
          file.file()
              + " is there already, nothing was written (--force replaces it and keeps the old one,"
              + " --out FILE writes elsewhere, --dry-run shows what would be written)");
    }
    ConfigInitSeen seen = new ConfigInitLook(conversation, Reach.deadline(conversation)).look();
    List<ConfigLine> lines = ConfigInitDoors.withEarlier(made(seen), conversation.configuration());
    if (!sawAnything(seen)) {
      return nothingSeen(lines);
    }
    String text = ConfigInitText.of(lines);
    try {
      Optional<Path> kept = isWanted ? file.write(text) : Optional.empty();
      return new Answer(
          exit(lines),
          new ConfigInitPicture(file.file(), kept, isWanted ? "" : text, lines),
          problems());
    } catch (IOException unwritten) {
      return Answer.couldNot(
          NOUN,
          VERB,
          file.file()
              + " could not be written, "
              + unwritten
              + " (--out FILE writes elsewhere, --dry-run shows what would be written)");
    }
  }

  private static boolean sawAnything(ConfigInitSeen seen) {
    return seen.chain() instanceof ConfigInitSeen.Chain.Read
        || seen.table() instanceof ConfigInitSeen.Table.Read
        || seen.table() instanceof ConfigInitSeen.Table.NotThere;
  }

  private Answer nothingSeen(List<ConfigLine> lines) {
    List<String> notes = new ArrayList<>(problems());
    lines.stream()
        .filter(ConfigLine::isHeavy)
        .forEach(line -> {
          if (line instanceof ConfigLine.Remark(_, String text, _)) {
            notes.add(text);
          }
        });
    Answer bare =
        Answer.couldNot(NOUN, VERB, "nothing could be looked at, and so nothing was written");
    return new Answer(bare.exit(), bare.picture(), notes);
  }

  private List<String> problems() {
    return conversation.configuration().problems().stream().map(Problem::sentence).toList();
  }

  private ExitCode exit(List<ConfigLine> lines) {
    return conversation.configuration().problems().isEmpty()
            && lines.stream().noneMatch(ConfigLine::isHeavy)
        ? ExitCode.FINE
        : ExitCode.WARNING;
  }

  /** What is made of what was seen. */
  private List<ConfigLine> made(ConfigInitSeen seen) {
    Optional<ProfileGuess> profile = profile(seen.contract());
    Optional<TableSurvey> survey =
        seen.table() instanceof ConfigInitSeen.Table.Read read
            ? Optional.of(read.survey())
            : Optional.empty();
    Optional<KeyGuess> keys =
        survey.flatMap(table -> profile.flatMap(guess -> keys(table, guess, seen.contract())));
    List<ConfigLine> lines = new ArrayList<>();
    lines.add(
        ConfigLine.untold(
            "environment",
            "name",
            settings.environment().name().equals("unnamed")
                ? "production"
                : settings.environment().name(),
            "What every command calls this environment is for people to say ($METAOPS_ENVIRONMENT"
                + " does too).",
            ConfigLine.Weight.LIGHT));
    lines.addAll(ConfigInitDoors.secrets(conversation.configuration()));
    lines.addAll(ConfigInitOrders.lines(seen.table(), keys));
    lines.addAll(neighbours(seen.neighbours()));
    lines.addAll(ConfigInitChain.lines(seen.chain(), settings.chain().expectedChainId()));
    lines.addAll(
        ConfigInitEscrow.lines(
            seen.contract(),
            profile,
            keys,
            survey.map(table -> table.newest().size()).orElse(0),
            settings.escrow().abi().flatMap(_ -> abi())));
    return lines;
  }

  private Optional<EscrowAbi> abi() {
    try {
      return Optional.of(EscrowReach.abi(settings.escrow()));
    } catch (Misconfigured unreadable) {
      return Optional.empty(); // config check and doctor say so
    }
  }

  private Optional<ProfileGuess> profile(ConfigInitSeen.Contract contract) {
    return contract instanceof ConfigInitSeen.Contract.Read read
            && !read.observation().code().isEmpty()
        ? Optional.of(
            ProfileGuess.of(
                read.observation().running(),
                read.recent().logs(),
                EscrowAbi.parse(EscrowReach.text(Optional.empty())),
                settings.escrow().factoryEvent()))
        : Optional.empty();
  }

  private Optional<KeyGuess> keys(
      TableSurvey table, ProfileGuess profile, ConfigInitSeen.Contract contract) {
    if (!(contract instanceof ConfigInitSeen.Contract.Read read)) {
      return Optional.empty();
    }
    boolean isPerOrder = profile.fit() != ProfileGuess.Fit.REGISTRY;
    Set<Hash> named = new HashSet<>();
    for (Log log : read.recent().logs()) {
      log.topics().stream().skip(1).forEach(named::add);
      if (isPerOrder && table.said().containsKey(Column.ESCROW_CONTRACT)) {
        named.add(Words.of(log.address()));
      }
    }
    List<KeyRule> rules =
        isPerOrder
            ? List.of(KeyRule.CONTRACT)
            : List.of(KeyRule.DERIVED, KeyRule.KECCAK_ID, KeyRule.UINT_ID, KeyRule.BYTES32_ID);
    return KeyGuess.best(
        table,
        named,
        table.said().containsKey(Column.ESCROW_KEY)
            ? Stream.concat(Stream.of(KeyRule.COLUMN), rules.stream()).toList()
            : rules,
        Stream.of(table.map().amountDecimals(), 0, 18, 6).distinct().toList());
  }

  private static List<ConfigLine> neighbours(List<Neighbours> neighbours) {
    return neighbours.stream()
        .map(each ->
            ConfigLine.remark(
                "orders",
                "A process that sounds like the venue's own listener, which writes the rows: "
                    + each.name()
                    + " ("
                    + each.supervisor()
                    + ", "
                    + each.state()
                    + "). metaops services discover proposes its table."))
        .toList();
  }
}
