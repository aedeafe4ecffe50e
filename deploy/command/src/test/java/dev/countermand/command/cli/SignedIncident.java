package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.dashboards.evidence.Notary;
import dev.countermand.detectors.AgentState;
import dev.countermand.detectors.Known;
import dev.countermand.detectors.Scoring;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.config.EvidenceSettings;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.IncidentSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.OutcomeSample;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** An incident that a notary signed on a real Kafka. */
final class SignedIncident {
  static final String AGENT = "agent-1";
  private static final Instant NOON = Instant.now().minus(Duration.ofHours(2));
  private static final String MARKUP = "rm -rf /srv/backups # it's <script>alert('\\\\')</script>";

  final Topics topics = new Topics(KafkaProbe.uniqueName("evidence"));
  final KafkaSettings kafka =
      new KafkaSettings(TestServers.kafka().bootstrapServers(), topics, Map.of());
  private final Path directory;
  private final Path config;

  /** With a directory for the keys, the checkpoints and what is exported. */
  SignedIncident(Path directory) throws IOException {
    this.directory = directory;
    this.config = directory.resolve("countermand.yaml");
    Files.writeString(
        config,
        "data: %s\nkafka: {bootstrap: \"%s\", topic-prefix: %s}\n"
            .formatted(directory, kafka.bootstrap(), topics.prefix()));
    new TopicAdmin(kafka).ensure(topics.all(), 1, 1);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (int i = 0; i < 4; i++) {
        probe.produce(topics.actions(), AGENT, text(Action.CODEC.encode(action(i))));
        Action scored =
            Scoring.standard().score(action(i), null, Known.NOTHING, AgentState.EMPTY).action();
        probe.produce(topics.scoredActions(), AGENT, text(Action.CODEC.encode(scored)));
      }
      probe.produce(topics.findings(), AGENT, text(Finding.CODEC.encode(finding())));
      probe.produce(
          topics.containmentOrders(), AGENT, text(ContainmentOrder.CODEC.encode(order())));
      probe.produce(
          topics.containmentOutcomes(),
          AGENT,
          text(
              ContainmentOutcome.CODEC.encode(
                  OutcomeSample.of(
                      AGENT, Step.KILL_SWITCH, StepState.VERIFIED, NOON.plusSeconds(6)))));
      probe.produce(topics.incidents(), "inc-1", text(Incident.CODEC.encode(incident())));
    }
    try (Notary notary = notary()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  notary != null
                      && signed(topics.actions()) >= 2
                      && signed(topics.containmentOutcomes()) >= 1
                      && signed(topics.containmentOrders()) >= 1
                      && signed(topics.findings()) >= 1);
    }
  }

  /** One that signs from now on. */
  Notary notary() {
    return Notary.start(
        kafka,
        new EvidenceSettings(null, 3, Duration.ofMillis(200)),
        directory.resolve("keys"),
        directory.resolve("evidence"),
        new SimpleMeterRegistry(),
        InstantSource.system());
  }

  private long signed(String topic) throws IOException {
    Path file = directory.resolve("evidence").resolve(topic + "-0.jsonl");
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  static Action action(int i) {
    return ActionSample.of("act-" + i, NOON.plusSeconds(i))
        .agent(AGENT)
        .command(i == 3 ? MARKUP : "ls " + i)
        .build();
  }

  private static Finding finding() {
    return FindingSample.of("act-3:destructive", NOON.plusSeconds(4))
        .action("act-3")
        .agent(AGENT)
        .rule("destructive")
        .severity(Severity.CRITICAL)
        .build();
  }

  private static ContainmentOrder order() {
    return new ContainmentOrder(
        "order-of-" + AGENT,
        NOON.plusSeconds(5),
        OrderKind.CONTAIN,
        AGENT,
        "destructive",
        "act-3",
        NOON.plusSeconds(3),
        List.of("act-3:destructive"),
        List.of(),
        "scoring",
        Extra.NONE);
  }

  private static Incident incident() {
    return IncidentSample.of("inc-1", NOON.plusSeconds(4))
        .contained(NOON.plusSeconds(6))
        .agent(AGENT)
        .summary("The backups would be gone.")
        .findings("act-3:destructive")
        .build();
  }

  static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  Invocation run(String... words) {
    List<String> arguments = new ArrayList<>(Arrays.asList(words));
    arguments.addAll(List.of("-c", config.toString()));
    return Invocation.of("", arguments.toArray(String[]::new));
  }

  Path export(String kind, String name) {
    Path file = directory.resolve(name);
    Invocation done = run("incident", "export", "inc-1", kind, file.toString());
    assertThat(done.code()).as(done.out() + done.err()).isZero();
    return file;
  }
}
