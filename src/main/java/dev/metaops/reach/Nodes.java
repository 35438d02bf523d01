package dev.metaops.reach;

import dev.metaops.config.Endpoint;
import dev.metaops.listen.Listener;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Purpose;
import dev.metaops.time.Ticker;
import java.util.Optional;

/** Where a look at the nodes gets them from. */
public interface Nodes {
  /** Asked once per question. */
  Provider at(Endpoint endpoint);

  /** Each for this look alone. */
  static Nodes ofTheirOwn(Ticker ticker) {
    return endpoint -> Reach.provider(endpoint, Patience.ONCE, ticker);
  }

  /**
   * Those a listener follows, once there is one: within the same budget, of which they leave to
   * following and verdicts what these need. Thread-safe.
   */
  final class Followed implements Nodes {
    private final Nodes before;
    private volatile Optional<Listener> listener = Optional.empty();

    public Followed(Ticker ticker) {
      this.before = ofTheirOwn(ticker);
    }

    public void by(Listener following) {
      listener = Optional.of(following);
    }

    @Override
    public Provider at(Endpoint endpoint) {
      return listener
          .flatMap(following -> following.node(endpoint.place()))
          .map(node -> node.once(Purpose.PROOF))
          .orElseGet(() -> before.at(endpoint));
    }
  }
}
