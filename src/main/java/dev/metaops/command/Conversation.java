package dev.metaops.command;

import dev.metaops.config.Configuration;
import dev.metaops.config.Settings;
import dev.metaops.time.Ticker;

/**
 * What a command has beside its own words.
 *
 * @param configuration the settings and where each came from
 * @param shared the options every verb takes
 * @param person who may be told and asked while the command runs
 */
public record Conversation(
    Configuration configuration, Shared shared, Person person, Ticker ticker) {
  public Settings settings() {
    return configuration.settings();
  }
}
