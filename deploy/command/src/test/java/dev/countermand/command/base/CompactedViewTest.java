package dev.countermand.command.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.embedded.KafkaServer;
import dev.countermand.model.Approval;
import dev.countermand.model.Decision;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactedViewTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void itHoldsTheLastValueOfEachKeyOfAllPartitionsOnceItHasCaughtUp() {
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      String topic = probe.createTopic("view", 3);
      for (int i = 0; i < 20; i++) {
        probe.produce(topic, "key-" + i, text("old"));
        probe.produce(topic, "key-" + i, text("new-" + i));
      }
      probe.produce(topic, "key-7", null);

      try (CompactedView<Approval> view = view(topic).awaitCaughtUp(PATIENCE)) {
        assertThat(view.isCaughtUp()).isTrue();
        assertThat(view.all()).hasSize(19);
        assertThat(reason(view, "key-3")).contains("new-3");
        assertThat(view.find("key-7")).isEmpty();
        assertThat(view.find("nobody")).isEmpty();
      }
    }
  }

  @Test
  void itFollowsChangesAndRemovalsAndTellsOfThem() {
    List<String> told = new CopyOnWriteArrayList<>();
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      String topic = probe.createTopic("view", 1);
      try (CompactedView<Approval> view =
          new CompactedView<>(
              settings(TestServers.kafka().bootstrapServers()),
              topic,
              Approval.CODEC,
              (key, value) -> told.add(key + "=" + (value == null ? null : value.reason())))) {
        view.awaitCaughtUp(PATIENCE);
        assertThat(view.all()).isEmpty();

        probe.produce(topic, "a", text("one"));
        await(() -> reason(view, "a").equals(Optional.of("one")));
        probe.produce(topic, "a", text("two"));
        await(() -> reason(view, "a").equals(Optional.of("two")));
        probe.produce(topic, "a", null);
        await(() -> view.find("a").isEmpty());
      }
    }
    assertThat(told).containsExactly("a=one", "a=two", "a=null");
  }

  @Test
  void upToNowWaitsForWhatWasAcknowledgedBeforeItWasAsked() {
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      String topic = probe.createTopic("view", 3);
      try (CompactedView<Approval> view = view(topic).awaitCaughtUp(PATIENCE)) {
        for (int i = 0; i < 200; i++) {
          probe.produce(topic, "key-" + i % 7, text("news-" + i));
          assertThat(view.upToNow()).succeedsWithin(PATIENCE);
          assertThat(reason(view, "key-" + i % 7)).contains("news-" + i);
        }
      }
    }
  }

  @Test
  void whoWaitsForAViewThatIsClosedIsTold() {
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      CompactedView<Approval> view = view(probe.createTopic("view", 1)).awaitCaughtUp(PATIENCE);
      view.close();
      assertThat(view.upToNow()).isCompletedExceptionally();
    }
    try (CompactedView<Approval> away =
        new CompactedView<>(settings("127.0.0.1:1"), "view", Approval.CODEC)) {
      CompletableFuture<Void> asked = away.upToNow();
      assertThat(asked).isNotDone();
      away.close();
      assertThat(asked).isCompletedExceptionally();
    }
  }

  @Test
  void oneThatKeepsNothingTellsOfEverything() {
    List<String> told = new CopyOnWriteArrayList<>();
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      String topic = probe.createTopic("view", 1);
      probe.produce(topic, "a", text("one"));
      probe.produce(topic, "a", null);
      probe.produce(topic, "b", text("two"));
      try (CompactedView<Approval> view =
          CompactedView.keepingNothing(
              settings(TestServers.kafka().bootstrapServers()),
              topic,
              Approval.CODEC,
              (key, value) -> told.add(key + "=" + (value == null ? null : value.reason())))) {
        view.awaitCaughtUp(PATIENCE);
        assertThat(told).containsExactly("a=one", "a=null", "b=two");
        assertThat(view.all()).isEmpty();
        assertThat(view.find("b")).isEmpty();
      }
    }
  }

  @Test
  void whatCannotBeReadLeavesTheValueBeforeItAndAListenerThatFailsStopsNothing() {
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      String topic = probe.createTopic("view", 1);
      probe.produce(topic, "a", text("good"));
      probe.produce(topic, "a", "{\"broken");
      probe.produce(topic, null, text("no key"));
      try (CompactedView<Approval> view =
          new CompactedView<>(
              settings(TestServers.kafka().bootstrapServers()),
              topic,
              Approval.CODEC,
              (key, value) -> {
                throw new IllegalStateException("a listener fails");
              })) {
        view.awaitCaughtUp(PATIENCE);
        assertThat(reason(view, "a")).contains("good");

        probe.produce(topic, "b", text("later"));
        await(() -> view.find("b").isPresent());
      }
    }
  }

  @Test
  void itWaitsForATopicThatDoesNotExistYetAndDoesNotCreateIt() {
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      String topic = KafkaProbe.uniqueName("view-later");
      try (CompactedView<Approval> view = view(topic)) {
        CountermandException refusal =
            catchThrowableOfType(
                CountermandException.class, () -> view.awaitCaughtUp(Duration.ofSeconds(5)));
        assertThat(refusal.code()).isEqualTo("KAFKA_TOPIC_ABSENT");
        assertThat(probe.topics()).doesNotContain(topic);

        probe.createTopics(
            List.of(new org.apache.kafka.clients.admin.NewTopic(topic, 1, (short) 1)));
        probe.produce(topic, "a", text("now"));
        view.awaitCaughtUp(PATIENCE);
        await(() -> view.find("a").isPresent());
      }
    }
  }

  @Test
  void whoWaitsIsToldThatKafkaIsAway() {
    try (CompactedView<Approval> away =
        new CompactedView<>(settings("127.0.0.1:1"), "view", Approval.CODEC)) {
      CountermandException refusal =
          catchThrowableOfType(
              CountermandException.class, () -> away.awaitCaughtUp(Duration.ofSeconds(1)));
      assertThat(refusal.code()).isEqualTo("KAFKA_UNREACHABLE");
    }
  }

  @Test
  void itKeepsItsValuesWhileKafkaIsAwayAndGoesOnWhereItStopped(@TempDir Path directory) {
    List<String> told = new CopyOnWriteArrayList<>();
    try (KafkaServer server = KafkaServer.start(directory, KafkaServer.Options.defaults())) {
      String topic;
      try (KafkaProbe probe = new KafkaProbe(server.bootstrapServers())) {
        topic = probe.createTopic("view", 1);
        probe.produce(topic, "agent", text("released"));
        probe.produce(topic, "agent", text("contained"));
      }
      try (CompactedView<Approval> view =
          new CompactedView<>(
              settings(server.bootstrapServers()),
              topic,
              Approval.CODEC,
              (key, value) -> told.add(value == null ? "removed" : value.reason()))) {
        view.awaitCaughtUp(PATIENCE);
        server.stop();
        assertThat(reason(view, "agent")).contains("contained");

        server.restart();
        try (KafkaProbe probe = new KafkaProbe(server.bootstrapServers())) {
          probe.produce(topic, "agent", text("released again"));
        }
        await(() -> reason(view, "agent").equals(Optional.of("released again")));
      }
    }
    assertThat(told).containsExactly("released", "contained", "released again");
  }

  @Test
  void closingEndsItsThread() {
    String topic = KafkaProbe.uniqueName("view-closed");
    CompactedView<Approval> view = view(topic);

    view.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("view-" + topic) && thread.isAlive());
  }

  private static CompactedView<Approval> view(String topic) {
    return new CompactedView<>(
        settings(TestServers.kafka().bootstrapServers()), topic, Approval.CODEC);
  }

  private static KafkaSettings settings(String bootstrap) {
    return new KafkaSettings(bootstrap, new Topics("view"), Map.of());
  }

  private static Optional<String> reason(CompactedView<Approval> view, String key) {
    return view.find(key).map(Approval::reason);
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  private static String text(String reason) {
    Approval approval =
        new Approval(
            "order",
            Instant.parse("2026-11-21T09:14:03Z"),
            "agent",
            Decision.ALLOW,
            "somebody",
            reason,
            Extra.NONE);
    return new String(Approval.CODEC.encode(approval), StandardCharsets.UTF_8);
  }
}
