package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.ElasticsearchConnection.Reply;
import dev.countermand.dashboards.ServerFeatures.Lifecycle;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts index templates that make use of what the server has, and what goes with them. */
final class TemplateInstaller {
  private static final Logger log = LoggerFactory.getLogger(TemplateInstaller.class);
  private static final int MISSING = 404;

  private final ElasticsearchConnection elasticsearch;
  private final FeatureProbe probe;
  private final Retention retention;

  TemplateInstaller(
      ElasticsearchConnection elasticsearch, FeatureProbe probe, Retention retention) {
    this.elasticsearch = elasticsearch;
    this.probe = probe;
    this.retention = retention;
  }

  /**
   * Makes sure that the template is there. Where it replaces one of an older version, the data
   * stream that exists already gets its fields too; a retention that is configured it always gets.
   * The same again any number of times.
   *
   * @throws java.io.UncheckedIOException when Elasticsearch does not answer
   * @throws CountermandException INDEX_TEMPLATE_REFUSED when it will not take it
   */
  void install(DataStream stream, String namespace) {
    OptionalInt installed = installedVersion(stream);
    if (installed.isPresent() && installed.getAsInt() > IndexTemplate.VERSION) {
      log.info(
          "Index template {} has version {}, this program {}: left as it is",
          stream.template(),
          installed.getAsInt(),
          IndexTemplate.VERSION);
      return;
    }
    ServerFeatures features = probe.ask();
    Optional<String> kept = retention.of(stream);
    if (features.lifecycle() == Lifecycle.ILM) {
      require(
          "/_ilm/policy/" + stream.template(),
          IndexTemplate.policy(kept),
          "lifecycle policy " + stream.template());
    }
    require(
        "/_index_template/" + stream.template(),
        IndexTemplate.of(stream, features, kept),
        "index template " + stream.template());
    if (installed.isPresent() && installed.getAsInt() < IndexTemplate.VERSION) {
      extend(stream, namespace, features);
    }
    kept.ifPresent(span -> keep(span, stream.in(namespace), stream.template(), features));
  }

  private OptionalInt installedVersion(DataStream stream) {
    Reply reply = elasticsearch.call("GET", "/_index_template/" + stream.template(), null);
    JsonNode version = reply.body().at("/index_templates/0/index_template/version");
    return version.isInt() ? OptionalInt.of(version.intValue()) : OptionalInt.empty();
  }

  private void require(String path, ObjectNode body, String thing) {
    Reply reply = elasticsearch.call("PUT", path, body);
    if (!reply.isSuccess()) {
      throw refused(elasticsearch, "the " + thing, reply);
    }
  }

  /** What is said where the server does not take a thing. */
  static CountermandException refused(
      ElasticsearchConnection elasticsearch, String thing, Reply reply) {
    return new CountermandException(
        "INDEX_TEMPLATE_REFUSED",
        "Elasticsearch at "
            + elasticsearch.place()
            + " does not take "
            + thing
            + " ("
            + problem(reply)
            + "). The API key needs the cluster privilege manage_index_templates, and manage_ilm"
            + " where there is no lifecycle of data streams.");
  }

  private static String problem(Reply reply) {
    return "status " + reply.status() + ", " + reply.body().at("/error/type").asText("no reason");
  }

  /**
   * A template only shapes indices to come; fields new in this version are added to the present.
   */
  private void extend(DataStream stream, String namespace, ServerFeatures features) {
    String name = stream.in(namespace);
    if (!change("/" + name + "/_mapping", IndexTemplate.mappings(stream, features))) {
      log.warn(
          "The mapping of data stream {} could not be extended. New fields are searchable after its"
              + " next rollover.",
          name);
    }
  }

  /** A template only shapes data streams to come; the one that is there gets its retention here. */
  private void keep(String span, String name, String policy, ServerFeatures features) {
    boolean kept =
        switch (features.lifecycle()) {
          case DATA_STREAM ->
              change("/_data_stream/" + name + "/_lifecycle", object("data_retention", span));
          case ILM -> change("/" + name + "/_settings", object("index.lifecycle.name", policy));
          case NONE -> false;
        };
    if (!kept) {
      log.warn("Documents of {} are not deleted after {} as configured", name, span);
    }
  }

  private static ObjectNode object(String key, String value) {
    return Json.mapper().createObjectNode().put(key, value);
  }

  /** Whether a data stream is changed now, or is not there yet. */
  private boolean change(String path, ObjectNode body) {
    Reply reply = elasticsearch.call("PUT", path, body);
    if (reply.isSuccess() || reply.status() == MISSING) {
      return true;
    }
    log.warn("Elasticsearch does not take PUT {} ({})", path, problem(reply));
    return false;
  }
}
