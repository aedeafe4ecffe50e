package dev.countermand.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.ElasticsearchConnection.Reply;
import dev.countermand.dashboards.IndexTemplate.Dialect;
import dev.countermand.runtime.CountermandException;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts index templates. Which one a server understands is found by trying from the richest to the
 * plainest, because that needs no privilege beyond that of putting them.
 */
final class TemplateInstaller {
  private static final Logger log = LoggerFactory.getLogger(TemplateInstaller.class);

  private final ElasticsearchConnection elasticsearch;

  TemplateInstaller(ElasticsearchConnection elasticsearch) {
    this.elasticsearch = elasticsearch;
  }

  /**
   * Makes sure that the template is there. Where it replaces one of an older version, the data
   * stream that exists already gets its fields too. The same again any number of times.
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
    Dialect dialect = put(stream);
    if (installed.isPresent() && installed.getAsInt() < IndexTemplate.VERSION) {
      extend(stream, namespace, dialect);
    }
  }

  private OptionalInt installedVersion(DataStream stream) {
    Reply reply = elasticsearch.call("GET", "/_index_template/" + stream.template(), null);
    JsonNode version = reply.body().at("/index_templates/0/index_template/version");
    return version.isInt() ? OptionalInt.of(version.intValue()) : OptionalInt.empty();
  }

  private Dialect put(DataStream stream) {
    String refusal = "";
    for (Dialect dialect : Dialect.values()) {
      ObjectNode template = IndexTemplate.of(stream, dialect);
      Reply reply = elasticsearch.call("PUT", "/_index_template/" + stream.template(), template);
      if (reply.isSuccess()) {
        log.debug("Index template {} is in place ({})", stream.template(), dialect);
        return dialect;
      }
      refusal = problem(reply);
      if (reply.status() != 400) {
        break;
      }
    }
    throw new CountermandException(
        "INDEX_TEMPLATE_REFUSED",
        "Elasticsearch at "
            + elasticsearch.place()
            + " does not take the index template "
            + stream.template()
            + " ("
            + refusal
            + "). The API key needs the cluster privilege manage_index_templates.");
  }

  private static String problem(Reply reply) {
    return "status " + reply.status() + ", " + reply.body().at("/error/type").asText("no reason");
  }

  /**
   * A template only shapes indices to come; fields new in this version are added to the present.
   */
  private void extend(DataStream stream, String namespace, Dialect dialect) {
    ObjectNode mappings = IndexTemplate.mappings(stream, dialect);
    String name = stream.in(namespace);
    Reply reply = elasticsearch.call("PUT", "/" + name + "/_mapping", mappings);
    if (!reply.isSuccess() && reply.status() != 404) {
      log.warn(
          "The mapping of data stream {} could not be extended ({}). New fields are searchable after"
              + " its next rollover.",
          name,
          problem(reply));
    }
  }
}
