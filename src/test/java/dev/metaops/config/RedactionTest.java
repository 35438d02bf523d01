package dev.metaops.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedactionTest {
  @Test
  void aDatabasesPasswordIsCutInEveryFormAndItsPlaceIsNot() {
    Redaction redaction =
        Redaction.of(List.of("postgres://ops:p%40ss,wörd@db.example:6543/venue?sslmode=require"));
    assertThat(redaction.in("no answer from db.example:6543/venue as ops, sslmode=require"))
        .isEqualTo("no answer from db.example:6543/venue as ops, sslmode=require");
    for (String form :
        List.of(
            "p@ss,wörd",
            "p%40ss%2Cw%C3%B6rd",
            "postgres://ops:p%40ss,wörd@db.example:6543/venue?sslmode=require")) {
      assertThat(redaction.in("before " + form + " after"))
          .as(form)
          .isEqualTo("before ‹hidden› after");
    }
  }

  @Test
  void aKeyInAnAddressIsCutAndItsHostIsNot() {
    Redaction redaction =
        Redaction.of(
            List.of("https://a.example/v2/KEY0123456789,https://me:pa55word@b.example/?k=abcdef"));
    assertThat(redaction.in("a.example: /v2/KEY0123456789 and /v2/ of b.example"))
        .isEqualTo("a.example: /v2/‹hidden› and /v2/ of b.example");
    String basic =
        Base64.getEncoder().encodeToString("me:pa55word".getBytes(StandardCharsets.UTF_8));
    assertThat(redaction.in("pa55word abcdef x" + basic)).isEqualTo("‹hidden› ‹hidden› x‹hidden›");
  }

  @Test
  void headersAndPrivateKeysAreCutWithAndWithoutWhatStandsBeforeThem() {
    Redaction redaction =
        Redaction.of(
            List.of("api-key=s3cr%20et,authorization=Basic%20YWJj", "0x" + "Ab".repeat(32)));
    assertThat(redaction.in("s3cr et YWJj")).isEqualTo("‹hidden› ‹hidden›");
    assertThat(redaction.in("0x" + "Ab".repeat(32) + " " + "ab".repeat(32)))
        .isEqualTo("‹hidden› ‹hidden›");
  }

  @Test
  void whatLooksLikeOneIsCutThoughNobodyConfiguredIt() {
    assertThat(
            Redaction.NONE.in(
                "at postgres://u:generated@127.0.0.1:1/x, Authorization: Bearer abcdefgh.ijkl,"
                    + " ?password=open&b=1"))
        .isEqualTo(
            "at postgres://u:‹hidden›@127.0.0.1:1/x, Authorization: Bearer ‹hidden›,"
                + " ?password=‹hidden›&b=1");
    assertThat(Redaction.NONE.in("10:15:00Z listen: block 7 of chain 1, a.b: c"))
        .isEqualTo("10:15:00Z listen: block 7 of chain 1, a.b: c");
  }

  @Test
  void aSecretOfThreeLettersIsLeftInAndItsOwnTextIsNotPrinted() {
    assertThat(Redaction.of(List.of("abc", "abcd")).in("abc abcd")).isEqualTo("abc ‹hidden›");
    assertThat(Redaction.of(List.of("abcd"))).hasToString("Redaction of 1 parts");
  }
}
