package dev.metaops.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.connection.Outcome.Gravity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Optional<String> TRUSTED = Optional.empty();

  @ParameterizedTest
  @CsvSource({
    "-1,    DOWN",
    "0,     ALARMING",
    "71,    ALARMING",
    "72,    WARNING",
    "503,   WARNING",
    "504,   WELL",
    "20000, WELL"
  })
  void whatIsLeftDecides(int hoursLeft, Gravity gravity) {
    Outcome outcome =
        certificate(hoursLeft, TRUSTED)
            .judge("db.example.com", Demand.ISSUER_AND_NAME, "TLSv1.3", NOW);
    assertThat(outcome.gravity()).isEqualTo(gravity);
    assertThat(outcome.next().isEmpty()).isEqualTo(gravity == Gravity.WELL);
  }

  @Test
  void saysVersionSubjectDayAndDaysLeft() {
    assertThat(
            certificate(24 * 83, TRUSTED)
                .judge("db.example.com", Demand.ISSUER_AND_NAME, "TLSv1.3", NOW)
                .seen())
        .isEqualTo("TLSv1.3, db, expires 2027-02-15 (83 days left)");
  }

  @Test
  void everyWrongIsNamedTogether() {
    assertThat(
            certificate(-48, Optional.of("unknown issuer CN=x"))
                .judge("other.example.com", Demand.ISSUER_AND_NAME, "TLSv1.3", NOW)
                .seen())
        .contains("unknown issuer CN=x")
        .contains("is for *.wild.example.com, db.example.com and not for other.example.com")
        .contains("expired on 2026-11-22, 2 d ago");
  }

  @Test
  void whatNobodyAskedToCheckIsSaidAndLetPass() {
    Certificate unknown = certificate(24 * 100, Optional.of("unknown issuer CN=x"));
    assertThat(unknown.judge("elsewhere", Demand.NOTHING, "TLSv1.3", NOW))
        .isInstanceOf(Outcome.Passed.class)
        .extracting(Outcome::seen)
        .asString()
        .contains("issuer and name not checked as configured");
    assertThat(unknown.judge("elsewhere", Demand.ISSUER, "TLSv1.3", NOW).gravity())
        .isEqualTo(Gravity.DOWN);
    assertThat(certificate(-1, TRUSTED).judge("any", Demand.NOTHING, "TLSv1.3", NOW).gravity())
        .as("it works on, and everybody who checks will be turned away")
        .isEqualTo(Gravity.ALARMING);
  }

  @Test
  void notYetValidIsNotValid() {
    Certificate tomorrow =
        new Certificate(
            "db", Set.of("db"), NOW.plusSeconds(60), NOW.plus(Duration.ofDays(90)), TRUSTED);
    assertThat(tomorrow.judge("db", Demand.ISSUER_AND_NAME, "TLSv1.3", NOW).seen())
        .contains("not valid before");
  }

  @ParameterizedTest
  @CsvSource({
    "db.example.com,       true",
    "DB.Example.COM,       true",
    "a.wild.example.com,   true",
    "a.b.wild.example.com, false",
    "wild.example.com,     false",
    "xdb.example.com,      false",
    "127.0.0.1,            false"
  })
  void aStarIsOneLabel(String host, boolean covered) {
    assertThat(certificate(1000, TRUSTED).covers(host)).isEqualTo(covered);
  }

  @Test
  void anAddressIsAnAddressHoweverItIsWritten() {
    Certificate addresses =
        new Certificate("node", Set.of("127.0.0.1", "0:0:0:0:0:0:0:1", "*"), NOW, NOW, TRUSTED);
    assertThat(addresses.covers("127.0.0.1")).isTrue();
    assertThat(addresses.covers("[::1]")).isTrue();
    assertThat(addresses.covers("::2")).isFalse();
    assertThat(addresses.covers("com")).isFalse();
  }

  private static Certificate certificate(int hoursLeft, Optional<String> distrust) {
    return new Certificate(
        "db",
        Set.of("db.example.com", "*.wild.example.com"),
        NOW.minus(Duration.ofDays(400)),
        NOW.plus(Duration.ofHours(hoursLeft)),
        distrust);
  }
}
