package dev.countermand.dashboards;

import dev.countermand.testkit.ElasticsearchBackend;
import dev.countermand.testkit.KafkaBackend;
import dev.countermand.testkit.OnNewerElasticsearch;
import dev.countermand.testkit.TestServers;

@OnNewerElasticsearch
class NewerIndexSinkTest extends IndexSinkContract {
  @Override
  KafkaBackend kafka() {
    return TestServers.kafka();
  }

  @Override
  ElasticsearchBackend elasticsearch() {
    return TestServers.newerElasticsearch();
  }

  @Override
  ServerFeatures features() {
    return MINIMAL_BUILD;
  }
}
