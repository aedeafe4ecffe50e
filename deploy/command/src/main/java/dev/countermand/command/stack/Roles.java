package dev.countermand.command.stack;

import dev.countermand.collectors.gateway.Gateway;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.containment.ContainmentService;
import dev.countermand.containment.Questions;
import dev.countermand.containment.signals.SignalService;
import dev.countermand.dashboards.IndexSink;
import dev.countermand.dashboards.console.Console;
import dev.countermand.dashboards.console.Knowledge;
import dev.countermand.dashboards.console.WaitingOrder;
import dev.countermand.dashboards.evidence.Notary;
import dev.countermand.detectors.incident.IncidentPolicy;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.model.Topics;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.config.IncidentSettings;
import dev.countermand.runtime.config.RiskSettings;
import dev.countermand.runtime.config.SignalSettings;
import dev.countermand.runtime.crypto.Sealing;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.streams.RiskJob;
import dev.countermand.streams.ScoringJob;
import dev.countermand.streams.flink.LearningJob;
import dev.countermand.streams.flink.LearningSettings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** Starts each role of a deployment as the configuration says; each is closed by its caller. */
public final class Roles {
  /** The directory of the learning job in the data directory. */
  static final String LEARNING = "learning";

  private static final Duration LEARNED_AT_FIRST = Duration.ofDays(30);

  private final Configuration config;
  private final KafkaSettings kafka;
  private final PrometheusMeterRegistry meters;
  private final InstantSource clock;

  /** The roles of a deployment; what they measure goes to the registry. */
  public Roles(Configuration config, PrometheusMeterRegistry meters, InstantSource clock) {
    this.config = config;
    this.kafka = config.kafka().settings();
    this.meters = meters;
    this.clock = clock;
  }

  /** Creates the topics that are missing. */
  public void topics() {
    new TopicAdmin(kafka)
        .ensure(kafka.topics().all(), config.kafka().partitions(), config.kafka().replication());
  }

  /** The gateway; it also starts while Kafka is away. */
  public Gateway gateway() {
    return Gateway.start(
        config.gateway(),
        config.tasks(),
        config.data(),
        kafka,
        registered -> ActionRedactor.of(Redactors.of(config, registered)),
        this::sealer,
        new LocalJudgement(Detection.of(config, meters)),
        meters,
        clock);
  }

  private Sealing.Sealer sealer() {
    Set<String> known = Redactor.kinds();
    config
        .gateway()
        .seal()
        .kinds()
        .forEach(
            (kind, policy) -> {
              if (policy == GatewaySettings.SealPolicy.ALL && !known.contains(kind)) {
                throw unknownKind(kind, known);
              }
            });
    return Sealing.existingSealer(config.keys());
  }

  // Taken as it is, it would seal nothing and nobody would know.
  private static CountermandException unknownKind(String kind, Set<String> known) {
    return new CountermandException(
        "SEAL_KIND_UNKNOWN",
        "gateway.seal.kinds."
            + kind
            + " is all, but the redactor finds no tokens of this kind."
            + ConfigurationLoader.closest(kind, known)
                .map(right -> " Did you mean \"" + right + "\"?")
                .orElse(" Ask countermand redact what kind a token is of."));
  }

  /** The scoring job; it has begun to run when this returns. */
  public ScoringJob scoring() {
    return ScoringJob.start(
        kafka,
        config.scoring().threads(),
        state(),
        meters,
        Detection.of(config, meters),
        riskPolicy(config.risk()));
  }

  /** The risk job, beside scoring; it has begun to run when this returns. */
  public RiskJob risk() {
    IncidentSettings incidents = config.incidents();
    return RiskJob.start(
        kafka,
        state(),
        meters,
        riskPolicy(config.risk()),
        new IncidentPolicy(
            incidents.repeatedFor(), incidents.alertsPerHour(), incidents.quietFor()));
  }

  /** What a configuration makes of risks. */
  public static RiskPolicy riskPolicy(RiskSettings risk) {
    return new RiskPolicy(risk.halfLife(), risk.notifyAt(), risk.askAt(), risk.containAt());
  }

  /** Each job on Kafka Streams makes a directory of its own in there. */
  private Path state() {
    return config.scoring().state() == null
        ? config.data().resolve("scoring")
        : config.scoring().state();
  }

  /** The learning job that goes on; it reads the last 30 days where it has no checkpoint. */
  public LearningJob learning() {
    return learning(clock.instant().minus(LEARNED_AT_FIRST));
  }

  /** The learning job that goes on; it reads the past where it has no checkpoint. */
  public LearningJob learning(Instant from) {
    return LearningJob.start(learning(LEARNING), from);
  }

  /** The learning job over what is on the topic now. */
  public LearningJob learningFromHistory(Instant from, Instant to) {
    return LearningJob.startBounded(learning("learning-history"), from, to);
  }

  private LearningSettings learning(String directory) {
    LearningSettings settings = LearningSettings.of(kafka, config.data().resolve(directory));
    // A subtask without a partition only holds the others up.
    return settings.withParallelism(Math.min(settings.parallelism(), config.kafka().partitions()));
  }

  /**
   * Containment: the only role that can open sealed secrets.
   *
   * @throws CountermandException REPLAY_NOT_CONTAINED when the topics are those of a replay
   */
  public ContainmentService containment() {
    if (kafka.topics().isReplay()) {
      throw new CountermandException(
          "REPLAY_NOT_CONTAINED",
          "kafka.topic-prefix begins with "
              + Topics.REPLAY_PREFIX
              + ": its orders were carried out when they were given, and containment does not run"
              + " on a replay of them.");
    }
    return ContainmentService.start(
        kafka, config.containment(), Sealing.opener(config.keys()), meters, clock);
  }

  /** The transmitter of signals, beside containment; empty when no stream is configured. */
  public Optional<SignalService> signals() {
    SignalSettings signals = config.containment().signals();
    return signals.isOn()
        ? Optional.of(SignalService.start(kafka, signals, config.keys(), meters, clock))
        : Optional.empty();
  }

  /** The console; some user must be configured. */
  public Console console() {
    RiskPolicy risk = riskPolicy(config.risk());
    return Console.start(
        config,
        new Knowledge(
            state ->
                Questions.of(state).stream()
                    .map(one -> new WaitingOrder(one.order(), one.since()))
                    .toList(),
            risk::answer),
        Redactors.records(config, clock),
        clock);
  }

  /** The index; it also starts while Elasticsearch is away. */
  public IndexSink index() {
    return IndexSink.start(kafka, config.elasticsearch(), meters, clock);
  }

  /** The notary, which signs what stands in the topics of evidence. */
  public Notary notary() {
    return Notary.start(
        kafka, config.evidence(), config.keys(), config.evidenceFiles(), meters, clock);
  }
}
