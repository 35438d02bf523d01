package dev.metaops.setup;

import dev.metaops.page.Page;
import java.util.List;

/** A configuration file, written from what looking told. Pure. */
final class ConfigInitText {
  private static final int WIDTH = 100;
  private static final List<String> SECTIONS =
      List.of(
          "environment",
          "orders",
          "orders.columns",
          "chain",
          "escrow",
          "escrow.events",
          "ops",
          "listen");

  private ConfigInitText() {}

  /** Parses as TOML whatever the table and the chain say. */
  static String of(List<ConfigLine> lines) {
    StringBuilder text = new StringBuilder();
    comment(
        text,
        "Written by metaops config init. What it could tell stands here with where it came from;"
            + " what it could not tell is commented out, with why and how to find out.");
    comment(
        text,
        "Secrets are not in this file: they stay in the variables that are named here, or in files"
            + " (RPC_URL_FILE, chain.rpc-url-file). All keys: docs/config.md. Check it with"
            + " metaops config check, then metaops doctor.");
    for (String section : SECTIONS) {
      List<ConfigLine> its = lines.stream().filter(line -> line.section().equals(section)).toList();
      if (!its.isEmpty()) {
        text.append("\n[").append(section).append("]\n");
        its.forEach(line -> line(text, line));
      }
    }
    text.append('\n');
    comment(
        text,
        "What the venue's clients ask, metaops can ask too, and compare what it says of an order"
            + " with the order's row: a table [frontend.NAME] for each, with url and state-at."
            + " docs/config.md shows two.");
    return text.toString();
  }

  private static void line(StringBuilder text, ConfigLine line) {
    switch (line) {
      case ConfigLine.Told(_, String name, String toml, String why) -> {
        comment(text, why);
        text.append(name).append(" = ").append(toml).append('\n');
      }
      case ConfigLine.Untold(_, String name, String toml, String why, _) -> {
        comment(text, why);
        text.append("# ").append(name).append(" = ").append(toml).append('\n');
      }
      case ConfigLine.Remark(_, String remark, _) -> comment(text, remark);
    }
  }

  private static void comment(StringBuilder text, String sentence) {
    StringBuilder line = new StringBuilder("#");
    for (String word : Page.printable(sentence).split(" ", -1)) {
      if (line.length() + 1 + word.length() > WIDTH && line.length() > 1) {
        text.append(line).append('\n');
        line = new StringBuilder("#");
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }
}
