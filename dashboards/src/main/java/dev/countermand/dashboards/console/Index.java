package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.DataStream;
import java.util.Collection;

/** What is indexed can be asked for here. */
interface Index {
  /**
   * The answer to a search, as Elasticsearch gives it.
   *
   * @throws java.io.UncheckedIOException when there is no answer
   */
  JsonNode search(Collection<DataStream> streams, ObjectNode query);
}
