package dev.countermand.model.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in a document: a field, a constant, or an object with places of its own. */
final class Node {
  final Map<String, Node> children = new LinkedHashMap<>();
  final String path;

  /** The name of the place in the object it is in, ready to be written. */
  final SerializableString name;

  /** Which child of its parent it is, counted from 0. */
  final int ordinal;

  private Node[] places = {};

  @Nullable Field<?, ?> field;
  @Nullable JsonNode constant;

  /** The constant ready to be written, where it is a text. */
  @Nullable SerializableString text;

  Node(String path, int ordinal) {
    this.path = path;
    this.name = new SerializedString(path.substring(path.lastIndexOf('.') + 1));
    this.ordinal = ordinal;
  }

  /**
   * The new place at a path below this one.
   *
   * @throws IllegalArgumentException when something is declared there, above or below it
   */
  Node declare(String dotted) {
    Node node = this;
    for (String step : dotted.split("\\.", -1)) {
      Node above = node;
      if (above.declared()) {
        throw new IllegalArgumentException("the field " + above.path + " has no fields in it");
      }
      String below = above.path.isEmpty() ? step : above.path + "." + step;
      node = above.children.computeIfAbsent(step, s -> new Node(below, above.children.size()));
      if (above.children.size() > Long.SIZE) {
        throw new IllegalArgumentException("an object has at most 64 fields: " + above.path);
      }
    }
    if (node.declared() || !node.children.isEmpty()) {
      throw new IllegalArgumentException("the field " + dotted + " is declared twice");
    }
    return node;
  }

  /** This place, in which nothing more will be declared. */
  Node closed() {
    places = children.values().toArray(Node[]::new);
    children.values().forEach(Node::closed);
    return this;
  }

  /** The places in it, in the order they are written; empty before it was closed. */
  Node[] places() {
    return places;
  }

  private boolean declared() {
    return field != null || constant != null;
  }

  /** Adds the constants below this place. */
  void constants(Map<String, FieldType> all) {
    Deque<Node> open = new ArrayDeque<>(children.values());
    while (!open.isEmpty()) {
      Node node = open.pop();
      if (node.constant != null) {
        all.put(node.path, node.constant.isNumber() ? FieldType.LONG : FieldType.KEYWORD);
      }
      open.addAll(node.children.values());
    }
  }
}
