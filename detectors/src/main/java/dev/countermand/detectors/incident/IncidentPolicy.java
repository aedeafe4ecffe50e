package dev.countermand.detectors.incident;

import java.time.Duration;

/**
 * When a finding is worth telling somebody, and when an incident is over.
 *
 * @param repeatedFor so long after an alert, findings of the same kind about the same thing repeat
 *     it
 * @param alertsPerHour most alerts of one agent in an hour by the clock in UTC; one of a kind that
 *     the incident did not have, or graver than all in that hour, comes on top
 * @param quietFor after so long without a finding an incident is closed, unless the agent is
 *     contained
 */
public record IncidentPolicy(Duration repeatedFor, int alertsPerHour, Duration quietFor) {}
