package dev.countermand.runtime.config;

import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;

/**
 * When findings are told, and when an incident is over.
 *
 * @param repeatedFor so long after an alert, findings of the same kind about the same thing only
 *     repeat it; 1 h by default
 * @param alertsPerHour most alerts of one agent in an hour; 20 by default
 * @param quietFor after so long without a finding an incident is closed; 8 h by default
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructor puts the default
public record IncidentSettings(Duration repeatedFor, int alertsPerHour, Duration quietFor) {
  public IncidentSettings {
    repeatedFor = Values.or(repeatedFor, Duration.ofHours(1));
    quietFor = Values.or(quietFor, Duration.ofHours(8));
    alertsPerHour =
        alertsPerHour == 0 ? 20 : (int) Values.positive("incidents.alerts-per-hour", alertsPerHour);
  }
}
