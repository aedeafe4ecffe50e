package dev.countermand.dashboards.console;

import dev.countermand.model.Approval;
import dev.countermand.model.Ask;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialHolders;
import dev.countermand.model.Decision;
import dev.countermand.model.Incident;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.Task;
import dev.countermand.model.Topics;
import dev.countermand.runtime.asks.OpenAsks;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What holds now, as the compacted topics have it. Thread-safe. */
final class Views implements AutoCloseable {
  private static final int MAX_ORDERS = 10_000;
  private static final int MAX_PERSONS = 16;

  private final CompactedView<Risk> risks;
  private final CompactedView<Task> tasks;
  private final CompactedView<ContainmentState> states;
  private final CompactedView<Incident> incidents;
  private final CompactedView<Credential> credentials;
  private final CompactedView<CredentialHolders> holders;
  private final CompactedView<Approval> approvals;
  private final OpenAsks asks;
  private final Map<String, Map<String, Approval>> said =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Approval>> eldest) {
          return size() > MAX_ORDERS;
        }
      };

  /** Told of what changed, on the threads that follow the topics. */
  interface Changes {
    /** Something of an agent did. */
    void agent(String id);

    /** Something of an incident did. */
    void incident(String id);

    /** Something that waits for people did. */
    void waiting();
  }

  /** Starts following; nothing is waited for. */
  Views(KafkaSettings kafka, InstantSource clock, Changes changes) {
    Topics topics = kafka.topics();
    risks =
        new CompactedView<>(
            kafka,
            topics.risk(),
            Risk.CODEC,
            (subject, risk) -> {
              if (subject.startsWith(RiskSubject.agent(""))) {
                changes.agent(subject.substring(RiskSubject.agent("").length()));
              }
            });
    asks = new OpenAsks(kafka, clock, changes::waiting);
    tasks =
        new CompactedView<>(
            kafka, topics.tasks(), Task.CODEC, (agent, task) -> changes.agent(agent));
    states =
        new CompactedView<>(
            kafka,
            topics.containmentState(),
            ContainmentState.CODEC,
            (agent, state) -> {
              changes.agent(agent);
              changes.waiting();
            });
    incidents =
        new CompactedView<>(
            kafka,
            topics.incidents(),
            Incident.CODEC,
            (id, incident) -> {
              changes.incident(id);
              if (incident != null) {
                changes.agent(incident.agentId());
              }
            });
    credentials = new CompactedView<>(kafka, topics.credentials(), Credential.CODEC);
    holders = new CompactedView<>(kafka, topics.credentialHolders(), CredentialHolders.CODEC);
    approvals =
        CompactedView.keepingNothing(
            kafka,
            topics.approvals(),
            Approval.CODEC,
            (agent, approval) -> {
              add(approval);
              changes.waiting();
            });
  }

  private void add(@Nullable Approval approval) {
    if (approval == null || approval.decision() == Decision.ASK) {
      return;
    }
    synchronized (said) {
      Map<String, Approval> persons =
          said.computeIfAbsent(approval.orderId(), id -> new LinkedHashMap<>());
      if (persons.size() < MAX_PERSONS || persons.containsKey(approval.by())) {
        persons.put(approval.by(), approval);
      }
    }
  }

  /** The attempts that wait at gateways, the oldest first. */
  List<Ask> asks() {
    return asks.waiting();
  }

  /** The last word of each person on an order. */
  List<Approval> said(String orderId) {
    synchronized (said) {
      return List.copyOf(said.getOrDefault(orderId, Map.of()).values());
    }
  }

  /** The last word of each person on every order. */
  List<Approval> answers() {
    synchronized (said) {
      return said.values().stream().flatMap(persons -> persons.values().stream()).toList();
    }
  }

  Optional<Risk> risk(String agentId) {
    return risks.find(RiskSubject.agent(agentId));
  }

  List<Risk> risks() {
    return risks.all();
  }

  Optional<Task> task(String agentId) {
    return tasks.find(agentId);
  }

  List<Task> tasks() {
    return tasks.all();
  }

  Optional<ContainmentState> state(String agentId) {
    return states.find(agentId);
  }

  List<ContainmentState> states() {
    return states.all();
  }

  Optional<Incident> incident(String id) {
    return incidents.find(id);
  }

  List<Incident> incidents() {
    return incidents.all();
  }

  List<Credential> credentials() {
    return credentials.all();
  }

  /** A registered credential, by its fingerprint under the current key or an earlier one. */
  Optional<Credential> credential(String fingerprint) {
    return credentials
        .find(fingerprint)
        .or(
            () ->
                credentials.all().stream()
                    .filter(one -> one.hasFingerprint(fingerprint))
                    .findFirst());
  }

  /** What people call a credential; null for one that is not registered. */
  @Nullable String nameOf(String fingerprint) {
    return credentials.find(fingerprint).map(Credential::name).orElse(null);
  }

  List<CredentialHolders> holders() {
    return holders.all();
  }

  Optional<CredentialHolders> holders(String fingerprint) {
    return holders.find(fingerprint);
  }

  /**
   * Waits until everything that was there at the start has been read.
   *
   * @throws dev.countermand.runtime.CountermandException KAFKA_UNREACHABLE
   */
  void awaitCaughtUp(Duration limit) {
    views().forEach(view -> view.awaitCaughtUp(limit));
    asks.awaitCaughtUp(limit);
  }

  /** Whether everything that was there at the start has been read. */
  boolean areCaughtUp() {
    return views().stream().allMatch(CompactedView::isCaughtUp);
  }

  private List<CompactedView<?>> views() {
    return List.of(risks, tasks, states, incidents, credentials, holders, approvals);
  }

  @Override
  public void close() {
    // At the same time, as each may have to wait for a broker that is away.
    Stream.concat(views().stream(), Stream.of(asks)).parallel().forEach(Views::close);
  }

  private static void close(AutoCloseable view) {
    try {
      view.close();
    } catch (Exception e) {
      throw new IllegalStateException("a view always ends", e);
    }
  }
}
