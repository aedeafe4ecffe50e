package dev.countermand.dashboards;

import dev.countermand.testkit.ElasticsearchBackend;
import dev.countermand.testkit.TestServers;

class EmbeddedTemplateInstallerTest extends TemplateInstallerContract {
  @Override
  ElasticsearchBackend elasticsearch() {
    return TestServers.elasticsearch();
  }
}
