package dev.metaops.connection;

/** What a client asks of a server's certificate before it goes on. */
enum Demand {
  /** A known issuer and the right name, as HTTPS and {@code sslmode=verify-full} do. */
  ISSUER_AND_NAME,
  /** A known issuer: {@code sslmode=verify-ca}. */
  ISSUER,
  /** Encryption alone: {@code sslmode=require}. */
  NOTHING
}
