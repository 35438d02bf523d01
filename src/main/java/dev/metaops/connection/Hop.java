package dev.metaops.connection;

import java.util.Locale;

/** One stage of the way to a server, in the order they are taken. */
public enum Hop {
  DNS,
  TCP,
  TLS,
  /** Whether our own embedded server runs at all. */
  INSTANCE,
  /** The WebSocket's opening over HTTP. */
  HANDSHAKE,
  AUTHENTICATION,
  REQUEST,
  SUBSCRIPTION,
  FIRST_HEAD;

  /** As on screens and in JSON: {@code first-head}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
