package dev.countermand.dashboards.kibana;

import dev.countermand.dashboards.DataStream;
import java.util.List;
import java.util.Set;

/**
 * A Kibana data view over one kind of data stream, in all namespaces.
 *
 * @param id the saved object's id; never changes once released
 * @param name what people see
 * @param stream whose documents it shows
 * @param nanoseconds fields shown as durations
 */
public record DataView(String id, String name, DataStream stream, Set<String> nanoseconds) {
  /** Scored actions. */
  public static final DataView ACTIONS =
      new DataView("countermand-actions", "Countermand: actions", DataStream.ACTION, Set.of());

  /** Findings. */
  public static final DataView FINDINGS =
      new DataView("countermand-findings", "Countermand: findings", DataStream.FINDING, Set.of());

  /** Containment outcomes. */
  public static final DataView OUTCOMES =
      new DataView(
          "countermand-outcomes",
          "Countermand: containment outcomes",
          DataStream.OUTCOME,
          Set.of("event.duration"));

  /** Plans of containment. */
  public static final DataView PLANS =
      new DataView(
          "countermand-plans", "Countermand: containment plans", DataStream.PLAN, Set.of());

  /** Who changed what agents may do. */
  public static final DataView AUDIT =
      new DataView("countermand-audit", "Countermand: audit", DataStream.AUDIT, Set.of());

  /** How risky agents, sessions, credentials and owners are. */
  public static final DataView RISKS =
      new DataView("countermand-risks", "Countermand: risks", DataStream.RISK, Set.of());

  /** Findings that belong together. */
  public static final DataView INCIDENTS =
      new DataView(
          "countermand-incidents", "Countermand: incidents", DataStream.INCIDENT, Set.of());

  /** All of them. */
  public static final List<DataView> ALL =
      List.of(ACTIONS, FINDINGS, OUTCOMES, PLANS, AUDIT, RISKS, INCIDENTS);
}
