package dev.metaops.rpc;

/** What one of several nodes said. */
public sealed interface Heard<T> {
  /** The node it is about. */
  Provider by();

  record Said<T>(Provider by, T value) implements Heard<T> {}

  /** It gave no usable answer in time, belongs to another chain, or is in quarantine. */
  record Silent<T>(Provider by, RpcFailure failure) implements Heard<T> {}
}
