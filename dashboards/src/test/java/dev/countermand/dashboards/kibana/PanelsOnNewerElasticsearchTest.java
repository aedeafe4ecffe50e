package dev.countermand.dashboards.kibana;

import dev.countermand.testkit.ElasticsearchBackend;
import dev.countermand.testkit.OnNewerElasticsearch;
import dev.countermand.testkit.TestServers;

@OnNewerElasticsearch
class PanelsOnNewerElasticsearchTest extends PanelsContract {
  @Override
  ElasticsearchBackend elasticsearch() {
    return TestServers.newerElasticsearch();
  }
}
