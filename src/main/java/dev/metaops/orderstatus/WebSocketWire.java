package dev.metaops.orderstatus;

import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsSession;
import java.io.IOException;

/** A text message for each frame, and a ping for each beat. */
final class WebSocketWire implements Wire {
  private final WsSession session;

  WebSocketWire(WsSession session) {
    this.session = session;
  }

  @Override
  public void send(Frame frame) throws IOException {
    reached(() -> session.send(frame.json(), true));
  }

  @Override
  public void beat() throws IOException {
    reached(() -> session.ping(BufferData.empty()));
  }

  @Override
  public void end(Cut why) throws IOException {
    reached(() -> session.close(why.code(), why.word()));
  }

  /** Helidon says in several unchecked ways that the other end is gone. */
  private static void reached(Runnable sending) throws IOException {
    try {
      sending.run();
    } catch (RuntimeException gone) {
      throw new IOException(gone);
    }
  }
}
