package dev.countermand.dashboards.kibana;

import dev.countermand.dashboards.DataStream;
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
}
