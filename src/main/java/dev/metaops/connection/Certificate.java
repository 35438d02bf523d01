package dev.metaops.connection;

import dev.metaops.time.Ages;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * What a server shows of itself, and how that is judged.
 *
 * @param names the host names and addresses it is for
 * @param distrust why its issuer is not trusted; empty when it is
 */
record Certificate(
    String subject, Set<String> names, Instant from, Instant until, Optional<String> distrust) {
  /** Renewing takes a working day and somebody who is there. */
  static final Duration CRITICAL = Duration.ofDays(3);

  /** Certificates of 90 days are renewed at 30: whoever is below 21 has missed it twice. */
  static final Duration SOON = Duration.ofDays(21);

  /** RFC 5280, GeneralName. */
  private static final int DNS_NAME = 2;

  private static final int IP_ADDRESS = 7;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

  Certificate {
    names = Set.copyOf(names);
  }

  static Certificate of(X509Certificate leaf, Optional<String> distrust) {
    String subject = commonName(leaf).orElse(leaf.getSubjectX500Principal().getName());
    Set<String> names = alternativeNames(leaf);
    if (names.isEmpty()) {
      commonName(leaf).ifPresent(names::add);
    }
    return new Certificate(
        Broken.clipped(subject),
        names,
        leaf.getNotBefore().toInstant(),
        leaf.getNotAfter().toInstant(),
        distrust);
  }

  /** Pure: what a client with this demand makes of it at this moment. */
  Outcome judge(String host, Demand demand, String protocol, Instant now) {
    List<String> wrongs = new ArrayList<>();
    if (demand != Demand.NOTHING) {
      distrust.ifPresent(wrongs::add);
    }
    if (demand == Demand.ISSUER_AND_NAME && !covers(host)) {
      wrongs.add("the certificate is for " + brief(names) + " and not for " + host);
    }
    Optional<String> untimely = untimely(now);
    untimely.ifPresent(wrongs::add);
    String seen = protocol + ", " + subject + ", " + expiry(now) + unchecked(demand);
    if (!wrongs.isEmpty()) {
      String why = String.join("; ", wrongs) + " (" + seen + ")";
      boolean isLetPass = demand == Demand.NOTHING;
      String next =
          untimely.isPresent()
              ? "renew the certificate, or check this machine's clock"
              : "check the host name, or what answers in its place; is a proxy in between?";
      return isLetPass ? new Outcome.Alarmed(why, next) : new Outcome.Failed(why, next);
    }
    Duration left = Duration.between(now, until);
    if (left.compareTo(CRITICAL) < 0) {
      return new Outcome.Alarmed(seen, "renew the certificate today");
    }
    return left.compareTo(SOON) < 0
        ? new Outcome.Warned(seen, "renew the certificate: it has less than 21 days left")
        : new Outcome.Passed(seen);
  }

  private Optional<String> untimely(Instant now) {
    if (now.isAfter(until)) {
      return Optional.of(
          "the certificate expired on "
              + DAY.format(until)
              + ", "
              + Ages.of(Duration.between(until, now))
              + " ago");
    }
    return now.isBefore(from)
        ? Optional.of("the certificate is not valid before " + DAY.format(from))
        : Optional.empty();
  }

  private String expiry(Instant now) {
    return now.isAfter(until)
        ? "expired"
        : "expires " + DAY.format(until) + " (" + left(Duration.between(now, until)) + " left)";
  }

  private static String left(Duration left) {
    return left.toDays() >= 3 ? left.toDays() + " days" : Ages.of(left);
  }

  private String unchecked(Demand demand) {
    return switch (demand) {
      case ISSUER_AND_NAME -> "";
      case ISSUER -> ", its name not checked as configured";
      case NOTHING -> ", issuer and name not checked as configured";
    };
  }

  /** RFC 6125: a star stands for exactly the leftmost label. */
  boolean covers(String host) {
    String wanted = bare(host);
    return names.stream().anyMatch(name -> matches(name.toLowerCase(Locale.ROOT), wanted));
  }

  private static boolean matches(String name, String host) {
    if (name.equals(host) || isSameAddress(name, host)) {
      return true;
    }
    int dot = host.indexOf('.');
    return name.startsWith("*.")
        && dot > 0
        && host.substring(dot).equals(name.substring(1))
        && name.indexOf('.', 2) > 0;
  }

  private static boolean isSameAddress(String name, String host) {
    try {
      return InetAddress.ofLiteral(name).equals(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException aName) {
      return false;
    }
  }

  private static String bare(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.startsWith("[") ? lower.substring(1, lower.length() - 1) : lower;
  }

  private static String brief(Collection<String> names) {
    List<String> sorted = names.stream().sorted().toList();
    if (sorted.isEmpty()) {
      return "no name";
    }
    String first = String.join(", ", sorted.subList(0, Math.min(3, sorted.size())));
    return Broken.clipped(
        sorted.size() > 3 ? first + " and " + (sorted.size() - 3) + " more" : first);
  }

  private static Set<String> alternativeNames(X509Certificate leaf) {
    Set<String> names = new LinkedHashSet<>();
    try {
      for (List<?> name :
          Optional.ofNullable(leaf.getSubjectAlternativeNames()).orElse(List.of())) {
        if (name.get(0) instanceof Integer kind
            && (kind == DNS_NAME || kind == IP_ADDRESS)
            && name.get(1) instanceof String text) {
          names.add(text);
        }
      }
    } catch (CertificateParsingException unreadable) {
      return names; // then it is for no name at all
    }
    return names;
  }

  private static Optional<String> commonName(X509Certificate leaf) {
    try {
      return new LdapName(leaf.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(Rdn::getValue)
              .map(Object::toString)
              .reduce((_, last) -> last);
    } catch (InvalidNameException unreadable) {
      return Optional.empty();
    }
  }
}
