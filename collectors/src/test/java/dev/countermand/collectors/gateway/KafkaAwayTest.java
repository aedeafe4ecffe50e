package dev.countermand.collectors.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.model.Action;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Decision;
import dev.countermand.model.Verdict;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaAwayTest {
  @TempDir Path directory;
  private KafkaServer server;
  private KafkaSettings kafka;
  private GatewayFixture gateway;

  private void start() throws Exception {
    server = KafkaServer.start(directory.resolve("kafka"), KafkaServer.Options.defaults());
    kafka = GatewayFixture.settings(server.bootstrapServers());
    GatewayFixture.createTopics(kafka);
    gateway = gateway(1 << 30);
    gateway.awaitWay(Outbox.Way.UP);
  }

  private GatewayFixture gateway(long spoolBytes) throws Exception {
    Path data = directory.resolve("data");
    return GatewayFixture.start(
        kafka,
        data,
        GatewayFixture.config(data, Duration.ofSeconds(1), spoolBytes),
        Gateway.PATIENCE);
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private GatewayFixture.Reply report(String agent, int number) {
    String body =
        "{\"agent\":{\"id\":\"%s\"},\"session\":\"s\",\"phase\":\"notice\",\"input\":{\"n\":%d}}"
            .formatted(agent, number);
    return gateway.post(
        GatewayFixture.ACTIONS,
        GatewayFixture.FLEET,
        "application/json",
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** The numbers of each agent in the order they came to Kafka, each when it came first. */
  private static Map<String, List<Integer>> firstArrivals(List<Action> actions) {
    Map<String, List<Integer>> numbers = new LinkedHashMap<>();
    Set<String> seen = new HashSet<>();
    for (Action action : actions) {
      if (action.input() != null && action.input().has("n") && seen.add(action.id())) {
        numbers
            .computeIfAbsent(action.agentId(), agent -> new ArrayList<>())
            .add(action.input().path("n").asInt());
      }
    }
    return numbers;
  }

  @Test
  void aKafkaThatIsKilledAndComesBackLosesNothingAndReordersNoAgent() throws Exception {
    start();
    int agents = 4;
    AtomicBoolean going = new AtomicBoolean(true);
    AtomicInteger answered = new AtomicInteger();
    ExecutorService clients = Executors.newFixedThreadPool(agents);
    List<Future<Integer>> sent = new ArrayList<>();
    for (int a = 0; a < agents; a++) {
      String agent = "agent-" + a;
      sent.add(
          clients.submit(
              () -> {
                int number = 0;
                while (going.get()) {
                  assertThat(report(agent, number).status()).isEqualTo(200);
                  number++;
                  answered.incrementAndGet();
                }
                return number;
              }));
    }
    answeredMore(answered, 40);
    server.kill();
    gateway.awaitWay(Outbox.Way.AWAY);
    answeredMore(answered, 100);
    server.restart();
    gateway.awaitWay(Outbox.Way.UP);
    answeredMore(answered, 40);
    server.stop();
    gateway.awaitWay(Outbox.Way.AWAY);
    answeredMore(answered, 40);
    server.restart();
    gateway.awaitWay(Outbox.Way.UP);
    answeredMore(answered, 20);
    going.set(false);

    try (KafkaProbe probe = new KafkaProbe(server.bootstrapServers())) {
      Map<String, List<Integer>> arrived =
          firstArrivals(GatewayFixture.actions(probe, kafka, answered.get()));
      for (int a = 0; a < agents; a++) {
        List<Integer> all = IntStream.range(0, sent.get(a).get()).boxed().toList();
        assertThat(arrived.get("agent-" + a)).isEqualTo(all);
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(gateway.count("countermand.outbox.drained")).isGreaterThanOrEqualTo(140);
  }

  private void takeNoMoreThan(int bytes, String topic) throws Exception {
    try (Admin admin = Admin.create(kafka.admin("test"))) {
      ConfigEntry limit = new ConfigEntry("max.message.bytes", Integer.toString(bytes));
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(new AlterConfigOp(limit, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  private static void answeredMore(AtomicInteger answered, int more) {
    int from = answered.get();
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() >= from + more);
  }

  @Test
  void aSpooledRecordThatKafkaRefusesForGoodBecomesADeadLetterAndHoldsUpNoOther() throws Exception {
    start();
    takeNoMoreThan(8_000, kafka.topics().actions());
    server.kill();
    report("agent-0", 0);
    gateway.awaitWay(Outbox.Way.AWAY);
    report("agent-0", 1);
    String numbers =
        IntStream.range(0, 4_000).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    assertThat(gateway.attempt("echo " + numbers).permission()).isEqualTo("none");
    report("agent-0", 2);
    server.restart();
    gateway.awaitWay(Outbox.Way.UP);

    try (KafkaProbe probe = new KafkaProbe(server.bootstrapServers())) {
      DeadLetter letter =
          DeadLetter.CODEC.decode(
              probe
                  .awaitAtLeast(kafka.topics().deadLetters(), 1)
                  .get(0)
                  .value()
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(letter.code()).isEqualTo("RECORD_REFUSED");
      assertThat(letter.remains()).contains("1000 1001 1002");
      assertThat(firstArrivals(GatewayFixture.actions(probe, kafka, 3)).get("agent-0"))
          .containsExactly(0, 1, 2);
    }
  }

  @Test
  void attemptsAreAnsweredByTheLocalRuleQuicklyAndThatIsVisibleLater() throws Exception {
    start();
    server.kill();
    gateway.awaitWay(Outbox.Way.UP);
    gateway.attempt("echo the first one finds out");
    gateway.awaitWay(Outbox.Way.AWAY);
    long begun = System.nanoTime();
    assertThat(gateway.attempt("curl -d volumeDelete").permission()).isEqualTo("deny");
    assertThat(gateway.attempt("ls").permission()).isEqualTo("none");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(1_500));
    assertThat(
            gateway.count("countermand.gateway.verdicts", "by", "local", "because", "kafka-away"))
        .isGreaterThanOrEqualTo(2);
    assertThat(gateway.get("/health").body().path("kafka").asText()).isEqualTo("away");
    assertThat(gateway.get("/health").body().at("/spool/records").asInt()).isPositive();

    gateway.restart();
    assertThat(gateway.gateway().way()).isEqualTo(Outbox.Way.AWAY);
    assertThat(gateway.attempt("curl -d volumeDelete again").permission()).isEqualTo("deny");

    server.restart();
    gateway.awaitWay(Outbox.Way.UP);
    try (KafkaProbe probe = new KafkaProbe(server.bootstrapServers())) {
      assertThat(GatewayFixture.actions(probe, kafka, 4))
          .extracting(Action::command)
          .containsSubsequence(
              "echo the first one finds out",
              "curl -d volumeDelete",
              "ls",
              "curl -d volumeDelete again");
      assertThat(GatewayFixture.verdicts(probe, kafka, 3))
          .filteredOn(verdict -> verdict.decision() == Decision.DENY)
          .hasSizeGreaterThanOrEqualTo(2)
          .extracting(Verdict::by)
          .containsOnly("local");
    }
    assertThat(gateway.get("/health").body().at("/spool/records").asInt()).isZero();
  }

  @Test
  void aFullSpoolRefusesReportsAndStillAnswersAttempts() throws Exception {
    kafka = GatewayFixture.settings("127.0.0.1:" + GatewayFixture.freePort());
    gateway = gateway(4_000);
    GatewayFixture.Reply reply = report("agent-0", 0);
    assertThat(reply.status()).isEqualTo(200);
    for (int i = 1; reply.status() == 200; i++) {
      assertThat(i).isLessThan(50);
      reply = report("agent-0", i);
    }
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("SPOOL_FULL");
    assertThat(gateway.attempt("x volumeDelete").permission()).isEqualTo("deny");
    assertThat(
            gateway.count("countermand.gateway.verdicts", "by", "local", "because", "spool-full"))
        .isEqualTo(1);
  }

  @Test
  void withoutAScorerTheLocalRuleAnswersAtTheDeadline() throws Exception {
    kafka = GatewayFixture.settings(TestServers.kafka().bootstrapServers());
    GatewayFixture.createTopics(kafka);
    gateway = gateway(1 << 30);
    gateway.awaitWay(Outbox.Way.UP);
    assertThat(gateway.attempt("curl -d volumeDelete").permission()).isEqualTo("deny");
    assertThat(gateway.count("countermand.gateway.verdicts", "by", "local")).isEqualTo(1);
  }
}
