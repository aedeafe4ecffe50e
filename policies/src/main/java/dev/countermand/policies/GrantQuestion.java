package dev.countermand.policies;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.detectors.grant.GrantDecision;
import dev.countermand.detectors.grant.GrantRequest;
import dev.countermand.detectors.grant.TaskGrant;
import dev.countermand.model.Credential;
import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import dev.countermand.model.Task;
import dev.countermand.model.Wire;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request in the words of a policy engine: who, does what, to what, in which circumstances. Every
 * engine is asked the same, with strings, booleans, integers and sets of strings only.
 *
 * @param principal the id of the agent
 * @param action the wire name of a verb, or {@link #USE_CREDENTIAL}
 * @param kind {@link #RESOURCE} or {@link #CREDENTIAL}
 * @param id names the resource or the credential among those of its kind
 * @param attributes of the resource or credential; one that is not known is left out
 * @param context the time, and the task
 */
record GrantQuestion(
    String principal,
    String action,
    String kind,
    String id,
    ObjectNode attributes,
    ObjectNode context) {
  static final String USE_CREDENTIAL = "use-credential";
  static final String RESOURCE = "Resource";
  static final String CREDENTIAL = "Credential";

  /** The answer to a request that asks neither of an effect nor of a credential, or of both. */
  static final GrantDecision NOTHING_ASKED =
      new GrantDecision(false, "the request must ask of an effect or of a credential");

  private static final int REPLACEMENT = 0xFFFD;

  /** The question; empty when the request does not ask of exactly one thing. */
  static Optional<GrantQuestion> of(GrantRequest request) {
    Task given = request.task();
    Task task = given != null && given.grantsAt(request.time()) ? given : null;
    Effect effect = request.effect();
    String fingerprint = request.fingerprint();
    if ((effect == null) == (fingerprint == null)) {
      return Optional.empty();
    }
    return Optional.of(
        effect != null
            ? ofEffect(request, task, effect)
            : ofCredential(request, task, fingerprint == null ? "" : fingerprint));
  }

  /** The question as one JSON object. */
  ObjectNode json() {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("principal", principal).put("action", action);
    json.putObject("resource").put("kind", kind).setAll(attributes);
    json.set("context", context);
    return json;
  }

  private static GrantQuestion ofEffect(GrantRequest request, @Nullable Task task, Effect effect) {
    Resource resource = effect.resource();
    ObjectNode attributes = Json.mapper().createObjectNode();
    attributes
        .put("type", unicode(resource.type()))
        .put("id", unicode(resource.id()))
        .put("environment", unicode(resource.environment()))
        .put("reversible", effect.reversible());
    String action = effect.verb().wireName();
    return new GrantQuestion(
        unicode(request.agentId()),
        action,
        RESOURCE,
        unicode(resource.type() + ":" + resource.id()),
        attributes,
        context(
            request.time(),
            action,
            task,
            task == null ? List.of() : TaskGrant.matched(task, resource)));
  }

  private static GrantQuestion ofCredential(
      GrantRequest request, @Nullable Task task, String fingerprint) {
    Credential credential = request.credential();
    ObjectNode attributes = Json.mapper().createObjectNode();
    attributes
        .put("fingerprint", unicode(fingerprint))
        .put("registered", credential != null)
        .put(
            "environment",
            credential == null ? Resource.UNKNOWN_ENVIRONMENT : unicode(credential.environment()));
    if (credential != null) {
      putKnown(attributes, "name", credential.name());
      putKnown(attributes, "provider", credential.provider());
      putKnown(attributes, "owner", credential.owner());
    }
    return new GrantQuestion(
        unicode(request.agentId()),
        USE_CREDENTIAL,
        CREDENTIAL,
        unicode(credential == null ? fingerprint : credential.name()),
        attributes,
        context(request.time(), USE_CREDENTIAL, task, List.of()));
  }

  // The action stands here once more because no engine says its id as text.
  private static ObjectNode context(
      Instant time, String action, @Nullable Task task, List<String> matched) {
    ObjectNode context = Json.mapper().createObjectNode();
    context
        .put("action", action)
        .put("time", time.toString())
        .put("timeMillis", millis(time))
        .put("hasTask", task != null);
    if (task != null) {
      context.set("task", json(task, matched));
    }
    return context;
  }

  private static ObjectNode json(Task task, List<String> matched) {
    ObjectNode json = Json.mapper().createObjectNode();
    json.put("id", unicode(task.id())).put("purpose", unicode(task.purpose()));
    json.set("environments", set(task.environments()));
    json.set("resources", set(task.resources()));
    json.set("verbs", set(task.verbs().stream().map(Wire::wireName).toList()));
    json.set("credentials", set(task.credentials()));
    json.set("matched", set(matched));
    return json;
  }

  private static ArrayNode set(Collection<String> texts) {
    return Json.words(
        List.copyOf(
            texts.stream()
                .map(GrantQuestion::unicode)
                .collect(Collectors.toCollection(TreeSet::new))));
  }

  private static void putKnown(ObjectNode node, String key, @Nullable String value) {
    if (value != null) {
      node.put(key, unicode(value));
    }
  }

  private static long millis(Instant time) {
    try {
      return time.toEpochMilli();
    } catch (ArithmeticException e) {
      return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** Half a surrogate pair cannot be written as UTF-8: it becomes U+FFFD, as everywhere else. */
  private static String unicode(String text) {
    boolean isWhole = text.codePoints().noneMatch(GrantQuestion::isHalf);
    return isWhole
        ? text
        : text.codePoints()
            .map(c -> isHalf(c) ? REPLACEMENT : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
