package dev.metaops.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DatabaseUrlTest {
  @Test
  void readsTheThreeForms() {
    reads(
        "postgres://kim:pw@db.example:6543/orders", "postgres://kim@db.example:6543/orders", "pw");
    reads("postgresql://kim:pw@db.example/orders", "postgres://kim@db.example:5432/orders", "pw");
    reads(
        "jdbc:postgresql://db.example:5433/orders?user=kim&password=p%26w",
        "postgres://kim@db.example:5433/orders", "p&w");
    reads("postgres://kim@db.example", "postgres://kim@db.example:5432/kim", "");
    reads("postgres://kim:pw@[::1]:5433/orders", "postgres://kim@[::1]:5433/orders", "pw");
    reads(" postgres://kim:pw@h/d?sslmode=require\n", "postgres://kim@h:5432/d", "pw");
  }

  @Test
  void readsPasswordsWithTheCharactersPeopleForgetToEscape() {
    reads("postgres://kim:p@ss@h/d", "postgres://kim@h:5432/d", "p@ss");
    reads("postgres://kim:p/ss@h/d", "postgres://kim@h:5432/d", "p/ss");
    reads("postgres://kim:p?ss@h/d", "postgres://kim@h:5432/d", "p?ss");
    reads("postgres://kim:p:ss#+@h/d", "postgres://kim@h:5432/d", "p:ss#+");
    reads("postgres://kim:%70%25%C3%A9@h/d", "postgres://kim@h:5432/d", "p%é");
  }

  @Test
  void whatItWritesItReads() {
    DatabaseUrl url = DatabaseUrl.of("postgres://k%40m:p%2F%3F%25@h:1/d%20e?sslmode=verify-full");
    DatabaseUrl again = DatabaseUrl.of(url.secretText());
    assertThat(again.user()).isEqualTo("k@m");
    assertThat(again.database()).isEqualTo("d e");
    assertThat(again.properties()).isEqualTo(url.properties()).containsEntry("password", "p/?%");
    assertThat(url.withDatabase("other").database()).isEqualTo("other");
  }

  @Test
  void asksTheDriverForTlsAsTheUrlSays() {
    assertThat(DatabaseUrl.of("postgres://k:p@h/d?sslmode=require").properties())
        .containsEntry("sslmode", "require");
    assertThat(DatabaseUrl.of("postgres://k:p@h/d").properties()).doesNotContainKey("sslmode");
    assertThat(DatabaseUrl.of("postgres://k:p@127.0.0.1/d").properties())
        .containsEntry("sslmode", "disable");
  }

  @Test
  void refusesInOneSentenceWithoutThePassword() {
    refuses("mysql://kim:secret@h/d", "scheme mysql (expected: postgres://");
    refuses("secret", "no scheme (expected: postgres://");
    refuses("", "no scheme");
    refuses("postgres://h/d", "no user");
    refuses("postgres://kim:secret@/d", "no host");
    refuses("postgres://kim:secret@h:0/d", "expected: 1 to 65535");
    refuses("postgres://kim:secret@h:secret/d", "expected: 1 to 65535");
    refuses("postgres://kim:secret@a,b/d", "several hosts (expected: one)");
    refuses("postgres://kim:secret%zz@h/d", "password: a % without two hex digits");
    refuses("postgres://kim:secret@h h/d", "a host with characters no host has");
    refuses("postgres://kim:secret@h/d?socketFactory=evil", "unknown parameter socketFactory");
    refuses("postgres://kim:secret@h/d?secret%40=1", "unknown parameter (expected: one of");
  }

  private static void reads(String text, String shown, String password) {
    DatabaseUrl url = DatabaseUrl.of(text);
    assertThat(url.toString()).isEqualTo(shown);
    assertThat(url.properties()).containsEntry("password", password);
  }

  private static void refuses(String text, String why) {
    assertThat(DatabaseUrl.read(text))
        .isInstanceOfSatisfying(
            DatabaseUrl.Reading.Refused.class,
            refused ->
                assertThat(refused.why())
                    .startsWith("database URL: ")
                    .contains(why)
                    .doesNotContain("secret"));
  }
}
