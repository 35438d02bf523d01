package dev.metaops.listen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.EscrowProfile;
import dev.metaops.escrow.Escrows;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Stream;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.Transport;
import dev.metaops.sim.SimChain;
import dev.metaops.sim.SimMarket;
import dev.metaops.sim.SimNode;
import dev.metaops.testing.MemoryLedger;
import dev.metaops.testing.SettableTicker;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Two nodes have to vouch for what is final: when one is gone, everybody reads which, and why. */
class FinalityWaitsTest {
  private final SettableTicker ticker = new SettableTicker();
  private final SimChain chain = new SimChain(7, new SimChain.Depths(2, 4));
  private final SimMarket market = new SimMarket(7, chain, 3);
  private final Switched first = new Switched(new SimNode(chain, SimNode.Orphans.KEPT));
  private final Switched second = new Switched(new SimNode(chain, SimNode.Orphans.KEPT));
  private final MemoryLedger ledger = new MemoryLedger(ticker);

  /** A node that can be unplugged. */
  private static final class Switched implements Transport {
    private final Transport node;
    private boolean isDown;

    Switched(Transport node) {
      this.node = node;
    }

    @Override
    public Outcome post(byte[] body, Deadline deadline) {
      return isDown
          ? new Outcome.Failed(new RpcFailure.Unreachable("connection refused"))
          : node.post(body, deadline);
    }
  }

  private Provider provider(String name, Transport transport) {
    return new Provider(
        new JsonRpc(
            Endpoint.parse(name, "http://" + name + ".test:8545"),
            transport,
            Patience.ONCE,
            ticker,
            new SplittableRandom(1)));
  }

  private TrialListener listener() throws SQLException {
    Providers providers =
        Providers.of(
            List.of(provider("node-a", first), provider("node-b", second)),
            Optional.of(SimChain.CHAIN_ID),
            Providers.Pace.UNHEDGED,
            _ -> {},
            ticker);
    Header start = providers.all().getFirst().header(0, soon()).orElseThrow();
    ledger.openStream(SimChain.CHAIN_ID, start, new SettleOn.Finalized());
    Lease lease =
        ledger
            .takeLease(SimChain.CHAIN_ID, "hand", Optional.empty(), Duration.ofHours(2))
            .orElseThrow();
    return new TrialListener(
        new Watched(
            Optional.of(SimChain.CHAIN_ID),
            Escrows.of(profile(), new Address(SimChain.REGISTRY)),
            new SettleOn.Finalized(),
            50,
            Assurance.FULL),
        providers,
        ledger,
        lease,
        new EventLog(Path.of("target", "events", "waits"), _ -> {}, ticker),
        _ -> {},
        ticker);
  }

  private static EscrowProfile profile() {
    try (InputStream in =
        FinalityWaitsTest.class.getResourceAsStream("/contracts/RegistryEscrow.json")) {
      return EscrowProfile.registry(
          EscrowAbi.parse(
              new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Deadline soon() {
    return Deadline.in(Duration.ofSeconds(10), ticker);
  }

  private void mine(int blocks) {
    for (int block = 0; block < blocks; block++) {
      market.mine();
    }
  }

  private void follow(TrialListener listener) throws SQLException {
    while (listener.step(soon()) instanceof Followed.Advanced) {
      // on to the head
    }
  }

  private Stream stream() {
    return ledger.stream().orElseThrow();
  }

  @Test
  void oneOfTwoNodesDownIsNamedAfterTwoLooksAndForgottenWhenItIsBack() throws SQLException {
    TrialListener listener = listener();
    mine(10);
    follow(listener);
    assertThat(stream().settledNumber()).isEqualTo(6);
    assertThat(stream().finalityWaits()).isEmpty();
    second.isDown = true;
    mine(1);
    follow(listener);
    assertThat(stream().finalityWaits()).as("after one look").isEmpty();
    ticker.advance(Duration.ofSeconds(2));
    mine(1);
    follow(listener);
    assertThat(stream().settledNumber()).isEqualTo(6);
    assertThat(stream().finalityWaits().map(Stream.FinalityWaits::why))
        .hasValueSatisfying(why ->
            assertThat(why)
                .startsWith("1 of 2 nodes vouched, 2 have to (http://node-b.test:8545 since ")
                .containsPattern("since \\d\\d:\\d\\d:\\d\\dZ: unreachable, connection refused"));
    ListenerState state = ListenerState.of(stream(), Duration.ofMinutes(5));
    assertThat(state.finality()).isInstanceOf(ListenerState.Finality.Waiting.class);
    assertThat(state.keepsUp()).as("the ledger still follows the head").isTrue();
    String told = stream().finalityWaits().orElseThrow().why();
    mine(5);
    follow(listener);
    assertThat(stream().finalityWaits().orElseThrow().why()).isEqualTo(told);
    second.isDown = false;
    ticker.advance(Duration.ofMinutes(5));
    mine(1);
    follow(listener);
    assertThat(stream().finalityWaits()).isEmpty();
    assertThat(stream().settledNumber()).isEqualTo(14);
  }

  @Test
  void aChainThatJustNamesNothingNewForFinalIsNoReason() throws SQLException {
    TrialListener listener = listener();
    mine(10);
    follow(listener);
    chain.stallFinality();
    for (int block = 0; block < 6; block++) {
      mine(1);
      follow(listener);
      assertThat(stream().finalityWaits()).isEmpty();
    }
    assertThat(stream().settledNumber()).isEqualTo(6);
  }
}
