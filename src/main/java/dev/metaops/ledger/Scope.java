package dev.metaops.ledger;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.Escrows;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;

/** Names what a certificate speaks of, so that another configuration does not inherit it. */
public final class Scope {
  private Scope() {}

  /**
   * The first 16 bytes, in hex, of SHA-256 over the contracts always watched and the first topics
   * of the mapped events, sorted.
   */
  public static String of(Escrows escrows) {
    StringBuilder text = new StringBuilder("metaops-scope-v1");
    new TreeSet<>(escrows.contracts().stream().map(Address::text).toList())
        .forEach(address -> text.append('\n').append(address));
    new TreeSet<>(escrows.profile().watchedTopics().stream().map(Hash::text).toList())
        .forEach(topic -> text.append('\n').append(topic));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
