package dev.countermand.model.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a document that its record does not know, at the places they stood. They are
 * written back, so that a process of an older version loses nothing of a newer one.
 */
public final class Extra {
  /** No unknown fields. */
  public static final Extra NONE = new Extra(null);

  private final @Nullable ObjectNode tree;

  private Extra(@Nullable ObjectNode tree) {
    this.tree = tree;
  }

  static Extra of(@Nullable ObjectNode tree) {
    return tree == null || tree.isEmpty() ? NONE : new Extra(tree);
  }

  @Nullable ObjectNode tree() {
    return tree;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return tree == null;
  }

  /** The value at a dotted path, or null. */
  public @Nullable JsonNode at(String path) {
    JsonNode node = tree;
    for (String name : path.split("\\.", -1)) {
      node = node == null ? null : node.get(name);
    }
    return node;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Extra that
        && (tree == null ? that.tree == null : tree.equals(that.tree));
  }

  @Override
  public int hashCode() {
    return tree == null ? 0 : tree.hashCode();
  }

  @Override
  public String toString() {
    return tree == null ? "none" : tree.size() + " unknown field(s)";
  }
}
