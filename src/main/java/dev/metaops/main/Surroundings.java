package dev.metaops.main;

import dev.metaops.page.Page;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * What the process was started in.
 *
 * @param terminals which of {@code in}, {@code out}, {@code err} are a terminal, as the launcher
 *     saw
 */
record Surroundings(
    Map<String, String> environment,
    Path workingDirectory,
    Path home,
    Set<String> terminals,
    InputStream in,
    PrintStream out,
    PrintStream err) {

  Page.Colour colour() {
    boolean isWanted = environment.getOrDefault("NO_COLOR", "").isEmpty();
    return terminals.contains("out") && isWanted ? Page.Colour.ANSI : Page.Colour.NONE;
  }

  boolean hasSomeoneToAsk() {
    return terminals.contains("in") && terminals.contains("err");
  }
}
