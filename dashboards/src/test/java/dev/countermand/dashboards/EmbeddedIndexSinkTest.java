package dev.countermand.dashboards;

import dev.countermand.testkit.ElasticsearchBackend;
import dev.countermand.testkit.KafkaBackend;
import dev.countermand.testkit.TestServers;

class EmbeddedIndexSinkTest extends IndexSinkContract {
  @Override
  KafkaBackend kafka() {
    return TestServers.kafka();
  }

  @Override
  ElasticsearchBackend elasticsearch() {
    return TestServers.elasticsearch();
  }

  @Override
  ServerFeatures features() {
    return MINIMAL_BUILD;
  }
}
