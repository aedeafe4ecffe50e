package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.Origin;
import dev.countermand.dashboards.timeline.Entries;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.dashboards.timeline.Selection;
import dev.countermand.model.Action;
import dev.countermand.model.AuditEvent;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Json;
import dev.countermand.model.json.MalformedDocumentException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happened, as Elasticsearch has it. Thread-safe. */
final class Indexed {
  /** Most documents that one search gives, Elasticsearch's own limit. */
  static final int MOST = 10_000;

  private static final Logger log = LoggerFactory.getLogger(Indexed.class);
  private static final List<DataStream> STORY =
      List.of(DataStream.ACTION, DataStream.FINDING, DataStream.OUTCOME, DataStream.AUDIT);
  private static final List<String> TEXTS =
      List.of(
          "message",
          "process.command_line.text",
          "url.full.text",
          "file.path",
          "gen_ai.agent.id",
          "gen_ai.tool.name",
          "event.action",
          "rule.id",
          "countermand.task.id",
          "countermand.session.id",
          "countermand.effects.because.text",
          "countermand.effects.resource.id",
          "countermand.effects.resource.type",
          "countermand.effects.resource.environment",
          "countermand.credentials.fingerprint",
          "countermand.finding.because.text",
          "countermand.finding.credentials");

  private final Index index;
  private final Entries entries;
  private final String namespace;

  private static final List<String> REMOVES =
      List.of(Verb.DELETE.wireName(), Verb.DESTROY.wireName());

  /** Enough to find the first of each kind of thing. */
  private static final int ESSENCE = 2_000;

  /** Which of too many are given. */
  private enum Order {
    FIRST,
    LAST
  }

  /**
   * @param total how many there are, also of those that are not among the entries
   */
  record Found(List<Entry> entries, long total) {}

  Indexed(Index index, String namespace, Entries entries) {
    this.index = index;
    this.entries = entries;
    this.namespace = namespace;
  }

  /** A whole document; empty when there is none, or the stream is none of ours. */
  Optional<JsonNode> document(String dataStream, String id) {
    Optional<DataStream> stream =
        List.of(DataStream.values()).stream()
            .filter(one -> one.in(namespace).equals(dataStream))
            .findFirst();
    if (stream.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode query = Json.mapper().createObjectNode().put("size", 1);
    query.putObject("query").putObject("ids").putArray("values").add(id);
    JsonNode hit = index.search(List.of(stream.get()), query).at("/hits/hits/0/_source");
    return hit.isObject() ? Optional.of(hit) : Optional.empty();
  }

  /** A finding; empty when there is none. */
  Optional<Finding> finding(String id) {
    return document(DataStream.FINDING.in(namespace), id).map(Finding.CODEC::fromTree);
  }

  /** The last of what belongs to a selection, the first first. */
  Found story(Selection selection, int limit) {
    return search(STORY, belongsTo(selection), limit, Order.LAST);
  }

  /** What became of orders, and what was changed, about the agents of a selection. */
  Found around(Selection selection, int limit) {
    Selection agents = Selection.in(selection.from(), selection.to()).ofAgents(selection.agents());
    return search(
        List.of(DataStream.OUTCOME, DataStream.AUDIT), belongsTo(agents), limit, Order.LAST);
  }

  /** The first of a selection that touch a credential, remove something, or contain. */
  Found essence(Selection selection) {
    ObjectNode both = Json.mapper().createObjectNode();
    ArrayNode filter = both.putObject("bool").putArray("filter");
    filter.add(belongsTo(selection));
    ArrayNode any = filter.addObject().putObject("bool").putArray("should");
    any.addObject().putObject("exists").put("field", "countermand.credentials.fingerprint");
    any.addObject().putObject("exists").put("field", "countermand.outcome.step");
    terms(any, "countermand.effects.verb", REMOVES);
    return search(STORY, both, ESSENCE, Order.FIRST);
  }

  private static ObjectNode belongsTo(Selection selection) {
    ObjectNode any = Json.mapper().createObjectNode();
    ArrayNode should = any.putObject("bool").putArray("should");
    ArrayNode inSpan = should.addObject().putObject("bool").putArray("filter");
    span(inSpan, selection.from(), selection.to());
    ArrayNode of = inSpan.addObject().putObject("bool").putArray("should");
    terms(of, "gen_ai.agent.id", selection.agents());
    if (selection.task() != null) {
      terms(of, "countermand.task.id", Set.of(selection.task()));
      terms(of, "countermand.audit.subject", Set.of(selection.task()));
    }
    if (selection.session() != null) {
      terms(of, "countermand.session.id", Set.of(selection.session()));
    }
    for (String field :
        List.of(
            "countermand.credentials.fingerprint",
            "countermand.credentials.previous",
            "countermand.finding.credentials",
            "countermand.outcome.credential")) {
      terms(of, field, selection.credentials());
    }
    if (of.isEmpty()) {
      of.addObject().putObject("match_none");
    }
    terms(should, "event.id", selection.documents());
    return any;
  }

  /** The actions that a credential is mentioned in, the last of them, the first first. */
  Found mentions(Collection<String> fingerprints, String role, int limit) {
    ObjectNode all = Json.mapper().createObjectNode();
    ArrayNode filter = all.putObject("bool").putArray("filter");
    terms(filter, "countermand.credentials.fingerprint", fingerprints);
    terms(filter, "countermand.credentials.role", Set.of(role));
    return search(List.of(DataStream.ACTION), all, limit, Order.LAST);
  }

  /** What became of an order, the first first. */
  Found outcomes(String order, int limit) {
    ObjectNode one = Json.mapper().createObjectNode();
    one.putObject("term").put("countermand.outcome.order_id", order);
    return search(List.of(DataStream.OUTCOME), one, limit, Order.LAST);
  }

  /** The last changes that people made, the first first. */
  Found audit(int limit) {
    ObjectNode every = Json.mapper().createObjectNode();
    every.putObject("match_all");
    return search(List.of(DataStream.AUDIT), every, limit, Order.LAST);
  }

  /** Actions and findings with these words, the last of them, the first first. */
  Found words(
      @Nullable String text,
      @Nullable String agent,
      @Nullable String verb,
      @Nullable Instant from,
      @Nullable Instant to,
      int limit) {
    ObjectNode all = Json.mapper().createObjectNode();
    ArrayNode filter = all.putObject("bool").putArray("filter");
    if (text != null) {
      ObjectNode words = filter.addObject().putObject("simple_query_string");
      // Operators that are cheap; a prefix or fuzzy word of a stranger could cost the server much.
      words.put("query", text).put("default_operator", "and").put("flags", "PHRASE|AND|NOT|OR");
      words.put("lenient", true).set("fields", Json.words(TEXTS));
    }
    if (agent != null) {
      terms(filter, "gen_ai.agent.id", Set.of(agent));
    }
    if (verb != null) {
      terms(filter, "countermand.effects.verb", Set.of(verb));
    }
    if (from != null || to != null) {
      span(filter, from, to);
    }
    return search(List.of(DataStream.ACTION, DataStream.FINDING), all, limit, Order.LAST);
  }

  private Found search(List<DataStream> streams, ObjectNode query, int limit, Order which) {
    ObjectNode body = Json.mapper().createObjectNode();
    body.put("size", Math.min(limit, MOST)).put("track_total_hits", true);
    body.set("query", query);
    body.putArray("sort")
        .addObject()
        .putObject("@timestamp")
        .put("order", which == Order.LAST ? "desc" : "asc");
    // What tools were given and gave can be large and deep, and no entry tells it.
    body.putObject("_source")
        .putArray("excludes")
        .add("gen_ai.tool.call.arguments")
        .add("gen_ai.tool.call.result");
    JsonNode answer = index.search(streams, body);
    List<Entry> found = new ArrayList<>();
    for (JsonNode hit : answer.at("/hits/hits")) {
      entry(hit.path("_source")).ifPresent(found::add);
    }
    if (which == Order.LAST) {
      Collections.reverse(found);
    }
    return new Found(found, answer.at("/hits/total/value").asLong());
  }

  private Optional<Entry> entry(JsonNode document) {
    Origin origin = Origin.of(document).orElse(null);
    try {
      return switch (document.at("/event/dataset").asText()) {
        case "countermand.action" ->
            Optional.of(entries.of(Action.CODEC.fromTree(document), origin));
        case "countermand.finding" ->
            Optional.of(entries.of(Finding.CODEC.fromTree(document), origin));
        case "countermand.outcome" ->
            Optional.of(entries.of(ContainmentOutcome.CODEC.fromTree(document), origin));
        case "countermand.audit" ->
            Optional.of(entries.of(AuditEvent.CODEC.fromTree(document), origin));
        default -> Optional.empty();
      };
    } catch (MalformedDocumentException e) {
      log.warn("An indexed document cannot be read and is not shown: {}", e.getMessage());
      return Optional.empty();
    }
  }

  static void span(ArrayNode filter, @Nullable Instant from, @Nullable Instant to) {
    ObjectNode range = filter.addObject().putObject("range").putObject("@timestamp");
    if (from != null) {
      range.put("gte", from.toString());
    }
    if (to != null) {
      range.put("lt", to.toString());
    }
  }

  static void terms(ArrayNode filter, String field, Collection<String> values) {
    if (!values.isEmpty()) {
      ArrayNode terms = filter.addObject().putObject("terms").putArray(field);
      values.forEach(terms::add);
    }
  }
}
