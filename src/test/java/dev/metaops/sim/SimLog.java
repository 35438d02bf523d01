package dev.metaops.sim;

import java.util.ArrayList;
import java.util.List;

/** A log as its contract emits it; where it comes to stand is its block's. */
record SimLog(String address, List<String> topics, String data) {
  byte[] rlp() {
    return SimBytes.list(
        List.of(
            SimBytes.item(SimBytes.bytes(address)),
            SimBytes.list(
                topics.stream().map(topic -> SimBytes.item(SimBytes.bytes(topic))).toList()),
            SimBytes.item(SimBytes.bytes(data))));
  }

  /** The 256 bytes of the addresses and topics of these logs. */
  static byte[] bloom(List<SimLog> logs) {
    byte[] bloom = new byte[256];
    for (SimLog log : logs) {
      List<String> items = new ArrayList<>(log.topics());
      items.add(log.address());
      for (String item : items) {
        byte[] hash = SimBytes.keccak(SimBytes.bytes(item));
        for (int pair = 0; pair < 6; pair += 2) {
          int bit = ((hash[pair] & 7) << 8) | (hash[pair + 1] & 0xff);
          bloom[255 - bit / 8] |= (byte) (1 << (bit % 8));
        }
      }
    }
    return bloom;
  }
}
