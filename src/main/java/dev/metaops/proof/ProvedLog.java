package dev.metaops.proof;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.util.List;

/**
 * A log as a proof binds it.
 *
 * @param place within its receipt, from 0; not the block's log index
 * @param topics none to four
 * @param data 0x and an even number of lower-case digits
 */
public record ProvedLog(int place, Address address, List<Hash> topics, String data) {
  public ProvedLog {
    topics = List.copyOf(topics);
  }
}
