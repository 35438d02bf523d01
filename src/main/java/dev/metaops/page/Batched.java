package dev.metaops.page;

/** A picture that holds transactions, and can be drawn as a batch of them. */
public interface Batched extends Picture {
  SafeBatch batch();
}
