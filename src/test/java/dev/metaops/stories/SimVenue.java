package dev.metaops.stories;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.Escrows;
import dev.metaops.order.OrderTerms;
import dev.metaops.sim.SimChain;
import dev.metaops.sim.SimOrder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What the simulated market's contract and orders are to metaops. */
final class SimVenue {
  private static final EscrowProfile PROFILE = profile();

  private SimVenue() {}

  static Escrows escrows() {
    return Escrows.of(PROFILE, new Address(SimChain.REGISTRY));
  }

  /** The row a venue writes for it. */
  static OrderTerms terms(SimOrder order) {
    return OrderTerms.whole(
        order.id(),
        new Address(order.buyer()),
        new Address(order.seller()),
        new Address(order.token()),
        order.amount(),
        new Address(order.contract()),
        new Hash(order.key()));
  }

  private static EscrowProfile profile() {
    try (InputStream in = SimVenue.class.getResourceAsStream("/contracts/RegistryEscrow.json")) {
      return EscrowProfile.registry(
          EscrowAbi.parse(
              new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
