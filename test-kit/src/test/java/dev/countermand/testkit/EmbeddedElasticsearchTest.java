package dev.countermand.testkit;

class EmbeddedElasticsearchTest implements ElasticsearchContract {
  @Override
  public ElasticsearchBackend elasticsearch() {
    return TestServers.elasticsearch();
  }
}
