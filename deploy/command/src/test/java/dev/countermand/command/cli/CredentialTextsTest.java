package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Topics;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of secrets that are typed where none belongs, on a real Kafka. */
final class CredentialTextsTest {
  private static final String PASTED = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
  private static final String SECRET = "0f9e8d7c-6b5a-4948" + "-b7a6-c5d4e3f2a1b0";

  @TempDir static Path directory;

  private static final Topics topics = new Topics(KafkaProbe.uniqueName("texts"));

  private static Path config;

  @BeforeAll
  static void configure() throws IOException {
    config = directory.resolve("countermand.yaml");
    Files.writeString(
        config,
        """
        data: %s/data
        kafka: {bootstrap: "%s", topic-prefix: %s, partitions: 2}
        containment:
          providers:
            cloud: {type: kafka, url: %s, client: {client.dns.lookup: use_all_dns_ips}}
        """
            .formatted(
                directory,
                TestServers.kafka().bootstrapServers(),
                topics.prefix(),
                TestServers.kafka().bootstrapServers()));
  }

  private static Invocation call(String input, String... words) {
    List<String> args = new ArrayList<>(List.of(words));
    args.addAll(List.of("--config", config.toString()));
    return Invocation.of(input, args.toArray(String[]::new));
  }

  @Test
  void aSecretThatIsTypedWithACredentialIsKeptByNobody() throws Exception {
    Invocation added =
        call(
            "a-password-of-" + "the-billing-db",
            "credential",
            "add",
            "billing",
            "--provider",
            "cloud",
            "--owner",
            "ask ada, or use " + PASTED,
            "--environment",
            PASTED,
            "--kind",
            PASTED,
            "--capability",
            "read:" + PASTED);
    assertThat(added.code()).as(added.err()).isZero();
    Invocation named = call(SECRET, "credential", "add", PASTED, "--provider", "cloud");
    assertThat(named.code()).isEqualTo(1);
    assertThat(named.err()).contains("CREDENTIAL_NAME_UNUSABLE");
    for (String option : List.of("--owner=of ", "--handle=role=", "--environment=")) {
      Invocation told =
          call(SECRET, "credential", "add", "y", "--provider", "cloud", option + SECRET);
      assertThat(told.code()).isEqualTo(1);
      assertThat(told.err()).contains("CREDENTIAL_TELLS_SECRET").doesNotContain(SECRET);
    }

    assertThat(call("", "credential", "show", "billing").out())
        .contains("ask ada, or use [[secret:github-pat:");
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (String topic : List.of(topics.credentials(), topics.audit())) {
        assertThat(probe.readAll(topic))
            .isNotEmpty()
            .noneMatch(one -> (one.key() + one.value()).contains(PASTED))
            .noneMatch(one -> (one.key() + one.value()).contains(SECRET));
      }
    }
  }
}
