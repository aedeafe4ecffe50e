package dev.countermand.dashboards;

import dev.countermand.testkit.ElasticsearchBackend;
import dev.countermand.testkit.OnNewerElasticsearch;
import dev.countermand.testkit.TestServers;

@OnNewerElasticsearch
class NewerTemplateInstallerTest extends TemplateInstallerContract {
  @Override
  ElasticsearchBackend elasticsearch() {
    return TestServers.newerElasticsearch();
  }
}
