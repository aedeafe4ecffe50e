package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Topic;
import dev.countermand.model.Topics;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of secrets that are typed where none belongs, on a real Kafka. */
final class CredentialTextsTest {
  private static final String PASTED = "ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
  private static final String SECRET = "0f9e8d7c-6b5a-4948" + "-b7a6-c5d4e3f2a1b0";

  @TempDir static Path directory;

  private static CommandsOnKafka commands;

  @BeforeAll
  static void configure() throws IOException {
    commands =
        new CommandsOnKafka(
                directory,
                "texts",
                """
            containment:
              providers:
                cloud: {type: kafka, url: %s, client: {client.dns.lookup: use_all_dns_ips}}
            """
                    .formatted(TestServers.kafka().bootstrapServers()))
            .withTopics();
  }

  @Test
  void aSecretThatIsTypedWithACredentialIsKeptByNobody() throws Exception {
    Invocation added =
        commands.callWith(
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
    Invocation named =
        commands.callWith(SECRET, "credential", "add", PASTED, "--provider", "cloud");
    assertThat(named.code()).isEqualTo(1);
    assertThat(named.err()).contains("CREDENTIAL_NAME_UNUSABLE");
    for (String option : List.of("--owner=of ", "--handle=role=", "--environment=")) {
      Invocation told =
          commands.callWith(
              SECRET, "credential", "add", "y", "--provider", "cloud", option + SECRET);
      assertThat(told.code()).isEqualTo(1);
      assertThat(told.err()).contains("CREDENTIAL_TELLS_SECRET").doesNotContain(SECRET);
    }

    assertThat(commands.call("credential", "show", "billing").out())
        .contains("ask ada, or use [[secret:github-pat:");
    Topics topics = commands.topics();
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (String topic : List.of(topics.credentials(), topics.audit())) {
        assertThat(probe.readAll(topic))
            .isNotEmpty()
            .noneMatch(one -> (one.key() + one.value()).contains(PASTED))
            .noneMatch(one -> (one.key() + one.value()).contains(SECRET));
      }
    }
  }

  static Stream<List<String>> commandsOfAPerson() {
    return Stream.of(
        List.of("task", "open", "--agent", "a", "--purpose", "p"),
        List.of("task", "close", "a"),
        List.of("contain", "order", "a", "--reason", "r"),
        List.of("contain", "plan", "a"),
        List.of("contain", "drill", "--credential", "c"),
        List.of("release", "a", "--reason", "r"),
        List.of("approve", "a", "o", "--reason", "r"),
        List.of("deny", "a", "o", "--reason", "r"),
        List.of("credential", "add", "c", "--provider", "cloud"),
        List.of("credential", "rotate-key"));
  }

  @ParameterizedTest
  @MethodSource("commandsOfAPerson")
  void aSecretThatIsTypedAsWhoDoesItIsRefusedAndOnNoTopic(List<String> words) {
    isRefused(words, "--by", PASTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--session", "--environment", "--resource"})
  void aSecretThatIsTypedForAGrantIsRefusedAndOnNoTopic(String option) {
    isRefused(List.of("task", "open", "--agent", "a", "--purpose", "p"), option, PASTED);
  }

  private static void isRefused(List<String> words, String option, String text) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(option, text));
    Invocation refused = commands.callWith(SECRET, all.toArray(String[]::new));
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("TEXT_HOLDS_SECRET", option);
    assertThat(refused.out() + refused.err()).doesNotContain(text);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (Topic topic : commands.topics().all()) {
        assertThat(probe.readAll(topic.name()))
            .noneMatch(one -> (one.key() + one.value()).contains(text));
      }
    }
  }

  @Test
  void aNameOrATextThatIsTooLongIsRefused() {
    String text = "x".repeat(1_001);
    for (String[] words :
        List.of(
            new String[] {"credential", "add", text, "--provider", "cloud"},
            new String[] {"credential", "add", "c", "--provider", "cloud", "--owner", text},
            new String[] {"credential", "add", "c", "--provider", "cloud", "--handle=a=" + text},
            new String[] {"task", "open", "--agent", "a", "--purpose", "p", "--session", text})) {
      Invocation refused = commands.callWith(SECRET, words);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("TEXT_TOO_LONG", "1000");
    }
  }
}
