package dev.countermand.dashboards.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The frontier of a tree that grows leaf by leaf, in constant memory. For one thread. */
final class Frontier {
  private final Hasher hasher;
  private final List<byte[]> roots;
  private long size;

  Frontier(Stretch tree, Hasher hasher) {
    this.hasher = hasher;
    this.size = tree.size();
    this.roots = new ArrayList<>(tree.frontierAfter(hasher));
  }

  void add(byte[] leaf) {
    byte[] root = leaf;
    for (long bit = 1; (size & bit) != 0; bit <<= 1) {
      root = hasher.node(roots.remove(roots.size() - 1), root);
    }
    roots.add(root);
    size++;
  }

  /** Whether a stretch goes on where this tree ends. */
  boolean isBefore(Stretch next) {
    if (size != next.before()) {
      return false;
    }
    for (int i = 0; i < roots.size(); i++) {
      if (!Arrays.equals(roots.get(i), next.frontier().get(i))) {
        return false;
      }
    }
    return true;
  }
}
