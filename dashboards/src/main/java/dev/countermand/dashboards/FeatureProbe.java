package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.ElasticsearchConnection.Reply;
import dev.countermand.dashboards.ServerFeatures.Lifecycle;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what an Elasticsearch has by asking it, never by its version: a template that uses one
 * thing only is simulated, which stores nothing and needs the privilege of putting templates; an
 * API is there when its path is. Thread-safe.
 */
final class FeatureProbe {
  private static final Logger log = LoggerFactory.getLogger(FeatureProbe.class);

  private static final String SIMULATE = "/_index_template/_simulate";

  /** The indexers of all data streams ask when they start. */
  private static final Duration HOLDS = Duration.ofMinutes(1);

  private static final int BAD_REQUEST = 400;
  private static final int WRONG_METHOD = 405;

  private final ElasticsearchConnection elasticsearch;
  private @Nullable ServerFeatures told;
  private long asked;

  FeatureProbe(ElasticsearchConnection elasticsearch) {
    this.elasticsearch = elasticsearch;
  }

  /**
   * What the server has now, or had within the last minute. What it lacks is told of in the log,
   * with the reason, once for as long as that stays the same.
   *
   * @throws java.io.UncheckedIOException when Elasticsearch does not answer
   * @throws CountermandException INDEX_TEMPLATE_REFUSED when it does not let itself be asked
   */
  synchronized ServerFeatures ask() {
    if (told != null && System.nanoTime() - asked < HOLDS.toNanos()) {
      return told;
    }
    List<String> lacking = new ArrayList<>();
    ServerFeatures found =
        new ServerFeatures(
            takes(
                "wildcard fields, so command lines are keywords",
                template -> mapping(template, "wildcard"),
                lacking),
            takes(
                "match_only_text fields, so prose is text",
                template -> mapping(template, "match_only_text"),
                lacking),
            takes("the index mode logsdb", IndexTemplate::logsdb, lacking),
            takes(
                "data_stream_options, so its failure store stays as it is",
                IndexTemplate::withoutFailureStore,
                lacking),
            lifecycle());
    asked = System.nanoTime();
    if (!found.equals(told)) {
      told = found;
      lacking.forEach(
          one -> log.info("Elasticsearch at {} does not take {}", elasticsearch.place(), one));
      if (found.lifecycle() != Lifecycle.DATA_STREAM) {
        log.info(
            "Elasticsearch at {} has no lifecycle of data streams{}",
            elasticsearch.place(),
            found.lifecycle() == Lifecycle.ILM
                ? ": index lifecycle management is used"
                : ", nor index lifecycle management: nothing deletes old documents");
      }
    }
    return found;
  }

  private boolean takes(String what, Consumer<ObjectNode> feature, List<String> lacking) {
    ObjectNode root = Json.mapper().createObjectNode();
    // No pattern of ours, so that it meets no template that has the same priority.
    root.putArray("index_patterns").add("countermand-probe-*");
    root.putObject("data_stream");
    root.put("priority", IndexTemplate.PRIORITY);
    ObjectNode template = root.putObject("template");
    template
        .putObject("mappings")
        .putObject("properties")
        .putObject("@timestamp")
        .put("type", "date");
    feature.accept(template);
    Reply reply = elasticsearch.call("POST", SIMULATE, root);
    if (reply.isSuccess()) {
      return true;
    }
    if (reply.status() != BAD_REQUEST) {
      throw TemplateInstaller.refused(elasticsearch, "simulated templates", reply);
    }
    lacking.add(what + " (" + reason(reply.body().path("error")) + ")");
    return false;
  }

  private static void mapping(ObjectNode template, String type) {
    template.withObject("/mappings/properties").putObject("probed").put("type", type);
  }

  /** The innermost of the reasons, which is the one that says it. */
  private static String reason(JsonNode error) {
    JsonNode at = error;
    while (at.path("caused_by").isObject()) {
      at = at.path("caused_by");
    }
    String text = at.path("reason").asText(at.path("type").asText("no reason"));
    return text.length() <= 200 ? text : text.substring(0, 200);
  }

  private Lifecycle lifecycle() {
    if (answers("/_data_stream/countermand-probe/_lifecycle")) {
      return Lifecycle.DATA_STREAM;
    }
    return answers("/_ilm/policy/countermand-probe") ? Lifecycle.ILM : Lifecycle.NONE;
  }

  /**
   * Whether there is an API at a path. One that is there may say that the thing is not, or that we
   * may not see it; where there is none the error is a sentence and no object, or another method's.
   */
  private boolean answers(String path) {
    Reply reply = elasticsearch.call("GET", path, null);
    if (reply.status() >= 500) {
      throw TemplateInstaller.refused(elasticsearch, path, reply);
    }
    boolean nobody = reply.status() == BAD_REQUEST && reply.body().path("error").isTextual();
    return !nobody && reply.status() != WRONG_METHOD;
  }
}
