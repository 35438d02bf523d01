package dev.metaops.chaos;

/** Hears of each fault as it is put in. Must return at once and never throw. */
@FunctionalInterface
interface Reports {
  void say(Fault fault, String about);
}
