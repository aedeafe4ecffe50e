package dev.countermand.testkit;

class EmbeddedKafkaTest implements KafkaContract {
  @Override
  public KafkaBackend kafka() {
    return TestServers.kafka();
  }
}
