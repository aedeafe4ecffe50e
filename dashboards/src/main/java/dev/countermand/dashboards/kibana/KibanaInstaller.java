package dev.countermand.dashboards.kibana;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.kibana.AlertRules.AlertRule;
import dev.countermand.dashboards.kibana.DetectionRules.DetectionRule;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.runtime.http.HttpCaller.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts data views, dashboards and rules into a Kibana, and says of each what became of it. What is
 * there under the same id is replaced, so installing twice is installing once.
 */
public final class KibanaInstaller {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final String DEFAULT_SPACE = "default";

  /** What an update takes of an action; an answer has more. */
  private static final List<String> OF_AN_ACTION =
      List.of(
          "id",
          "group",
          "params",
          "uuid",
          "frequency",
          "alerts_filter",
          "use_alert_data_for_template");

  private final HttpCaller http = new HttpCaller(DEADLINE);
  private final String base;
  private final Map<String, String> headers;

  /**
   * What became of one object.
   *
   * @param type as Kibana calls it
   * @param problem why it is not there; null when it is
   */
  public record Installed(String type, String id, @Nullable String problem) {}

  /**
   * Calls nothing yet.
   *
   * @param url of Kibana, with its base path where it has one
   * @param space in which everything is put
   * @param apiKey encoded; null where Kibana asks for none
   */
  public KibanaInstaller(URI url, String space, @Nullable String apiKey) {
    String root = url.toString().replaceAll("/+$", "");
    this.base = space.equals(DEFAULT_SPACE) ? root : root + "/s/" + space;
    this.headers = new TreeMap<>(Map.of("kbn-xsrf", "countermand"));
    if (apiKey != null) {
      headers.put("Authorization", "ApiKey " + apiKey);
    }
  }

  /**
   * Puts data views, panels and dashboards.
   *
   * @return of each object what became of it, in the order of the file
   * @throws CountermandException KIBANA_UNREACHABLE, KIBANA_REFUSED
   */
  public List<Installed> savedObjects() {
    String file = SavedObjects.ndjson();
    JsonNode answer =
        upload("/api/saved_objects/_import?overwrite=true", "countermand.ndjson", file);
    Map<String, String> problems = new TreeMap<>();
    for (JsonNode error : answer.path("errors")) {
      problems.put(key(error), error.at("/error/type").asText("unknown"));
    }
    Set<String> done = new HashSet<>();
    answer.path("successResults").forEach(one -> done.add(key(one)));
    List<Installed> installed = new ArrayList<>();
    for (String line : file.split("\n")) {
      JsonNode object = tree(line);
      String problem =
          done.contains(key(object))
              ? null
              : problems.getOrDefault(key(object), "Kibana does not say that it took it");
      installed.add(
          new Installed(object.path("type").asText(), object.path("id").asText(), problem));
    }
    return installed;
  }

  /**
   * Puts the rules of Kibana's alerting; the actions that somebody gave one stay.
   *
   * @throws CountermandException KIBANA_UNREACHABLE, KIBANA_REFUSED
   */
  public List<Installed> alertRules() {
    List<Installed> installed = new ArrayList<>();
    for (AlertRule rule : AlertRules.all()) {
      String path = "/api/alerting/rule/" + rule.id();
      Answer known = call("GET", path, "");
      Answer answer =
          known.status() == 404
              ? call("POST", path, rule.create().toString())
              : call("PUT", path, keeping(known, rule));
      installed.add(
          new Installed(
              "rule", rule.id(), answer.isSuccess() ? null : "Kibana answered " + answer.status()));
    }
    return installed;
  }

  /** An update without actions would take away whom somebody wants told. */
  private static String keeping(Answer known, AlertRule rule) {
    ObjectNode update = rule.update();
    ArrayNode actions = update.putArray("actions");
    for (JsonNode action : tree(refused(known).body()).path("actions")) {
      actions.add(((ObjectNode) action).retain(OF_AN_ACTION));
    }
    return update.toString();
  }

  /**
   * Puts the rules of Elastic Security, which are off until somebody switches them on, and then
   * stay on.
   *
   * @throws CountermandException KIBANA_UNREACHABLE, KIBANA_REFUSED
   */
  public List<Installed> detectionRules() {
    JsonNode answer =
        upload(
            "/api/detection_engine/rules/_import?overwrite=true",
            "detection-rules.ndjson",
            DetectionRules.ndjson(this::isOn));
    Map<String, String> problems = new TreeMap<>();
    for (JsonNode error : answer.path("errors")) {
      problems.put(
          error.path("rule_id").asText(),
          error.at("/error/message").asText("status " + error.at("/error/status_code").asText()));
    }
    boolean all = answer.path("success").asBoolean(false);
    return DetectionRules.all().stream()
        .map(
            rule ->
                new Installed(
                    "detection-rule",
                    rule.id(),
                    problems.getOrDefault(
                        rule.id(), all || !problems.isEmpty() ? null : "Kibana took none")))
        .toList();
  }

  private boolean isOn(DetectionRule rule) {
    Answer known = call("GET", "/api/detection_engine/rules?rule_id=" + rule.id(), "");
    return known.isSuccess() && tree(known.body()).path("enabled").asBoolean(false);
  }

  private JsonNode upload(String path, String name, String content) {
    try {
      Answer answer =
          http.postFile(
              URI.create(base + path),
              headers,
              "file",
              name,
              content.getBytes(StandardCharsets.UTF_8));
      return tree(refused(answer).body());
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private Answer call(String method, String path, String body) {
    Map<String, String> all = new TreeMap<>(headers);
    if (!body.isEmpty()) {
      all.put("Content-Type", "application/json");
    }
    try {
      Answer answer = http.call(method, URI.create(base + path), all, body);
      return answer.status() == 404 || answer.status() == 400 || answer.status() == 409
          ? answer
          : refused(answer);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private CountermandException unreachable(IOException e) {
    return new CountermandException(
        "KIBANA_UNREACHABLE",
        "Kibana at "
            + base
            + " does not answer: "
            + e.getMessage()
            + ". Check kibana.url, and that it runs.",
        e);
  }

  /** What Kibana says in words may quote what it was sent. */
  private static Answer refused(Answer answer) {
    if (!answer.isSuccess()) {
      throw new CountermandException(
          "KIBANA_REFUSED",
          "Kibana answered "
              + answer.status()
              + ". 401: set kibana.api-key. 403: the key needs the Kibana privileges Saved Objects"
              + " Management and Stack Rules (and Security for detection rules) in the space. 404:"
              + " check kibana.url and its base path, and kibana.space.");
    }
    return answer;
  }

  private static JsonNode tree(String text) {
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new CountermandException(
          "KIBANA_REFUSED", "What answered is no Kibana: its answer is no JSON. Check kibana.url.");
    }
  }

  private static String key(JsonNode object) {
    return object.path("type").asText() + "/" + object.path("id").asText();
  }
}
