package dev.countermand.testkit;

@OnContainers
class ContainerKafkaTest implements KafkaContract {
  @Override
  public KafkaBackend kafka() {
    return ContainerServers.kafka();
  }
}
