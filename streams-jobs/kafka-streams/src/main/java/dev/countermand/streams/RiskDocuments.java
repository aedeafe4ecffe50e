package dev.countermand.streams;

import dev.countermand.detectors.risk.RiskPolicy;
import dev.countermand.detectors.risk.RiskState;
import dev.countermand.detectors.risk.Signal;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Grounds;
import dev.countermand.model.Incident;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.kafka.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is told of subjects, as documents. */
final class RiskDocuments {
  private static final String BY = "scoring";
  private static final int ID_DIGITS = 24;
  private static final int NAMED = 5;

  private RiskDocuments() {}

  /** The risk of a subject at the time of its newest finding. */
  static Risk risk(String subject, SubjectState state, RiskPolicy policy) {
    RiskState risk = state.risk();
    double score = risk.score(policy.halfLife());
    return new Risk(
        id(subject, state),
        risk.latest(),
        RiskSubject.kindOf(subject),
        subject,
        RiskSubject.agentOf(subject),
        RiskSubject.sessionOf(subject),
        score,
        policy.answer(score).orElse(null),
        policy.halfLife().toSeconds(),
        risk.contributions(),
        Extra.NONE);
  }

  /**
   * The order to contain an agent whose risk is too great. One incident gives one id, however often
   * the threshold is crossed in it.
   *
   * @param signal the finding that crossed the threshold
   */
  static ContainmentOrder order(Signal signal, Incident incident, RiskState risk) {
    return new ContainmentOrder(
            incident.id() + ":contain",
            signal.received(),
            OrderKind.CONTAIN,
            incident.agentId(),
            String.format(
                Locale.ROOT,
                "The risk of the agent is %.0f of 100: %s. Rule: risk.",
                incident.risk(),
                named(risk)),
            signal.actionId(),
            signal.received(),
            risk.contributions().stream().map(RiskContribution::findingId).toList(),
            incident.credentials(),
            BY,
            Extra.NONE)
        .on(
            new Grounds(
                risk.contributions().stream().map(RiskContribution::kind).distinct().toList(),
                incident.severity(),
                List.of(),
                incident.risk(),
                Extra.NONE));
  }

  private static String named(RiskState risk) {
    return risk.contributions().stream()
        .sorted(Comparator.comparingDouble(RiskContribution::weight).reversed())
        .limit(NAMED)
        .map(
            one ->
                String.format(
                    Locale.ROOT,
                    "%s %.2f%s",
                    one.kind(),
                    one.weight(),
                    one.count() == 1 ? "" : " (" + one.count() + " times)"))
        .collect(Collectors.joining(", "));
  }

  /** Of a fixed length, whatever agents call themselves and their sessions. */
  private static String id(String subject, SubjectState state) {
    return DeadLetters.sha256(subject.getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS)
        + ":"
        + state.risk().latest().toEpochMilli()
        + ":"
        + state.changes();
  }
}
