package dev.countermand.dashboards;

import dev.countermand.dashboards.IndexTemplate.Dialect;
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
  Dialect dialect() {
    return Dialect.CORE;
  }
}
