package dev.countermand.containment;

import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Rung;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that containment must not forget about one agent: its {@link ContainmentState} and beside it,
 * in the same document under {@code countermand.containment.ledger}, what only containment needs.
 *
 * @param state the part that everybody reads; its list of credentials is kept in {@code taken}
 * @param taken the credentials by fingerprint
 * @param causes what each credential was taken for
 * @param wanted credentials whose provider nobody has known yet
 * @param open orders whose kill switch is reported and whose credentials are not settled yet
 * @param handled orders that are done, the newest last
 * @param waiting orders that wait for people, the oldest first
 * @param release the order by which the agent is being released; null for none. From then on it
 *     keeps no credential taken away for which another agent may leave one
 */
record AgentRecord(
    ContainmentState state,
    Map<String, TakenCredential> taken,
    Map<String, Cause> causes,
    Map<String, Wanted> wanted,
    List<String> open,
    List<String> handled,
    List<Waiting> waiting,
    @Nullable String release) {

  /** How many handled orders are remembered for each agent. */
  static final int MAX_HANDLED = 512;

  /**
   * An order that waits for people.
   *
   * @param since when they were asked
   */
  record Waiting(ContainmentOrder order, Instant since) {}

  AgentRecord {
    taken = Map.copyOf(taken);
    causes = Map.copyOf(causes);
    wanted = Map.copyOf(wanted);
    open = List.copyOf(open);
    handled = List.copyOf(handled);
    waiting = List.copyOf(waiting);
  }

  /** An agent that was never contained. */
  static AgentRecord none(String agentId) {
    ContainmentState state =
        new ContainmentState(
            agentId,
            Instant.EPOCH,
            ContainmentStatus.RELEASED,
            "",
            "never contained",
            List.of(),
            Extra.NONE);
    return new AgentRecord(
        state, Map.of(), Map.of(), Map.of(), List.of(), List.of(), List.of(), null);
  }

  String agentId() {
    return state.agentId();
  }

  boolean isContained() {
    return state.status() == ContainmentStatus.CONTAINED;
  }

  boolean isHandled(String orderId) {
    return handled.contains(orderId);
  }

  Optional<ContainmentOrder> waitingOrder(String orderId) {
    return waiting.stream()
        .map(Waiting::order)
        .filter(order -> order.id().equals(orderId))
        .findFirst();
  }

  /** Whether a credential was begun to be taken away, as far as this or further. */
  boolean isTaken(String fingerprint, Rung rung) {
    TakenCredential known = taken.get(fingerprint);
    return known != null
        && known.state() != StepState.AWAITING_APPROVAL
        && known.rung().compareTo(rung) >= 0;
  }

  /** The same with another status, since now, and not being released any more. */
  AgentRecord with(ContainmentStatus status, Instant now, String orderId, String reason) {
    return with(
        new ContainmentState(
            agentId(), later(now), status, orderId, reason, List.of(), state.extra()));
  }

  // Gateways go by the time: a clock that was set back must not make them keep the old state.
  private Instant later(Instant now) {
    return now.isAfter(state.time()) ? now : state.time().plusMillis(1);
  }

  /** The same with the processes of the agent taken so far; never less far than before. */
  AgentRecord atLeast(Rung rung) {
    Rung known = state.rung();
    return known != null && known.compareTo(rung) >= 0 ? this : with(state.to(rung));
  }

  private AgentRecord with(ContainmentState newState) {
    return new AgentRecord(newState, taken, causes, wanted, open, handled, waiting, null);
  }

  /** The same with a credential taken, or further than before. */
  AgentRecord with(TakenCredential credential, Cause cause) {
    Map<String, TakenCredential> all = new LinkedHashMap<>(taken);
    all.put(credential.fingerprint(), credential);
    Map<String, Cause> because = new LinkedHashMap<>(causes);
    because.put(credential.fingerprint(), cause);
    return with(all, because, wanted);
  }

  /** The same without a credential, because it was given back. */
  AgentRecord without(String fingerprint) {
    Map<String, TakenCredential> all = new LinkedHashMap<>(taken);
    all.remove(fingerprint);
    Map<String, Cause> because = new LinkedHashMap<>(causes);
    because.remove(fingerprint);
    Map<String, Wanted> rest = new LinkedHashMap<>(wanted);
    rest.remove(fingerprint);
    return with(all, because, rest);
  }

  /** The same with a credential wanted whose provider nobody knows. */
  AgentRecord wanting(String fingerprint, Wanted how) {
    Map<String, Wanted> more = new LinkedHashMap<>(wanted);
    more.put(fingerprint, how);
    return with(taken, causes, more);
  }

  /** The same with what is to become of a credential decided. */
  AgentRecord decided(String fingerprint) {
    Map<String, Wanted> rest = new LinkedHashMap<>(wanted);
    rest.remove(fingerprint);
    return with(taken, causes, rest);
  }

  private AgentRecord with(
      Map<String, TakenCredential> all, Map<String, Cause> because, Map<String, Wanted> rest) {
    return new AgentRecord(state, all, because, rest, open, handled, waiting, release);
  }

  /** The same being released by an order; by null, not any more. */
  AgentRecord releasing(@Nullable String orderId) {
    return new AgentRecord(state, taken, causes, wanted, open, handled, waiting, orderId);
  }

  /** The same with an order begun. */
  AgentRecord opened(String orderId) {
    if (open.contains(orderId)) {
      return this;
    }
    List<String> more = new ArrayList<>(open);
    more.add(orderId);
    return new AgentRecord(state, taken, causes, wanted, more, handled, waiting, release);
  }

  /** The same with an order done: neither open nor waiting, and remembered. */
  AgentRecord done(String orderId) {
    List<String> done = new ArrayList<>(handled);
    done.remove(orderId);
    done.add(orderId);
    List<String> newest = done.subList(Math.max(0, done.size() - MAX_HANDLED), done.size());
    return new AgentRecord(
        state,
        taken,
        causes,
        wanted,
        open.stream().filter(id -> !id.equals(orderId)).toList(),
        newest,
        waiting.stream().filter(one -> !one.order().id().equals(orderId)).toList(),
        release);
  }

  /** The same with one more order that waits for people. */
  AgentRecord waitingFor(Waiting order) {
    List<Waiting> more = new ArrayList<>(waiting);
    more.add(order);
    return new AgentRecord(state, taken, causes, wanted, open, handled, more, release);
  }

  /** The document for the topic, UTF-8 JSON. */
  byte[] encode() {
    return Ledger.encode(this);
  }

  /** The record in a document of the topic; one without a ledger has an empty one. */
  static AgentRecord of(ContainmentState state) {
    return Ledger.decode(state);
  }

  /** What a credential was taken for; the order of the state where the ledger does not say. */
  Cause causeOf(String fingerprint) {
    @Nullable Cause cause = causes.get(fingerprint);
    return cause == null ? new Cause(state.orderId(), state.time(), state.time(), null) : cause;
  }
}
