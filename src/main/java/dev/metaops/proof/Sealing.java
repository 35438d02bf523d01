package dev.metaops.proof;

/** Whether a header's hash follows from its fields. */
public sealed interface Sealing {
  /**
   * The hash is that of the fields, so that all of them, bloom and receipts root included, are as
   * good as the hash itself.
   */
  record Sealed(SealedHeader header) implements Sealing {}

  /**
   * No encoding known here gives the hash. From one header alone nobody can tell a chain that
   * encodes its headers in another way from a forgery.
   */
  record Unsealed(String why) implements Sealing {}
}
