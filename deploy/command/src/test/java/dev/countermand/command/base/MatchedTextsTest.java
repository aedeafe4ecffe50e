package dev.countermand.command.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countermand.command.stack.Redactors;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.http.Refusal;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts that are compared as they stand a person may type, with the real redactor. */
final class MatchedTextsTest {
  private static final String PASTED = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";

  private static PersonRecords records;

  @BeforeAll
  static void make(@TempDir Path data) {
    records =
        Redactors.records(
            ConfigurationLoader.read("data: " + data, "test"), InstantSource.system());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0f9e8d7c-6b5a-4948-b7a6-c5d4e3f2a1b0",
        "01HZX3KQ9T8W5J2M7N4P6R0V1Y",
        "thread_abc123XYZdef456GHIjkl789",
        "production",
        "*",
        "",
        "9fceb02d0ae598e95dc970b74767f19372d61af8",
        "ada.lovelace@example.org",
        "s3://bucket/key",
        "arn:aws:iam::123456789012:role/builder",
      })
  void anHonestNameIsTakenAsItIs(String name) {
    assertThat(records.matched("--session", name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "volume:vol-7f3a91",
        "file:/home/ada/.aws/credentials",
        "bucket:s3://bucket/key",
        "database:postgresql://ada@db.example/orders",
        "repository:acme/api-token-service",
        "commit:9fceb02d0ae598e95dc970b74767f19372d61af8",
        "secret:prod/db-AbCdEf1234",
        "secret:0f9e8d7c-6b5a-4948-b7a6-c5d4e3f2a1b0",
        "kms-key:0f9e8d7c-6b5a-4948-b7a6-c5d4e3f2a1b0",
        "token:*",
        "role:arn:aws:iam::123456789012:role/builder",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-password-9xQz71",
      })
  void anHonestResourceIsTakenAsItIs(String resource) {
    assertThat(records.resource("--resource", resource)).isEqualTo(resource);
  }

  @Test
  void aSecretIsRefusedWhereverItStandsAndIsNotTold() {
    for (String text : new String[] {PASTED, "prod-" + PASTED, "password=" + "hunter2hunter"}) {
      assertThatThrownBy(() -> records.matched("--session", text)).satisfies(this::isRefused);
    }
    for (String text :
        new String[] {
          PASTED,
          "secret:" + PASTED,
          "volume:" + PASTED + ":*",
          "url:https://ada:" + "hunter2hunter@db.example/orders",
          "https://ada:" + "hunter2hunter@db.example/orders",
        }) {
      assertThatThrownBy(() -> records.resource("--session", text)).satisfies(this::isRefused);
    }
  }

  private void isRefused(Throwable error) {
    assertThat(error).isInstanceOf(Refusal.class);
    assertThat(((Refusal) error).code()).isEqualTo("TEXT_HOLDS_SECRET");
    assertThat(error.toString()).contains("--session").doesNotContain(PASTED, "hunter2");
  }

  @Test
  void aTextOfMoreThanAThousandCharactersIsRefused() {
    for (String text : new String[] {"x".repeat(1_001), "x:".repeat(501)}) {
      assertThatThrownBy(() -> records.matched("--session", text)).hasMessageContaining("1000");
      assertThatThrownBy(() -> records.resource("--resource", text)).hasMessageContaining("1000");
    }
  }
}
