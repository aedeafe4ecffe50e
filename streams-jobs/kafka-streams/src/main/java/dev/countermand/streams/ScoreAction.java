package dev.countermand.streams;

import dev.countermand.detectors.AgentState;
import dev.countermand.detectors.Known;
import dev.countermand.detectors.Scored;
import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.baseline.Contained;
import dev.countermand.detectors.risk.RiskGate;
import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.Credential;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.Phase;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskSubject;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores each action once. An action that comes again, because the process died before it committed
 * or because a collector sent it twice, is answered with what was decided the first time (see
 * RATIONALE.md).
 */
final class ScoreAction implements FixedKeyProcessor<String, Assigned, Processed<Scored>> {
  private static final Logger log = LoggerFactory.getLogger(ScoreAction.class);

  private final Scoring scoring;
  private final RiskPolicy policy;
  private final ScoringMetrics metrics;
  private final TableChanges changes;
  private final Known known = new Known(this::registered, this::learned);
  private @Nullable FixedKeyProcessorContext<String, Processed<Scored>> context;
  private @Nullable AgentStore agents;
  private @Nullable ReadOnlyKeyValueStore<String, ValueAndTimestamp<Credential>> credentials;
  private @Nullable ReadOnlyKeyValueStore<String, ValueAndTimestamp<Baseline>> baselines;
  private @Nullable SeldomChanged<Risk> risks;
  private @Nullable SeldomChanged<ContainmentState> containments;

  /**
   * Scores.
   *
   * @param changes of the tables of risks and of containments
   */
  ScoreAction(Scoring scoring, RiskPolicy policy, ScoringMetrics metrics, TableChanges changes) {
    this.scoring = scoring;
    this.policy = policy;
    this.metrics = metrics;
    this.changes = changes;
  }

  @Override
  public void init(FixedKeyProcessorContext<String, Processed<Scored>> context) {
    this.context = context;
    AgentStore store = context.getStateStore(AgentStore.NAME);
    // The store of a task that was a standby in between has changed meanwhile.
    store.clearCache();
    this.agents = store;
    this.credentials = context.getStateStore(ScoringTopology.CREDENTIALS);
    this.baselines = context.getStateStore(ScoringTopology.BASELINES);
    this.risks = new SeldomChanged<>(context.getStateStore(ScoringTopology.RISKS), changes);
    this.containments =
        new SeldomChanged<>(context.getStateStore(ScoringTopology.CONTAINMENTS), changes);
  }

  @Override
  public void process(FixedKeyRecord<String, Assigned> record) {
    if (context == null || agents == null) {
      throw new IllegalStateException("process before init");
    }
    context.forward(record.withValue(score(context, agents, record)));
  }

  private Processed<Scored> score(
      FixedKeyProcessorContext<?, ?> in,
      AgentStore store,
      FixedKeyRecord<String, Assigned> record) {
    Arrival arrival = record.value().arrival();
    String agent = record.key();
    AgentState state = store.state(agent);
    Optional<Kept> kept = store.kept(agent, arrival.action().id());
    if (kept.isPresent()) {
      return kept.get().digest().equals(arrival.digest())
          ? again(in, store, record, kept.get(), state)
          : refuse(in, record, "ACTION_ID_REUSED", "Another action had this id before.");
    }
    return first(in, store, record, state);
  }

  private Processed<Scored> first(
      FixedKeyProcessorContext<?, ?> in,
      AgentStore store,
      FixedKeyRecord<String, Assigned> record,
      AgentState state) {
    Action action = record.value().arrival().action();
    Scored scored;
    try {
      scored = metrics.timed(() -> scoring.score(action, record.value().task(), known, state));
    } catch (RuntimeException | StackOverflowError e) {
      // One action that a detector trips over must not stop those of every other agent.
      log.error("Action {} of agent {} cannot be scored", action.id(), action.agentId(), e);
      return refuse(in, record, "SCORING_FAILED", "A detector failed: " + e.getClass().getName());
    }
    Scored judged = asked(scored);
    Scored asked =
        Contained.by(find(containments, record.key()), action).map(judged::under).orElse(judged);
    store.keep(record.key(), action.id(), Kept.of(asked, record.value().arrival().digest()));
    store.putState(record.key(), asked.state());
    metrics.scored(asked);
    return new Processed.Good<>(asked);
  }

  /** The same, asked about where the agent's risk is too great by now. */
  private Scored asked(Scored scored) {
    Action action = scored.action();
    Risk told =
        action.phase() == Phase.ATTEMPT ? find(risks, RiskSubject.agent(action.agentId())) : null;
    if (told == null) {
      return scored;
    }
    return RiskGate.judge(action, action.taskId(), told, policy)
        .map(
            finding ->
                scoring.assemble(
                    action,
                    action.taskId(),
                    scored.peerGroup().orElse(null),
                    Stream.concat(scored.findings().stream(), Stream.of(finding)).toList(),
                    scored.order(),
                    scored.touches(),
                    scored.state()))
        .orElse(scored);
  }

  private Processed<Scored> again(
      FixedKeyProcessorContext<?, ?> in,
      AgentStore store,
      FixedKeyRecord<String, Assigned> record,
      Kept kept,
      AgentState state) {
    Action action = record.value().arrival().action();
    AgentState latest = state;
    if (kept.sequence() > state.sequence()) {
      // The process died between the two puts: what was decided holds, the state is missing.
      latest =
          scoring
              .advance(action, record.value().task(), known, state, kept.findings())
              .at(kept.sequence());
    }
    // The disk may know more than the changelog after a crash; what is put again is in both.
    store.keep(record.key(), action.id(), kept);
    if (kept.sequence() == latest.sequence()) {
      store.putAgain(record.key(), latest);
    }
    metrics.repeated();
    Scored told =
        scoring.assemble(
            action,
            kept.taskId(),
            kept.peerGroup(),
            kept.findings(),
            kept.ordered(),
            kept.touches(),
            latest);
    String order = kept.containedBy();
    return new Processed.Good<>(order == null ? told : told.under(order));
  }

  private Processed<Scored> refuse(
      FixedKeyProcessorContext<?, ?> in,
      FixedKeyRecord<String, Assigned> record,
      String code,
      String reason) {
    byte[] bytes = Action.CODEC.encode(record.value().arrival().action());
    DeadLetter letter = Letters.of(in, bytes, record.timestamp(), code, reason);
    metrics.refused(letter);
    return new Processed.Refused<>(letter);
  }

  private Optional<Credential> registered(String fingerprint) {
    return Optional.ofNullable(held(credentials, fingerprint));
  }

  private Optional<Baseline> learned(String key) {
    return Optional.ofNullable(held(baselines, key));
  }

  private static <T> @Nullable T find(@Nullable SeldomChanged<T> table, String key) {
    return table == null ? null : table.find(key).orElse(null);
  }

  private static <T> @Nullable T held(
      @Nullable ReadOnlyKeyValueStore<String, ValueAndTimestamp<T>> table, String key) {
    ValueAndTimestamp<T> found = table == null ? null : table.get(key);
    return found == null ? null : found.value();
  }
}
