package dev.countermand.testkit;

@OnContainers
class ContainerElasticsearchTest implements ElasticsearchContract {
  @Override
  public ElasticsearchBackend elasticsearch() {
    return ContainerServers.elasticsearch();
  }
}
