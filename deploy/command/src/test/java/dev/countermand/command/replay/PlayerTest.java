package dev.countermand.command.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.command.replay.Keys.Key;
import dev.countermand.model.Action;
import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** History on a real Kafka, played by a clock of the test's own. */
class PlayerTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static KafkaSettings kafka;

  private final List<String> played = new ArrayList<>();
  private Instant now;

  /** One action a second for a minute, on four partitions, by eight agents. */
  @BeforeAll
  static void aMinute() {
    kafka =
        new KafkaSettings(
            TestServers.kafka().bootstrapServers(),
            new Topics(KafkaProbe.uniqueName("player")),
            Map.of());
    new TopicAdmin(kafka).ensure(kafka.topics().all(), 4, 1);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (int second = 0; second < 60; second++) {
        String agent = "agent-" + second % 8;
        Action action =
            ActionSample.of("a" + second, NOON.plusSeconds(second)).agent(agent).build();
        byte[] value = Action.CODEC.encode(action);
        probe.produce(kafka.topics().actions(), agent, value, Map.of());
      }
      probe.produce(kafka.topics().actions(), "agent-1", "no document");
      probe.produce(kafka.topics().actions(), "agent-1", (String) null);
    }
  }

  @BeforeEach
  void begin() {
    played.clear();
    now = Instant.parse("2027-01-01T00:00:00Z");
  }

  private static History history(Instant from, Instant to, String... agents) {
    return new History(
        kafka, List.of(Kind.values()), Set.of(agents), from, to, Duration.ofSeconds(30));
  }

  private Player player(History history, Speed speed) {
    InstantSource clock = () -> now;
    return new Player(history, speed, clock, this::hear);
  }

  private Player minute(String speed) {
    return player(history(NOON, NOON.plusSeconds(60)), Speed.parse(speed).orElseThrow());
  }

  private void hear(Moment moment) {
    played.add(Action.CODEC.decode(moment.message().value()).id());
  }

  private static List<String> seconds(int from, int to) {
    return Stream.iterate(from, i -> i < to, i -> i + 1).map(i -> "a" + i).toList();
  }

  @Test
  void asFastAsItGoesEverythingComesInTheOrderOfTimeAcrossPartitions() {
    History history = history(NOON, NOON.plusSeconds(60));
    try (Player player = player(history, Speed.MAX)) {
      while (player.advance().isPresent()) {
        assertThat(player.isPaused()).isFalse();
      }
    }
    assertThat(played).isEqualTo(seconds(0, 60));
    assertThat(history.unreadable()).isEqualTo(2);
  }

  @Test
  void theSpanAndTheAgentAreCutOut() {
    try (Player player =
        player(history(NOON.plusSeconds(8), NOON.plusSeconds(33), "agent-0"), Speed.MAX)) {
      while (player.advance().isPresent()) {}
    }
    assertThat(played).containsExactly("a8", "a16", "a24", "a32");
  }

  @Test
  void atItsOwnSpeedASecondTakesASecondAndAtTenTimesATenth() {
    try (Player player = minute("1x")) {
      assertThat(player.advance()).contains(Duration.ofSeconds(1));
      assertThat(played).as("the first is due at once").isEqualTo(seconds(0, 1));
      now = now.plusMillis(999);
      assertThat(player.advance()).contains(Duration.ofMillis(1));
      assertThat(played).hasSize(1);
      now = now.plusMillis(1);
      assertThat(player.advance()).contains(Duration.ofSeconds(1));
      assertThat(played).isEqualTo(seconds(0, 2));
    }
    played.clear();
    try (Player player = minute("10x")) {
      assertThat(player.advance()).contains(Duration.ofMillis(100));
      now = now.plusSeconds(3);
      assertThat(player.advance()).contains(Duration.ofMillis(100));
      assertThat(played).isEqualTo(seconds(0, 31));
      assertThat(player.position()).isEqualTo(NOON.plusSeconds(30));
      now = now.plusSeconds(3);
      assertThat(player.advance()).as("the end").isEmpty();
      assertThat(played).isEqualTo(seconds(0, 60));
    }
  }

  @Test
  void aPausedPlayerPlaysNothingAndGoesOnWhereItStood() {
    try (Player player = minute("1x")) {
      player.advance();
      now = now.plusMillis(500);
      player.pause();
      now = now.plusSeconds(3_600);
      assertThat(player.advance()).contains(Player.UNTIL_TOLD);
      assertThat(played).hasSize(1);
      assertThat(player.position()).isEqualTo(NOON.plusMillis(500));

      player.resume();

      assertThat(player.advance()).contains(Duration.ofMillis(500));
      assertThat(played).hasSize(1);
    }
  }

  @Test
  void aStepPlaysOneRecordAndPausesThere() {
    try (Player player = minute("1x")) {
      player.advance();
      assertThat(player.step()).isTrue();
      assertThat(player.step()).isTrue();
      assertThat(played).isEqualTo(seconds(0, 3));
      assertThat(player.isPaused()).isTrue();
      assertThat(player.position()).isEqualTo(NOON.plusSeconds(2));
      player.resume();
      assertThat(player.advance()).contains(Duration.ofSeconds(1));
    }
  }

  @Test
  void seekingSkipsForwardsAndPlaysAgainAfterAWayBack() {
    try (Player player = minute("1x")) {
      player.advance();
      player.seek(Duration.ofSeconds(20));
      assertThat(player.advance()).contains(Duration.ofSeconds(1));
      assertThat(played).containsExactly("a0", "a20");

      player.seek(Duration.ofSeconds(-5));
      player.advance();
      now = now.plusSeconds(1);
      player.advance();
      assertThat(played).containsExactly("a0", "a20", "a15", "a16");

      player.seek(Duration.ofSeconds(-1_000));
      player.advance();
      assertThat(played).endsWith("a16", "a0");

      player.seek(Duration.ofSeconds(1_000));
      assertThat(player.advance()).as("beyond the end").isEmpty();
    }
  }

  @Test
  void aLongSilenceBeforeTheFirstRecordIsNotWaitedFor() {
    try (Player player =
        player(history(NOON.minusSeconds(86_400), NOON.plusSeconds(60)), new Speed(1))) {
      assertThat(player.advance()).contains(Duration.ofSeconds(1));
      assertThat(played).hasSize(1);
    }
  }

  @Test
  void keysDriveThePlayerAndAReplayToATopicDoesNotGoBack() {
    try (Player player = minute("1x")) {
      List<String> told = new ArrayList<>();
      Session session = new Session(player, Keys.none(), false, told::add);
      player.advance();
      assertThat(session.press(Key.PAUSE)).isTrue();
      session.press(Key.FORWARD);
      assertThat(played).as("a step").isEqualTo(seconds(0, 2));
      session.press(Key.PAUSE);
      session.press(Key.FORWARD);
      player.advance();
      assertThat(played).as("ten seconds on").endsWith("a1", "a11");
      session.press(Key.BACK);
      assertThat(told.get(told.size() - 1)).contains("cannot be taken back");
      assertThat(player.position()).isEqualTo(NOON.plusSeconds(11));
      assertThat(session.press(Key.QUIT)).isFalse();
    }
  }

  @Test
  void whatATerminalSendsIsUnderstoodAndTheRestIsNot() throws Exception {
    Keys keys =
        Keys.of(new ByteArrayInputStream("x \033[C\033[D\033OC\033[Aq".getBytes("US-ASCII")));
    List<Key> pressed = new ArrayList<>();
    for (Optional<Key> key = keys.await(Duration.ofSeconds(10));
        key.isPresent();
        key = keys.await(Duration.ofSeconds(10))) {
      pressed.add(key.get());
      if (key.get() == Key.QUIT) {
        break;
      }
    }
    assertThat(pressed).containsExactly(Key.PAUSE, Key.FORWARD, Key.BACK, Key.FORWARD, Key.QUIT);
  }

  @Test
  void whatIsNoSpeedIsNone() {
    assertThat(Stream.of("0x", "x", "-1x", "10", "1e9x", "999999x", "MAX", "").map(Speed::parse))
        .allMatch(Optional::isEmpty);
    assertThat(Speed.parse("0.5x")).contains(new Speed(0.5));
  }
}
