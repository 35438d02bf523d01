package dev.metaops.connection;

import dev.metaops.connection.Trail.Taken;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The TLS hop. The handshake itself lets every certificate pass, so that a wrong one can be named
 * in full; nothing is sent over a connection whose certificate was then refused.
 */
final class Tls {
  private final Roots roots;
  private final Ticker ticker;

  Tls(Roots roots, Ticker ticker) {
    this.roots = roots;
    this.ticker = ticker;
  }

  /** Shakes hands on an open connection and judges what the other side showed. */
  Taken<Socket> shake(Socket plain, String host, Demand demand) throws IOException {
    Witness witness = new Witness(roots.judge());
    SSLSocket secure =
        (SSLSocket)
            context(witness)
                .getSocketFactory()
                .createSocket(plain, bare(host), plain.getPort(), true);
    secure.setSoTimeout(plain.getSoTimeout());
    secure.startHandshake();
    Certificate shown = witness.shown();
    Outcome outcome =
        shown.judge(bare(host), demand, secure.getSession().getProtocol(), ticker.now());
    return outcome instanceof Outcome.Failed failed
        ? new Taken.Blocked<>(failed)
        : new Taken.Through<>(secure, outcome);
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static SSLContext context(TrustManager witness) throws SSLException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {witness}, null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new SSLException("this Java cannot speak TLS: " + unusable.getMessage());
    }
  }

  /** Writes down what was shown, and what Java thinks of its issuer. */
  private static final class Witness extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;
    private volatile @Nullable Certificate shown;

    Witness(X509ExtendedTrustManager judge) {
      this.judge = judge;
    }

    Certificate shown() throws SSLException {
      Certificate found = shown;
      if (found == null) {
        throw new SSLException("it showed no certificate");
      }
      return found;
    }

    private void see(X509Certificate[] chain, String authType) {
      Optional<String> distrust = Optional.empty();
      try {
        judge.checkServerTrusted(chain, authType);
      } catch (CertificateException refused) {
        distrust = distrust(chain, refused);
      }
      shown = Certificate.of(chain[0], distrust);
    }

    /** The leaf's own dates are judged with everything else. */
    private static Optional<String> distrust(X509Certificate[] chain, CertificateException why) {
      boolean isUntimely = false;
      for (Throwable cause = why; cause != null; cause = cause.getCause()) {
        isUntimely |=
            cause instanceof CertificateExpiredException
                || cause instanceof CertificateNotYetValidException;
      }
      if (isUntimely) {
        return isValidNow(chain[0])
            ? Optional.of("a certificate above it is not valid now")
            : Optional.empty();
      }
      X509Certificate last = chain[chain.length - 1];
      boolean isOwn = last.getIssuerX500Principal().equals(last.getSubjectX500Principal());
      String issuer = Broken.clipped(last.getIssuerX500Principal().getName());
      return Optional.of(
          chain.length == 1 && isOwn
              ? "the certificate is signed by itself, not by an issuer we know (" + issuer + ")"
              : "unknown issuer " + issuer);
    }

    private static boolean isValidNow(X509Certificate leaf) {
      try {
        leaf.checkValidity();
        return true;
      } catch (CertificateExpiredException | CertificateNotYetValidException untimely) {
        return false;
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
      see(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
      see(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      see(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("no client is expected here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("no client is expected here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("no client is expected here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return judge.getAcceptedIssuers();
    }
  }
}
