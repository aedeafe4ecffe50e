package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.CredentialHolders;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.Task;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** The agents, riskiest first, and all about one. */
final class Agents {
  private static final int MAX = 1_000;

  /** For how long after Elasticsearch was asked an agent that it did not name is unknown. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  private final Views views;
  private final Activity activity;
  private final Incidents incidents;
  private final Credentials credentials;
  private final DoubleFunction<Optional<Recommendation>> answers;
  private final InstantSource clock;

  /**
   * @param answers what a risk's score asks for
   */
  Agents(
      Views views,
      Activity activity,
      Incidents incidents,
      Credentials credentials,
      DoubleFunction<Optional<Recommendation>> answers,
      InstantSource clock) {
    this.views = views;
    this.activity = activity;
    this.incidents = incidents;
    this.credentials = credentials;
    this.answers = answers;
    this.clock = clock;
  }

  Reply list(Call call) {
    String words = call.word("q");
    int limit = call.limit(200, MAX);
    String part = words == null ? "" : words.toLowerCase(Locale.ROOT);
    List<String> ids =
        ids().stream().filter(id -> id.toLowerCase(Locale.ROOT).contains(part)).toList();
    ObjectNode body = Json.mapper().createObjectNode();
    riskiest(ids, limit, body.putArray("agents"));
    body.put("total", ids.size());
    return Reply.ok(body);
  }

  /** Adds the rows of the riskiest of some agents. */
  void riskiest(List<String> ids, int limit, ArrayNode rows) {
    Instant now = clock.instant();
    Map<String, String> open = incidents.openByAgent();
    Map<String, Double> scores = new HashMap<>();
    ids.forEach(id -> scores.put(id, views.risk(id).map(risk -> risk.scoreAt(now)).orElse(0.0)));
    Activity.Counts counts = activity.now();
    ids.stream()
        .sorted(
            Comparator.comparingDouble((String id) -> -scores.getOrDefault(id, 0.0))
                .thenComparing(Comparator.naturalOrder()))
        .limit(limit)
        .forEach(id -> rows.add(row(id, now, open.get(id), counts)));
  }

  /** Every agent that anybody has heard of. */
  Set<String> ids() {
    return ids(activity.now());
  }

  private Set<String> ids(Activity.Counts counts) {
    Set<String> ids = new TreeSet<>(counts.agents().keySet());
    views.risks().stream()
        .filter(risk -> risk.kind() == RiskSubject.AGENT && risk.agentId() != null)
        .forEach(risk -> ids.add(String.valueOf(risk.agentId())));
    views.tasks().forEach(task -> ids.add(task.agentId()));
    views.states().forEach(state -> ids.add(state.agentId()));
    views.incidents().forEach(incident -> ids.add(incident.agentId()));
    for (CredentialHolders holders : views.holders()) {
      ids.addAll(holders.users());
      ids.addAll(holders.seers());
    }
    return ids;
  }

  /** The row of an agent as it is now, with what it did as it was counted last. */
  ObjectNode row(String id) {
    return row(id, clock.instant(), incidents.openByAgent().get(id), activity.last());
  }

  private ObjectNode row(
      String id, Instant now, @Nullable String incident, Activity.Counts counts) {
    ObjectNode row = Json.mapper().createObjectNode().put("id", id);
    Optional<Risk> risk = views.risk(id);
    row.set("risk", risk.map(one -> risk(one, now)).orElse(null));
    row.set("contained", views.state(id).map(Agents::contained).orElse(null));
    Optional<Task> task = views.task(id).filter(one -> one.grantsAt(now));
    row.set("task", task.map(Agents::brief).orElse(null));
    Activity.OfAgent did = counts.agents().get(id);
    row.put("last_seen", did == null ? null : did.lastSeen().toString());
    row.put("actions_last_hour", did == null ? 0 : did.lastHour());
    row.put("incident", incident);
    return row;
  }

  private ObjectNode risk(Risk risk, Instant now) {
    double score = risk.scoreAt(now);
    return Json.mapper()
        .createObjectNode()
        .put("score", Shown.tenth(score))
        .put("answer", answers.apply(score).map(Recommendation::wireName).orElse(null))
        .put("time", risk.time().toString());
  }

  private static @Nullable ObjectNode contained(ContainmentState state) {
    return state.status() != ContainmentStatus.CONTAINED
        ? null
        : Json.mapper()
            .createObjectNode()
            .put("since", state.time().toString())
            .put("order", state.orderId())
            .put("reason", Shown.cut(state.reason()))
            .put("rung", state.rung() == null ? null : state.rung().wireName());
  }

  private static ObjectNode brief(Task task) {
    return Json.mapper()
        .createObjectNode()
        .put("id", task.id())
        .put("purpose", Shown.cut(task.purpose()))
        .put("until", Shown.time(task.until()));
  }

  Reply one(Call call) {
    String id = call.needed("id");
    if (!ids().contains(id)) {
      throw new Refusal(404, "AGENT_UNKNOWN", "Nobody has seen an agent of this id.");
    }
    Instant now = clock.instant();
    ObjectNode body = row(id);
    ArrayNode contributions = body.putArray("contributions");
    views.risk(id).ifPresent(risk -> contributions(risk, now, contributions));
    views.task(id).filter(one -> one.grantsAt(now)).ifPresent(one -> body.set("task", task(one)));
    body.set("credentials", credentials.of(id));
    ArrayNode taken = body.putArray("taken");
    views.state(id).ifPresent(state -> state.credentials().forEach(one -> taken.add(taken(one))));
    body.set("incidents", incidents.of(id));
    return Reply.ok(body);
  }

  private static void contributions(Risk risk, Instant now, ArrayNode list) {
    for (RiskContribution one : risk.contributions()) {
      double weight = one.weightAt(now, Duration.ofSeconds(risk.halfLifeSeconds()));
      list.addObject()
          .put("kind", one.kind())
          .put("score", Shown.tenth(100 * weight))
          .put(
              "text",
              one.severity().wireName()
                  + ", "
                  + one.count()
                  + (one.count() == 1 ? " finding, " : " findings, the strongest ")
                  + one.findingId()
                  + " at "
                  + one.time());
    }
  }

  private static ObjectNode task(Task task) {
    ObjectNode json = brief(task);
    json.put("from", task.from().toString()).put("approved_by", task.approvedBy());
    json.set("environments", Json.words(task.environments()));
    json.set("resources", Json.words(task.resources()));
    json.set("verbs", Json.words(task.verbs().stream().map(Verb::wireName).toList()));
    json.set("credentials", Json.words(task.credentials()));
    return json;
  }

  private ObjectNode taken(TakenCredential taken) {
    return Json.mapper()
        .createObjectNode()
        .put("credential", taken.fingerprint())
        .put("name", views.nameOf(taken.fingerprint()))
        .put("provider", taken.provider())
        .put("step", taken.rung().wireName())
        .put("state", taken.state().wireName())
        .putNull("time");
  }

  /**
   * Whether anybody may have heard of an agent: also when Elasticsearch was not asked just now. An
   * order must not wait for it, and not fail because it is away.
   */
  boolean isKnown(String id) {
    Activity.Counts last = activity.last();
    boolean isFresh = last.isComplete() && last.at().plus(FRESH).isAfter(clock.instant());
    return !isFresh || ids(last).contains(id);
  }

  /** How many are contained. */
  long contained() {
    return views.states().stream()
        .filter(state -> state.status() == ContainmentStatus.CONTAINED)
        .count();
  }
}
