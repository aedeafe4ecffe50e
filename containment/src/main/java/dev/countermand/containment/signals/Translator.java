package dev.countermand.containment.signals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.Rung;
import dev.countermand.model.Severity;
import dev.countermand.model.StepState;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.SignalSettings;
import java.time.Instant;
import java.util.Optional;

/**
 * Makes events of what containment and scoring write. No text of a record goes into an event, only
 * identifiers: an agent may have chosen the words. Pure.
 */
final class Translator {
  private Translator() {}

  /** The event of an outcome; empty when it proves nothing that receivers are told. */
  static Optional<Event> of(ContainmentOutcome outcome) {
    if (outcome.state() != StepState.VERIFIED) {
      return Optional.empty();
    }
    return switch (outcome.step()) {
      case KILL_SWITCH -> Optional.of(sessionRevoked(outcome));
      case REVOKE -> Optional.ofNullable(outcome.credential()).map(c -> taken(outcome, c));
      case RESTORE, RELEASE, PROCESS -> Optional.empty();
    };
  }

  private static Event sessionRevoked(ContainmentOutcome outcome) {
    return event(
        outcome,
        SignalSettings.Event.SESSION_REVOKED,
        body(
            outcome.time(),
            "Countermand order " + outcome.orderId() + " stopped the agent: end its sessions"));
  }

  private static Event taken(ContainmentOutcome outcome, String fingerprint) {
    boolean isNarrowed = outcome.rung() == Rung.NARROW;
    ObjectNode body =
        body(
            outcome.time(),
            "Countermand order "
                + outcome.orderId()
                + (isNarrowed ? " narrowed" : " took away")
                + " the credential of fingerprint "
                + fingerprint
                + "; a probe showed it");
    body.put("credential_type", "api-key");
    body.put("change_type", isNarrowed ? "update" : "revoke");
    body.put("friendly_name", fingerprint);
    return event(outcome, SignalSettings.Event.CREDENTIAL_CHANGE, body);
  }

  private static Event event(
      ContainmentOutcome outcome, SignalSettings.Event kind, ObjectNode body) {
    return new Event(
        outcome.id(), outcome.time(), kind, outcome.agentId(), outcome.orderId(), body);
  }

  /** What receivers are told of an agent at a risk: low, medium or high. */
  static Severity level(Risk risk) {
    if (risk.answer() == null) {
      return Severity.LOW;
    }
    return switch (risk.answer()) {
      case NOTIFY -> Severity.MEDIUM;
      case ASK, DENY, CONTAIN -> Severity.HIGH;
    };
  }

  /**
   * The event of an agent's risk.
   *
   * @param before the level that receivers were told last
   * @return empty when nothing changed, or it is not the risk of an agent
   */
  static Optional<Event> of(Risk risk, Severity before) {
    Severity now = level(risk);
    String agent = risk.agentId();
    if (risk.kind() != RiskSubject.AGENT || agent == null || now == before) {
      return Optional.empty();
    }
    ObjectNode body =
        body(risk.time(), "Countermand finds the risk of the agent " + now.wireName());
    // CAEP 1.0, section 3.8, has no principal for an agent and lets others be named.
    body.put("principal", "AGENT");
    body.put("previous_level", before.name());
    body.put("current_level", now.name());
    return Optional.of(
        new Event(
            risk.id(),
            risk.time(),
            SignalSettings.Event.RISK_LEVEL_CHANGE,
            agent,
            risk.id(),
            body));
  }

  private static ObjectNode body(Instant time, String reason) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.put("event_timestamp", time.getEpochSecond());
    body.put("initiating_entity", "policy");
    body.putObject("reason_admin").put("en", reason);
    return body;
  }
}
