package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders and answers that are refused, on a real Kafka; nobody has to carry out what is none. */
final class ContainRefusalsTest {
  @TempDir static Path directory;

  private static CommandsOnKafka commands;

  @BeforeAll
  static void configure() throws IOException {
    commands = new CommandsOnKafka(directory, "refusals", "").withTopics();
  }

  @ParameterizedTest
  @CsvSource({
    "scoring, RESERVED", "Gateway, RESERVED", "countermand-drill, RESERVED", "'', INVALID",
    "'ada ', INVALID", "\u0430da, INVALID", "-ada, INVALID", "'a\nb', INVALID"
  })
  void nobodyOrdersOrAnswersInANameThatIsNoPersons(String name, String why) {
    for (String[] words :
        List.of(
            new String[] {"contain", "order", "agent-6", "--reason", "x"},
            new String[] {"contain", "plan", "agent-6"},
            new String[] {"approve", "agent-6", "order", "--reason", "x"},
            new String[] {"deny", "agent-6", "order", "--reason", "x"})) {
      String[] all = Arrays.copyOf(words, words.length + 1);
      all[words.length] = "--by=" + name;
      Invocation refused = commands.call(all);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("PERSON_NAME_" + why, "--by").doesNotContain("\u0430");
    }
  }

  @Test
  void anOrderThatNamesNoAgentIsRefused() {
    for (String none : List.of("", " ", "a".repeat(1_001))) {
      Invocation refused = commands.call("contain", "order", none, "--reason", "x");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("AGENT_INVALID");
    }
  }

  @Test
  void aWaitThatIsNegativeOrEndlessIsAMistakeInTheCommand() {
    for (String wait : List.of("-5s", "99999999999d")) {
      Invocation refused =
          commands.call("contain", "order", "agent-9", "--reason", "x", "--wait", wait);
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err()).contains("is no duration from 0s to 36500d");
    }
  }

  @Test
  void anAgentWhoseIdHoldsASecretIsRefusedAsItsReportsAre() {
    String id = "bot-ghp" + "_16C7e42F292c6912E7710c838347Ae178B4a";
    for (String[] words :
        List.of(
            new String[] {"contain", "order", id, "--reason", "x"},
            new String[] {"contain", "plan", id})) {
      Invocation refused = commands.call(words);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("AGENT_HOLDS_SECRET");
      assertThat(refused.out() + refused.err()).doesNotContain(id);
    }
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      assertThat(probe.readAll(commands.topics().containmentOrders()))
          .noneMatch(one -> (one.key() + one.value()).contains(id));
    }
  }

  @Test
  void aReasonMayHaveAThousandCharactersAndNoMore() {
    String longest = "x".repeat(1_000);
    assertThat(commands.call("approve", "agent-7", "an-order", "--reason", longest).code())
        .isZero();
    for (String[] words :
        List.of(
            new String[] {"contain", "order", "agent-7", "--reason", longest + "x"},
            new String[] {"approve", "agent-7", "an-order", "--reason", longest + "x"},
            new String[] {"deny", "agent-7", "an-order", "--reason", longest + "x"})) {
      Invocation refused = commands.call(words);
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("TEXT_TOO_LONG", "1001");
    }
  }

  @Test
  void aReasonWithoutWordsIsRefused() {
    for (String none : List.of("", " \n\t")) {
      for (String[] words :
          List.of(
              new String[] {"contain", "order", "agent-7", "--reason", none},
              new String[] {"approve", "agent-7", "an-order", "--reason", none},
              new String[] {"deny", "agent-7", "an-order", "--reason", none})) {
        Invocation refused = commands.call(words);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("TEXT_EMPTY");
      }
    }
  }

  @Test
  void aDrillWithoutACanarySaysWhatToDo() {
    Invocation drill = commands.call("contain", "drill");
    assertThat(drill.code()).isNotZero();
    assertThat(drill.err()).contains("DRILL_WITHOUT_CANARY");
  }

  @Test
  void aRungThatThereIsNotIsAnsweredWithThoseThereAre() {
    assertThat(commands.call("contain", "plan", "agent-1", "--rung", "kill").err())
        .contains("pause, narrow, suspend, revoke");
  }
}
