package dev.metaops.connection;

import dev.metaops.config.Endpoint;
import dev.metaops.connection.Trail.Taken;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Ticker;
import java.net.Socket;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A node over HTTP: whether its key is taken, which chain it is of, and its head.
 *
 * @param expected the chain it has to be of; empty when nobody said
 */
public record RpcTarget(Endpoint endpoint, Optional<Long> expected, Roots roots, Ticker ticker)
    implements Target {
  private static final String LOOK_CLOSER = "metaops health blockchain";

  @Override
  public String subject() {
    return "provider";
  }

  @Override
  public String place() {
    return endpoint.place();
  }

  @Override
  public void walk(Trail trail) {
    Approach.connect(trail, endpoint.host(), endpoint.port())
        .flatMap(socket -> encrypted(trail, socket))
        .ifPresent(_ -> ask(trail));
  }

  private Optional<Socket> encrypted(Trail trail, Socket socket) {
    return endpoint.url().reveal().startsWith("https:")
        ? trail.hop(
            Hop.TLS,
            () -> new Tls(roots, ticker).shake(socket, endpoint.host(), Demand.ISSUER_AND_NAME))
        : Optional.of(socket);
  }

  private void ask(Trail trail) {
    Provider provider =
        new Provider(
            new JsonRpc(
                dev.metaops.rpc.Endpoint.parse(endpoint.place(), endpoint.url().reveal()),
                Patience.ONCE,
                ticker,
                new SplittableRandom()));
    trail
        .hop(Hop.AUTHENTICATION, () -> accepted(provider, trail))
        .ifPresent(chainId -> trail.hop(Hop.REQUEST, () -> head(provider, chainId, trail)));
  }

  /** The first question: a node says here whether it takes the key in the URL. */
  private static Taken<Long> accepted(Provider provider, Trail trail) {
    try {
      return Taken.through(provider.chainId(trail.deadline()), "eth_chainId answered");
    } catch (RpcUnavailable unavailable) {
      return blocked(unavailable.failure());
    }
  }

  private Taken<Long> head(Provider provider, long chainId, Trail trail) {
    if (expected.isPresent() && expected.get() != chainId) {
      return blocked(new RpcFailure.WrongChain(expected.get(), chainId));
    }
    try {
      long number = provider.head(trail.deadline()).latest().number();
      return Taken.through(number, "chain " + chainId + ", block " + number);
    } catch (RpcUnavailable unavailable) {
      return blocked(unavailable.failure());
    }
  }

  private static <T> Taken<T> blocked(RpcFailure failure) {
    boolean isOurs =
        failure instanceof RpcFailure.KeyRefused || failure instanceof RpcFailure.WrongChain;
    return Taken.blocked(failure.sentence(), isOurs ? "metaops config show" : LOOK_CLOSER);
  }
}
