package dev.metaops.orderstatus;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Server-Sent Events, as browsers read them. */
final class SseWire implements Wire {
  private static final String COME_BACK_AFTER = "retry: 2000\n\n";

  private final OutputStream out;
  private boolean begun;

  SseWire(OutputStream out) {
    this.out = out;
  }

  @Override
  public void send(Frame frame) throws IOException {
    write(
        "event: "
            + frame.event()
            + "\n"
            + frame.position().map(at -> "id: " + at.text() + "\n").orElse("")
            + "data: "
            + frame.json()
            + "\n\n");
  }

  @Override
  public void beat() throws IOException {
    write(": here\n\n");
  }

  @Override
  public void end(Cut why) throws IOException {
    out.close();
  }

  private void write(String text) throws IOException {
    String whole = begun ? text : COME_BACK_AFTER + text;
    begun = true;
    out.write(whole.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
