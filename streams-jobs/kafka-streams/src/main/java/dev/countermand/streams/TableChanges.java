package dev.countermand.streams;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * How often a global table changed, so that who remembers what it held knows when to look again.
 * Thread-safe.
 */
final class TableChanges {
  private final AtomicLong count = new AtomicLong();

  /** Grows after each change can be seen in the table. */
  long count() {
    return count.get();
  }

  /** The same stores, whose changes are counted here. */
  KeyValueBytesStoreSupplier counted(KeyValueBytesStoreSupplier stores) {
    return new KeyValueBytesStoreSupplier() {
      @Override
      public String name() {
        return stores.name();
      }

      @Override
      public KeyValueStore<Bytes, byte[]> get() {
        return new Counted(stores.get());
      }

      @Override
      public String metricsScope() {
        return stores.metricsScope();
      }
    };
  }

  /** What is restored does not pass here: nobody asks a table before that is done. */
  private final class Counted extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, byte[]>
      implements KeyValueStore<Bytes, byte[]> {
    Counted(KeyValueStore<Bytes, byte[]> store) {
      super(store);
    }

    @Override
    public void put(Bytes key, byte @Nullable [] value) {
      wrapped().put(key, value);
      count.incrementAndGet();
    }

    @Override
    public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
      byte[] before = wrapped().putIfAbsent(key, value);
      count.incrementAndGet();
      return before;
    }

    @Override
    public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
      wrapped().putAll(entries);
      count.incrementAndGet();
    }

    @Override
    public byte @Nullable [] delete(Bytes key) {
      byte[] before = wrapped().delete(key);
      count.incrementAndGet();
      return before;
    }

    @Override
    public byte @Nullable [] get(Bytes key) {
      return wrapped().get(key);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
      return wrapped().range(from, to);
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> all() {
      return wrapped().all();
    }

    @Override
    public long approximateNumEntries() {
      return wrapped().approximateNumEntries();
    }
  }
}
