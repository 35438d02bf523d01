package dev.metaops.orderdesk;

import dev.metaops.command.OrderCommand;
import dev.metaops.order.Witnesses;
import java.time.Duration;
import java.util.Optional;

/** A {@code order bulk-fix} as it is typed. */
record BulkLine(OrderCommand.BulkFix command) {
  /** The same, to be carried out without asking. */
  String applying(int most) {
    return again() + " --execute --max " + most;
  }

  /** The same again. */
  String again() {
    StringBuilder line = new StringBuilder("metaops order bulk-fix");
    switch (command.choice()) {
      case OrderCommand.Choice.Stuck(Optional<Duration> age) ->
          age.ifPresent(given -> line.append(' ').append(hours(given)));
      case OrderCommand.Choice.Listed _, OrderCommand.Choice.Piped _ -> {}
    }
    boolean isAged =
        !(command.choice() instanceof OrderCommand.Choice.Stuck(Optional<Duration> age))
            || age.isPresent();
    command.only().ifPresent(state -> line.append(isAged ? " " : " --new-state ").append(state));
    boolean isPlaced = isAged && command.only().isPresent();
    command
        .reason()
        .ifPresent(why -> line.append(isPlaced ? " " : " --reason ").append(quoted(why)));
    switch (command.choice()) {
      case OrderCommand.Choice.Stuck _ -> {}
      case OrderCommand.Choice.Listed(var file) ->
          line.append(" --ids ").append(quoted(file.toString()));
      case OrderCommand.Choice.Piped() -> line.append(" --ids -");
    }
    if (command.witnesses() == Witnesses.ONE_IS_ENOUGH) {
      line.append(" --accept-one-provider");
    }
    return line.toString();
  }

  private static String hours(Duration age) {
    return age.equals(Duration.ofHours(age.toHours()))
        ? Long.toString(age.toHours())
        : age.equals(Duration.ofMinutes(age.toMinutes()))
            ? age.toMinutes() + "m"
            : age.toSeconds() + "s";
  }

  /** As a shell takes it for one word. */
  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9._/:+@%-]+")
        ? word
        : word.matches("[^\"$`\\\\!\\p{Cc}]*")
            ? '"' + word + '"'
            : "'" + word.replace("'", "'\\''") + "'";
  }
}
