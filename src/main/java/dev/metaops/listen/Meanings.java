package dev.metaops.listen;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.Escrows;
import dev.metaops.ledger.Quarantined;
import dev.metaops.ledger.Reread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What logs of watched contracts mean: events, those that cannot be read, those nobody mapped. */
record Meanings(List<EscrowEvent> events, List<Quarantined> quarantined, List<Log> unmapped) {
  Meanings {
    events = List.copyOf(events);
    quarantined = List.copyOf(quarantined);
    unmapped = List.copyOf(unmapped);
  }

  /** Those nobody mapped, and whether that is because their deployment does not count there. */
  List<Reread.Unread> unread(Escrows escrows) {
    return unmapped.stream()
        .map(log ->
            new Reread.Unread(
                log,
                escrows.profile().decode(log) instanceof Decoded.Unmapped
                    ? Reread.Unread.Why.UNMAPPED
                    : Reread.Unread.Why.OUTSIDE))
        .toList();
  }

  static Meanings of(List<Log> logs, Escrows escrows) {
    var events = new ArrayList<EscrowEvent>();
    var quarantined = new ArrayList<Quarantined>();
    var unmapped = new ArrayList<Log>();
    for (Log log : logs) {
      switch (escrows.decode(log)) {
        case Decoded.Event(EscrowEvent event) -> events.add(event);
        case Decoded.Undecodable(Hash _, Optional<Hash> key, String why) ->
            quarantined.add(new Quarantined(log, key, why));
        case Decoded.Unmapped _ -> unmapped.add(log);
      }
    }
    return new Meanings(events, quarantined, unmapped);
  }
}
