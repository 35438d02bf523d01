package dev.metaops.connection;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Whose certificates are trusted. */
public sealed interface Roots {
  /** Those of this Java. */
  record OfJava() implements Roots {}

  /** Those of a PEM file, and no others. */
  record OfFile(Path pem) implements Roots {}

  /** Fails as a broken TLS when the file cannot be read. */
  default X509ExtendedTrustManager judge() throws IOException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      switch (this) {
        case OfJava() -> factory.init((KeyStore) null);
        case OfFile(Path pem) -> factory.init(read(pem));
      }
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509ExtendedTrustManager.class::isInstance)
          .map(X509ExtendedTrustManager.class::cast)
          .findFirst()
          .orElseThrow(() -> new SSLException("this Java has no X.509 trust manager"));
    } catch (GeneralSecurityException unusable) {
      throw new SSLException("the trusted certificates cannot be used: " + unusable.getMessage());
    }
  }

  private static KeyStore read(Path pem) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(pem)) {
      int count = 0;
      for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("root-" + count++, root);
      }
    } catch (NoSuchFileException missing) {
      throw new SSLException("there is no file " + pem + " of trusted certificates (sslrootcert)");
    }
    return store;
  }
}
