package dev.countermand.model.json;

import org.jspecify.annotations.Nullable;

/**
 * The values that were read from one document.
 *
 * @param <T> the record the document is of
 */
public final class Values<T> {
  private final @Nullable Object[] values;
  private final Extra extra;

  Values(@Nullable Object[] values, Extra extra) {
    this.values = values;
    this.extra = extra;
  }

  /**
   * The value of a field that must be there.
   *
   * @throws MalformedDocumentException when it is absent or null
   */
  public <V> V get(Field<T, V> field) {
    V value = find(field);
    if (value == null) {
      throw new MalformedDocumentException(field.path(), "is missing");
    }
    return value;
  }

  /** The value of a field, or null when it is absent or null. */
  @SuppressWarnings("unchecked") // a field's own reader wrote the slot
  public <V> @Nullable V find(Field<T, V> field) {
    return (V) values[field.index()];
  }

  /** The value of a field, or another when it is absent or null. */
  public <V> V getOr(Field<T, V> field, V other) {
    V value = find(field);
    return value == null ? other : value;
  }

  /** The fields that the record does not know. */
  public Extra extra() {
    return extra;
  }
}
