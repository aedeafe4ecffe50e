package dev.countermand.dashboards.kibana;

import dev.countermand.testkit.ElasticsearchBackend;
import dev.countermand.testkit.TestServers;

class PanelsOnElasticsearchTest extends PanelsContract {
  @Override
  ElasticsearchBackend elasticsearch() {
    return TestServers.elasticsearch();
  }
}
