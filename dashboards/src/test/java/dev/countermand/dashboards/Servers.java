package dev.countermand.dashboards;

import dev.countermand.runtime.config.Configuration;
import dev.countermand.testkit.ElasticsearchBackend;
import java.net.URI;
import java.util.Map;

/** What the servers of the tests have, for tests of other packages. */
public final class Servers {
  private Servers() {}

  /** As the sink finds it out. */
  public static ServerFeatures features(ElasticsearchBackend server) {
    Configuration.Elasticsearch config =
        new Configuration.Elasticsearch(URI.create(server.url()), null, "default", Map.of());
    try (ElasticsearchConnection connection = new ElasticsearchConnection(config)) {
      return new FeatureProbe(connection).ask();
    }
  }
}
