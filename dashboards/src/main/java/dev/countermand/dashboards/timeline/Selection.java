package dev.countermand.dashboards.timeline;

import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a timeline is about. An entry belongs to it when it has one of the agents, or the task, or
 * the session, or one of the credentials, or is one of the documents; and its time is in the span.
 *
 * @param agents their ids
 * @param task its id
 * @param session its id
 * @param credentials fingerprints, those of earlier keys too
 * @param documents ids of documents that belong to it wherever and whenever they are
 * @param from the first moment
 * @param to the end, itself not part of it
 */
public record Selection(
    Set<String> agents,
    @Nullable String task,
    @Nullable String session,
    Set<String> credentials,
    Set<String> documents,
    Instant from,
    Instant to) {

  private static final Duration AROUND = Duration.ofMinutes(10);
  private static final Duration MOST_AFTER = Duration.ofDays(1);

  /** Sets are copied. */
  public Selection {
    agents = Set.copyOf(agents);
    credentials = Set.copyOf(credentials);
    documents = Set.copyOf(documents);
  }

  /** Nothing in a span; add to it. */
  public static Selection in(Instant from, Instant to) {
    return new Selection(Set.of(), null, null, Set.of(), Set.of(), from, to);
  }

  /**
   * What an incident is about: its agent, from before its first finding until it was closed and a
   * little longer; until a day after its last finding at the latest, so that what goes on for weeks
   * does not push out what it is about.
   */
  public static Selection of(Incident incident) {
    return in(incident.first().minus(AROUND), end(incident))
        .ofAgents(Set.of(incident.agentId()))
        .withDocuments(Set.copyOf(incident.findings()));
  }

  private static Instant end(Incident incident) {
    Instant most = incident.last().plus(MOST_AFTER);
    Instant closed = incident.closedAt();
    if (closed == null) {
      return most;
    }
    Instant end = (closed.isAfter(incident.last()) ? closed : incident.last()).plus(AROUND);
    return end.isBefore(most) ? end : most;
  }

  /** What a finding is about: its agent around it, and the actions it rests on. */
  public static Selection of(Finding finding) {
    Set<String> documents = new HashSet<>(finding.relatedActions());
    documents.add(finding.actionId());
    documents.add(finding.id());
    return in(finding.time().minus(AROUND), finding.time().plus(AROUND))
        .ofAgents(Set.of(finding.agentId()))
        .withDocuments(documents);
  }

  /** The same, from one moment, or to another; null for as it is. */
  public Selection within(@Nullable Instant start, @Nullable Instant end) {
    return new Selection(
        agents,
        task,
        session,
        credentials,
        documents,
        start == null ? from : start,
        end == null ? to : end);
  }

  /** The same, about these agents, too. */
  public Selection ofAgents(Set<String> ids) {
    return new Selection(ids, task, session, credentials, documents, from, to);
  }

  /** The same, about a task, too. */
  public Selection ofTask(@Nullable String id) {
    return new Selection(agents, id, session, credentials, documents, from, to);
  }

  /** The same, about a session, too. */
  public Selection ofSession(@Nullable String id) {
    return new Selection(agents, task, id, credentials, documents, from, to);
  }

  /** The same, about these credentials, too. */
  public Selection ofCredentials(Set<String> fingerprints) {
    return new Selection(agents, task, session, fingerprints, documents, from, to);
  }

  /** The same, with these documents, too. */
  public Selection withDocuments(Set<String> ids) {
    return new Selection(agents, task, session, credentials, ids, from, to);
  }

  /** Whether a moment is in the span. */
  public boolean contains(Instant time) {
    return !time.isBefore(from) && time.isBefore(to);
  }

  boolean has(@Nullable String agent, @Nullable String itsTask, @Nullable String itsSession) {
    return (agent != null && agents.contains(agent))
        || (task != null && task.equals(itsTask))
        || (session != null && session.equals(itsSession));
  }
}
