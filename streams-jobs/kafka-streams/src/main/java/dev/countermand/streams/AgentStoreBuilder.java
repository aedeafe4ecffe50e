package dev.countermand.streams;

import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** Builds an {@link AgentStore} in front of what another builder builds. */
final class AgentStoreBuilder implements StoreBuilder<AgentStore> {
  private final StoreBuilder<KeyValueStore<String, byte[]>> inner;

  AgentStoreBuilder(StoreBuilder<KeyValueStore<String, byte[]>> inner) {
    this.inner = inner;
  }

  @Override
  public AgentStore build() {
    return new AgentStore(inner.build());
  }

  /** What is cached is decided by the store itself. */
  @Override
  public AgentStoreBuilder withCachingEnabled() {
    throw new UnsupportedOperationException("its changelog would have no order");
  }

  @Override
  public AgentStoreBuilder withCachingDisabled() {
    return this;
  }

  @Override
  public AgentStoreBuilder withLoggingEnabled(Map<String, String> config) {
    inner.withLoggingEnabled(config);
    return this;
  }

  @Override
  public AgentStoreBuilder withLoggingDisabled() {
    inner.withLoggingDisabled();
    return this;
  }

  @Override
  public Map<String, String> logConfig() {
    return inner.logConfig();
  }

  @Override
  public boolean loggingEnabled() {
    return inner.loggingEnabled();
  }

  @Override
  public String name() {
    return inner.name();
  }
}
