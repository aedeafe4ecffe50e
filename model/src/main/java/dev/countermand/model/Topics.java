package dev.countermand.model;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The topics, all keyed by the agent's id but for {@code credentials}, {@code sealed-credentials}
 * and {@code credential-holders} (fingerprint), {@code baselines} (subject and feature), {@code
 * rules} (rule id), {@code risk} (subject), {@code incidents} (incident), {@code asks} (action),
 * {@code signals} (stream and token), {@code signal-state} (stream or agent), {@code checkpoints}
 * (topic and partition) and {@code dead-letters} (no key).
 *
 * @param prefix what stands before each name and a dot; {@code countermand} by default
 */
public record Topics(String prefix) {
  /** The prefix where the configuration names none. */
  public static final String DEFAULT_PREFIX = "countermand";

  /** What the prefix of a replay begins with, and that of no deployment. */
  public static final String REPLAY_PREFIX = "replay-";

  /** Largest record, in bytes: an action of a body of 1 MiB with what redaction adds. */
  public static final int MAX_RECORD_BYTES = 4 * 1024 * 1024;

  private static final Duration EVIDENCE = Duration.ofDays(30);
  private static final Duration AUDIT = Duration.ofDays(365);
  private static final Duration ANSWERS = Duration.ofHours(1);
  private static final Duration WAITS = Duration.ofDays(2);

  /** How long a signal that no receiver acknowledges is kept. */
  public static final Duration UNDELIVERED = Duration.ofDays(7);

  /** How long a sealed copy of a token that nobody registered is kept. */
  public static final Duration SEALED = Duration.ofDays(7);

  /** Whether these are the topics of a replay, where nothing happens but what happened before. */
  public boolean isReplay() {
    return prefix.startsWith(REPLAY_PREFIX);
  }

  /** Attempts, results and notices, as collectors ship them. */
  public String actions() {
    return name("actions");
  }

  /** The same with effects and score. */
  public String scoredActions() {
    return name("scored-actions");
  }

  /** What detectors found. */
  public String findings() {
    return name("findings");
  }

  /** The answers to attempts. */
  public String verdicts() {
    return name("verdicts");
  }

  /** Orders to contain and to release. */
  public String containmentOrders() {
    return name("containment-orders");
  }

  /** What became of each step. */
  public String containmentOutcomes() {
    return name("containment-outcomes");
  }

  /** What is about to be done for each order. */
  public String containmentPlans() {
    return name("containment-plans");
  }

  /** What people said of orders and attempts that wait. */
  public String approvals() {
    return name("approvals");
  }

  /** The attempts that wait for people at gateways. */
  public String asks() {
    return name("asks");
  }

  /** What could not be processed. */
  public String deadLetters() {
    return name("dead-letters");
  }

  /** Who changed what agents may do. */
  public String audit() {
    return name("audit");
  }

  /** What a notary signed of other topics. */
  public String checkpoints() {
    return name("checkpoints");
  }

  /** The open task of each agent. */
  public String tasks() {
    return name("tasks");
  }

  /** The registered credentials. */
  public String credentials() {
    return name("credentials");
  }

  /** Tokens that nobody registered, sealed to containment by the gateways that saw them. */
  public String sealedCredentials() {
    return name("sealed-credentials");
  }

  /** Which agents have each registered credential. */
  public String credentialHolders() {
    return name("credential-holders");
  }

  /** What is normal. */
  public String baselines() {
    return name("baselines");
  }

  /** Rules that replace or add to those that are shipped. */
  public String rules() {
    return name("rules");
  }

  /** The kill switch of each agent. */
  public String containmentState() {
    return name("containment-state");
  }

  /** How risky agents, sessions, credentials and owners are. */
  public String risk() {
    return name("risk");
  }

  /** Findings about one agent that belong together. */
  public String incidents() {
    return name("incidents");
  }

  /** Security event tokens that their receivers have not acknowledged. */
  public String signals() {
    return name("signals");
  }

  /** What receivers of signals asked for, and what they were last told of agents' risk. */
  public String signalState() {
    return name("signal-state");
  }

  /** Every topic with its settings. */
  public List<Topic> all() {
    return List.of(
        log(actions(), EVIDENCE),
        log(scoredActions(), EVIDENCE),
        log(findings(), EVIDENCE),
        log(verdicts(), ANSWERS),
        log(containmentOrders(), EVIDENCE),
        log(containmentOutcomes(), EVIDENCE),
        log(containmentPlans(), EVIDENCE),
        log(approvals(), EVIDENCE),
        log(deadLetters(), EVIDENCE),
        log(audit(), AUDIT),
        forgetting(asks(), 1, WAITS),
        log(checkpoints(), 1, AUDIT),
        history(tasks(), 0),
        history(credentials(), 1),
        forgetting(sealedCredentials(), 1, SEALED),
        forgetting(credentialHolders(), 1, EVIDENCE),
        table(baselines(), 0),
        table(rules(), 1),
        table(containmentState(), 0),
        forgetting(risk(), 0, EVIDENCE),
        forgetting(incidents(), 0, AUDIT),
        forgetting(signals(), 1, UNDELIVERED),
        table(signalState(), 1));
  }

  private String name(String topic) {
    return prefix + "." + topic;
  }

  private static Topic log(String name, Duration retention) {
    return log(name, 0, retention);
  }

  private static Topic log(String name, int partitions, Duration retention) {
    return new Topic(
        name,
        partitions,
        Map.of(
            "cleanup.policy", "delete",
            "retention.ms", Long.toString(retention.toMillis()),
            "max.message.bytes", Integer.toString(MAX_RECORD_BYTES)));
  }

  private static Topic table(String name, int partitions) {
    return new Topic(
        name,
        partitions,
        Map.of(
            "cleanup.policy", "compact", "max.message.bytes", Integer.toString(MAX_RECORD_BYTES)));
  }

  /** The last of each key, and what it replaced for as long as actions are kept. */
  private static Topic history(String name, int partitions) {
    Map<String, String> settings = new HashMap<>(table(name, partitions).settings());
    settings.put("min.compaction.lag.ms", Long.toString(EVIDENCE.toMillis()));
    return new Topic(name, partitions, settings);
  }

  /** The last of each key, until nothing was said of it for so long. */
  private static Topic forgetting(String name, int partitions, Duration retention) {
    return new Topic(
        name,
        partitions,
        Map.of(
            "cleanup.policy", "compact,delete",
            "retention.ms", Long.toString(retention.toMillis()),
            // Only segments that are closed are deleted: without this one, a week later.
            "segment.ms", Long.toString(Duration.ofDays(1).toMillis()),
            "max.message.bytes", Integer.toString(MAX_RECORD_BYTES)));
  }
}
