package dev.metaops.listen;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Who holds a lease, as text in the orders database: host, process id and something random. */
record Holder(String host, long process, String nonce) {
  static Holder here(RandomGenerator random) {
    return new Holder(
        hostName(), ProcessHandle.current().pid(), HexFormat.of().toHexDigits(random.nextInt()));
  }

  String text() {
    return host + "/" + process + "/" + nonce;
  }

  /** The process id in a holder text of this host; empty when it is of another. */
  static Optional<Long> hereAs(String text) {
    String[] parts = text.split("/", -1);
    return parts.length == 3 && parts[0].equals(hostName()) && parts[1].matches("[0-9]{1,18}")
        ? Optional.of(Long.parseLong(parts[1]))
        : Optional.empty();
  }

  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replace('/', '-');
    } catch (UnknownHostException nameless) {
      return "unnamed";
    }
  }
}
