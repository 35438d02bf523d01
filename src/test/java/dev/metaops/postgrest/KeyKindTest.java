package dev.metaops.postgrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.config.Secret;
import dev.metaops.postgrest.PostgrestPlace.Root;
import dev.metaops.testing.SettableTicker;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key tells without being asked, and where a URL leads. */
class KeyKindTest {
  private static final PostgrestPlace ABCD =
      PostgrestPlace.of(URI.create("https://abcd.supabase.co"));

  private static Secret token(String claims) {
    return new Secret(
        "e30."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
            + ".c2ln");
  }

  @Test
  void aLegacyKeySaysRoleProjectAndEnd() {
    KeyKind kind =
        KeyKind.of(token("{\"role\":\"service_role\",\"ref\":\"abcd\",\"exp\":1700000000}"));
    assertThat(kind)
        .isEqualTo(
            new KeyKind.Token(
                Optional.of("service_role"),
                Optional.of("abcd"),
                Optional.of(Instant.ofEpochSecond(1_700_000_000))));
    assertThat(kind.shown()).isEqualTo("service role");
    assertThat(kind.visibility()).isInstanceOf(Visibility.SeesAll.class);
    assertThat(kind.belongsTo(ABCD)).isEqualTo(KeyKind.Belonging.YES);
    assertThat(kind.expiredFor(Instant.ofEpochSecond(1_700_000_060)))
        .contains(Duration.ofMinutes(1));
    assertThat(kind.expiredFor(Instant.ofEpochSecond(1_699_999_999))).isEmpty();
  }

  @Test
  void onlyWhoBypassesRowLevelSecuritySeesAll() {
    assertThat(KeyKind.of(new Secret("sb_secret_x_y")).visibility())
        .isInstanceOf(Visibility.SeesAll.class);
    for (Secret key :
        new Secret[] {
          new Secret("sb_publishable_x_y"),
          token("{\"role\":\"anon\"}"),
          token("{\"role\":\"authenticated\"}"),
          token("{}"),
          new Secret("what")
        }) {
      assertThat(KeyKind.of(key).visibility()).isInstanceOf(Visibility.CannotTell.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "a.b",
        "a.b.c",
        "..",
        "a.!!.c",
        "e30.W10.c",
        "e30.bnVsbA.c",
        "postgres://u:p@h/d"
      })
  void whatIsNoKeyIsUnknownAndNotShown(String text) {
    assertThat(KeyKind.of(new Secret(text))).isInstanceOf(KeyKind.Unknown.class);
    assertThat(KeyKind.of(new Secret("zebra." + text)).toString()).doesNotContain("zebra");
  }

  @Test
  void claimsThatCannotBeTrueAreNone() {
    assertThat(KeyKind.of(token("{\"role\":7,\"ref\":null,\"exp\":1e300}")))
        .isEqualTo(new KeyKind.Token(Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(KeyKind.of(token("{\"role\":\"anon\",\"exp\":-5}")))
        .isEqualTo(new KeyKind.Token(Optional.of("anon"), Optional.empty(), Optional.empty()));
  }

  @Test
  void aRefusedKeyOfAnotherProjectIsNamedSo() {
    Secret key = token("{\"role\":\"anon\",\"ref\":\"wxyz\"}");
    KeyKind kind = KeyKind.of(key);
    Naming naming = new Naming(ABCD, "public", key, kind, new SettableTicker());
    PostgrestFailure failure =
        naming.name("orders", new Reply(401, "", "", "", Optional.empty(), new byte[0]));
    assertThat(failure).isEqualTo(new PostgrestFailure.KeyOfAnotherProject("wxyz", "abcd"));
    assertThat(failure.sentence()).contains("project wxyz, asked was abcd");
  }

  @Test
  void theRootIsToldFromTheUrlWhereItCanBe() {
    assertThat(ABCD.root()).isEqualTo(Root.PREFIXED);
    assertThat(ABCD.project()).contains("abcd");
    assertThat(PostgrestPlace.of(URI.create("https://abcd.supabase.co/rest/v1/")).root())
        .isEqualTo(Root.BARE);
    assertThat(PostgrestPlace.of(URI.create("https://db.example:8443")).root())
        .isEqualTo(Root.TO_BE_ASKED);
    assertThat(PostgrestPlace.of(URI.create("https://db.example:8443/x")))
        .hasToString("db.example:8443");
    for (String wrong :
        new String[] {"ftp://x", "https:///x", "https://u:pw@x", "https://x?k=pw"}) {
      assertThatThrownBy(() -> PostgrestPlace.of(URI.create(wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageNotContaining("pw");
    }
  }
}
