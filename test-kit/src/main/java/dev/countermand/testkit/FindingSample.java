package dev.countermand.testkit;

import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A finding for a test that says only what the test is about: of the rule {@code destructive}, of
 * medium severity, about an action of {@code agent}, calling for nothing. Not safe for several
 * threads.
 */
public final class FindingSample {
  private final String id;
  private final Instant time;
  private String action;
  private String agent = "agent";
  private List<String> related = List.of();
  private @Nullable String task;
  private String rule = "destructive";
  private Severity severity = Severity.MEDIUM;
  private Recommendation recommendation = Recommendation.NOTIFY;
  private List<String> credentials = List.of();
  private List<String> resources = List.of();

  private FindingSample(String id, Instant time) {
    this.id = id;
    this.time = time;
    this.action = "action-of-" + id;
  }

  /** One about an action at an instant, which is called {@code action-of-} and the id. */
  public static FindingSample of(String id, Instant time) {
    return new FindingSample(id, time);
  }

  public FindingSample action(String its) {
    action = its;
    return this;
  }

  /** The other actions that it rests on. */
  public FindingSample related(List<String> actions) {
    related = actions;
    return this;
  }

  /** Its session is {@code session-of-} and the agent. */
  public FindingSample agent(String its) {
    agent = its;
    return this;
  }

  public FindingSample task(@Nullable String its) {
    task = its;
    return this;
  }

  public FindingSample rule(String its) {
    rule = its;
    return this;
  }

  public FindingSample severity(Severity its) {
    severity = its;
    return this;
  }

  /** What it calls for. */
  public FindingSample recommends(Recommendation what) {
    recommendation = what;
    return this;
  }

  public FindingSample credentials(List<String> fingerprints) {
    credentials = fingerprints;
    return this;
  }

  public FindingSample resources(String... names) {
    resources = List.of(names);
    return this;
  }

  public Finding build() {
    return new Finding(
        id,
        time,
        action,
        related,
        agent,
        "session-of-" + agent,
        task,
        rule,
        "A rule",
        "What " + id + " says.",
        null,
        0,
        List.of(),
        severity,
        0.9,
        recommendation,
        credentials,
        resources,
        List.of(),
        Extra.NONE);
  }
}
