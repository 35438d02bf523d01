package dev.metaops.page;

import tools.jackson.databind.node.ObjectNode;

/** A command's result, drawn twice: as text for people and as JSON for programs. */
public interface Picture {
  /** The documented JSON shape and its version: {@code order-check-stuck/1}. */
  String shape();

  void drawText(Page page);

  /** Fills everything but {@code shape}. */
  void drawJson(ObjectNode into);

  /** Whether all was shown while the command ran, line by line, and nothing is left to draw. */
  default boolean isShown() {
    return false;
  }
}
