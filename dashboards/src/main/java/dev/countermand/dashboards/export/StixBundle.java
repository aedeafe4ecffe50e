package dev.countermand.dashboards.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An incident in STIX 2.1: who acted, what was observed of it, what of that was found to be wrong
 * and after which technique, and what was done about it. The same incident gives the same
 * identifiers. For one bundle.
 */
public final class StixBundle {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Incident incident;
  private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
  private final Map<String, String> observed = new HashMap<>();
  private final Map<String, ObjectNode> seen = new HashMap<>();
  private final List<String> indicators = new ArrayList<>();
  private final String author;

  private StixBundle(Incident incident) {
    this.incident = incident;
    this.author = StixIds.of("identity", "countermand");
  }

  /** The bundle of an export. */
  public static ObjectNode of(IncidentExport export) {
    return new StixBundle(export.incident()).bundle(export);
  }

  private ObjectNode bundle(IncidentExport export) {
    ObjectNode system = object("identity", "countermand", incident.first());
    system.put("name", "Countermand").put("identity_class", "system");
    ObjectNode agent = object("identity", "agent:" + incident.agentId(), incident.first());
    agent.put("name", incident.agentId()).put("identity_class", "system");
    agent.put("description", "The AI agent that acted.");
    ObjectNode about = object("incident", incident.id(), incident.first());
    about.put("modified", time(incident.time()));
    about.put("name", incident.title());
    about.put("description", incident.summary());
    reference(about, "countermand", incident.id());
    relate(id(about), "related-to", id(agent));

    export.actions().forEach(this::observe);
    export.findings().forEach(finding -> find(finding, id(about)));
    export.outcomes().forEach(outcome -> act(outcome, id(about)));

    ObjectNode bundle = Json.mapper().createObjectNode();
    bundle.put("type", "bundle").put("id", StixIds.of("bundle", incident.id()));
    ArrayNode all = bundle.putArray("objects");
    objects.values().forEach(all::add);
    return bundle;
  }

  /** What an agent did. */
  private void observe(Action action) {
    ObjectNode thing = thing(action);
    ObjectNode data = object("observed-data", "action:" + action.id(), action.time());
    data.put("first_observed", time(action.time())).put("last_observed", time(action.time()));
    data.put("number_observed", 1);
    data.putArray("object_refs").add(id(thing));
    reference(data, "countermand", action.id());
    observed.put(action.id(), id(data));
    seen.put(action.id(), thing);
  }

  /** A URL where it asked for one, else a process with its command or the tool it called. */
  private ObjectNode thing(Action action) {
    String url = action.url();
    if (action.command() == null && url != null && !url.isEmpty()) {
      ObjectNode node = Json.mapper().createObjectNode().put("type", "url");
      node.put("spec_version", "2.1").put("id", StixIds.ofUrl(url)).put("value", url);
      objects.putIfAbsent(id(node), node);
      return node;
    }
    String tool = action.tool() == null ? action.name() : action.tool();
    String file = action.file() == null ? "" : " " + action.file();
    ObjectNode node = Json.mapper().createObjectNode().put("type", "process");
    node.put("spec_version", "2.1").put("id", StixIds.of("process", "action:" + action.id()));
    node.put("created_time", time(action.time()));
    node.put("command_line", action.command() == null ? tool + file : action.command());
    objects.putIfAbsent(id(node), node);
    return node;
  }

  /** What was found: an indicator of what was observed, and that it was sighted. */
  private void find(Finding finding, String about) {
    ObjectNode thing = seen.get(finding.actionId());
    if (thing == null) {
      ObjectNode note = object("note", "finding:" + finding.id(), finding.time());
      note.put("abstract", finding.ruleName()).put("content", told(finding));
      note.putArray("object_refs").add(about);
      return;
    }
    ObjectNode indicator = object("indicator", "finding:" + finding.id(), finding.time());
    indicator.put("name", finding.ruleName()).put("description", told(finding));
    indicator.putArray("indicator_types").add("malicious-activity");
    indicator.put("pattern", pattern(thing)).put("pattern_type", "stix");
    indicator.put("valid_from", time(finding.time()));
    indicator.put("confidence", (int) Math.round(finding.confidence() * 100));
    reference(indicator, "countermand", finding.id());
    indicators.add(id(indicator));
    relate(about, "related-to", id(indicator));
    ObjectNode sighting = object("sighting", "finding:" + finding.id(), finding.time());
    sighting.put("sighting_of_ref", id(indicator)).put("count", 1);
    sighting.put("first_seen", time(finding.time())).put("last_seen", time(finding.time()));
    String data = observed.get(finding.actionId());
    if (data != null) {
      sighting.putArray("observed_data_refs").add(data);
    }
    for (String technique : finding.techniques()) {
      // The time of the incident: a technique is one object, whoever used it when.
      ObjectNode pattern = object("attack-pattern", technique, incident.first());
      pattern.put("name", technique);
      if (!pattern.has("external_references")) {
        reference(pattern, "mitre-attack", technique);
      }
      relate(id(indicator), "indicates", id(pattern));
    }
  }

  private static String told(Finding finding) {
    return finding.summary() + "\n" + String.join("\n", finding.because());
  }

  private static String pattern(ObjectNode thing) {
    boolean url = thing.path("type").asText().equals("url");
    String value = thing.path(url ? "value" : "command_line").asText();
    return "["
        + (url ? "url:value" : "process:command_line")
        + " = '"
        + value.replace("\\", "\\\\").replace("'", "\\'")
        + "']";
  }

  /** What was done about it. */
  private void act(ContainmentOutcome outcome, String about) {
    ObjectNode done = object("course-of-action", "outcome:" + outcome.id(), outcome.time());
    done.put(
        "name",
        outcome.step().wireName()
            + " "
            + outcome.state().wireName()
            + (outcome.provider() == null ? "" : " at " + outcome.provider()));
    done.put(
        "description",
        outcome.reason() + (outcome.proof() == null ? "" : "\nProof: " + outcome.proof()));
    reference(done, "countermand", outcome.id());
    relate(id(done), "related-to", about);
    indicators.forEach(indicator -> relate(id(done), "mitigates", indicator));
  }

  private void relate(String from, String how, String to) {
    ObjectNode relation = object("relationship", from + " " + how + " " + to, incident.first());
    relation.put("relationship_type", how).put("source_ref", from).put("target_ref", to);
  }

  private ObjectNode object(String type, String name, Instant time) {
    String id = StixIds.of(type, name);
    return objects.computeIfAbsent(
        id,
        key -> {
          ObjectNode node = Json.mapper().createObjectNode();
          node.put("type", type).put("spec_version", "2.1").put("id", key);
          if (!key.equals(author)) {
            node.put("created_by_ref", author);
          }
          return node.put("created", time(time)).put("modified", time(time));
        });
  }

  private static void reference(ObjectNode node, String source, @Nullable String id) {
    node.putArray("external_references")
        .addObject()
        .put("source_name", source)
        .put("external_id", id);
  }

  private static String id(ObjectNode node) {
    return node.path("id").asText();
  }

  private static String time(Instant instant) {
    return TIME.format(instant);
  }
}
