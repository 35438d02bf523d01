package dev.metaops.services;

/** Whether what was asked of a supervisor was taken up. */
sealed interface Done {
  record Taken() implements Done {}

  record Not(String why) implements Done {}
}
