package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table that is not asked again for what it said, until it changes. */
final class SeldomChangedTest {
  private final TableChanges changes = new TableChanges();

  @AutoClose
  private final TimestampedKeyValueStore<String, String> table =
      Stores.timestampedKeyValueStoreBuilder(
              changes.counted(Stores.inMemoryKeyValueStore("table")),
              Serdes.String(),
              Serdes.String())
          .withLoggingDisabled()
          .build();

  private final Asked asked = new Asked();
  private final SeldomChanged<String> seldom = new SeldomChanged<>(asked, changes);

  @BeforeEach
  void open() {
    StateStoreContext context =
        new MockProcessorContext<Void, Void>(new Properties()).getStateStoreContext();
    table.init(context, table);
  }

  @Test
  void whatIsThereAndWhatIsNotIsLookedUpOnce() {
    put("a", "1");
    for (int i = 0; i < 3; i++) {
      assertThat(seldom.find("a")).contains("1");
      assertThat(seldom.find("b")).isEmpty();
    }

    assertThat(asked.times).hasValue(2);
  }

  @Test
  void everyKindOfChangeIsSeenAtOnce() {
    assertThat(seldom.find("a")).isEmpty();
    put("a", "1");
    assertThat(seldom.find("a")).contains("1");
    put("a", "2");
    assertThat(seldom.find("a")).contains("2");
    table.delete("a");
    assertThat(seldom.find("a")).isEmpty();
    table.putIfAbsent("a", value("3"));
    assertThat(seldom.find("a")).contains("3");
    table.putAll(List.of(new KeyValue<>("a", value("4")), new KeyValue<>("b", value("5"))));
    assertThat(seldom.find("a")).contains("4");
    assertThat(seldom.find("b")).contains("5");
  }

  @Test
  void keysThatAreMadeUpAreForgotten() {
    for (int i = 0; i < 2 * SeldomChanged.MAX_KEYS; i++) {
      assertThat(seldom.find("made-up-" + i)).isEmpty();
    }
    assertThat(seldom.find("made-up-0")).isEmpty();

    assertThat(asked.times).hasValue(2 * SeldomChanged.MAX_KEYS + 1);
  }

  private void put(String key, String value) {
    table.put(key, value(value));
  }

  private static ValueAndTimestamp<String> value(String value) {
    return ValueAndTimestamp.make(value, 0);
  }

  /** Counts how often the table is asked. */
  private final class Asked implements ReadOnlyKeyValueStore<String, ValueAndTimestamp<String>> {
    final AtomicInteger times = new AtomicInteger();

    @Override
    public ValueAndTimestamp<String> get(String key) {
      times.incrementAndGet();
      return table.get(key);
    }

    @Override
    public KeyValueIterator<String, ValueAndTimestamp<String>> range(String from, String to) {
      return table.range(from, to);
    }

    @Override
    public KeyValueIterator<String, ValueAndTimestamp<String>> all() {
      return table.all();
    }

    @Override
    public long approximateNumEntries() {
      return table.approximateNumEntries();
    }
  }
}
