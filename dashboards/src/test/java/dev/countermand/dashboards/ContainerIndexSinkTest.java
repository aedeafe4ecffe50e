package dev.countermand.dashboards;

import dev.countermand.testkit.ContainerServers;
import dev.countermand.testkit.ElasticsearchBackend;
import dev.countermand.testkit.KafkaBackend;
import dev.countermand.testkit.OnContainers;

@OnContainers
class ContainerIndexSinkTest extends IndexSinkContract {
  @Override
  KafkaBackend kafka() {
    return ContainerServers.kafka();
  }

  @Override
  ElasticsearchBackend elasticsearch() {
    return ContainerServers.elasticsearch();
  }

  @Override
  ServerFeatures features() {
    return ServerFeatures.FULL;
  }
}
