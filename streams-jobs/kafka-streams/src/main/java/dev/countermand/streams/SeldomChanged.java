package dev.countermand.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * A global table on disk that is asked for the same keys far more often than it changes, most of
 * which it does not have: that there is nothing costs as much to find out as a value. What was
 * found is forgotten whenever the table changes. For one thread.
 */
final class SeldomChanged<T> {
  /** Most keys that are remembered. */
  static final int MAX_KEYS = 4_096;

  private final ReadOnlyKeyValueStore<String, ValueAndTimestamp<T>> table;
  private final TableChanges changes;
  private final Map<String, Optional<T>> found = new HashMap<>();
  private long seen = -1;

  SeldomChanged(ReadOnlyKeyValueStore<String, ValueAndTimestamp<T>> table, TableChanges changes) {
    this.table = table;
    this.changes = changes;
  }

  /** What the table has for a key. */
  Optional<T> find(String key) {
    // Read before the table: a change that is missed in there is one that is not counted yet.
    long now = changes.count();
    if (now != seen || found.size() >= MAX_KEYS) {
      found.clear();
      seen = now;
    }
    return found.computeIfAbsent(key, this::look);
  }

  private Optional<T> look(String key) {
    return Optional.ofNullable(table.get(key)).map(ValueAndTimestamp::value);
  }
}
