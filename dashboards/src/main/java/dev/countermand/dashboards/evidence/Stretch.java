package dev.countermand.dashboards.evidence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A stretch of leaves of a Merkle tree (RFC 9162) and the frontier of the tree before them: the
 * roots of its largest perfect subtrees, from left to right. That is enough for the root at any
 * size in the stretch, and for a path from any of its leaves.
 *
 * @param before how many leaves came before
 * @param frontier as many as {@code before} has bits set
 * @param leaves those that came since
 */
record Stretch(long before, List<byte[]> frontier, List<byte[]> leaves) {
  Stretch {
    if (before < 0 || frontier.size() != Long.bitCount(before)) {
      throw new IllegalArgumentException("the frontier does not fit the size before");
    }
  }

  /** Before the first leaf. */
  static Stretch empty() {
    return new Stretch(0, List.of(), List.of());
  }

  /** How many leaves the tree has. */
  long size() {
    return before + leaves.size();
  }

  /** The root of the whole tree. */
  byte[] root(Hasher hasher) {
    return rootAt(size(), hasher);
  }

  /**
   * The root that the tree had at a size.
   *
   * @param size not less than before the stretch
   */
  byte[] rootAt(long size, Hasher hasher) {
    if (size < before || size > size()) {
      throw new IllegalArgumentException("the stretch does not reach this size");
    }
    return size == 0 ? hasher.nothing() : hash(0, size, hasher);
  }

  /** The frontier of the whole tree. */
  List<byte[]> frontierAfter(Hasher hasher) {
    List<byte[]> after = new ArrayList<>();
    long start = 0;
    for (long bit = Long.highestOneBit(size()); bit > 0; bit >>= 1) {
      if ((size() & bit) != 0) {
        after.add(hash(start, start + bit, hasher));
        start += bit;
      }
    }
    return after;
  }

  /**
   * The inclusion path of a leaf (RFC 9162, section 2.1.3.1) to the root of the whole tree: from
   * the leaf up.
   *
   * @param index in the tree, not before the stretch
   */
  List<byte[]> path(long index, Hasher hasher) {
    if (index < before || index >= size()) {
      throw new IllegalArgumentException("the leaf is not in the stretch");
    }
    List<byte[]> path = new ArrayList<>();
    long start = 0;
    long end = size();
    while (end - start > 1) {
      long middle = start + split(end - start);
      if (index < middle) {
        path.add(hash(middle, end, hasher));
        end = middle;
      } else {
        path.add(hash(start, middle, hasher));
        start = middle;
      }
    }
    Collections.reverse(path);
    return path;
  }

  /** The hash of the subtree over leaves from a start to before an end. */
  private byte[] hash(long start, long end, Hasher hasher) {
    long length = end - start;
    if (end <= before && Long.bitCount(length) == 1) {
      // A perfect subtree that is asked for ends where its parent does not: it is a largest one.
      return frontier.get(Long.bitCount(start));
    }
    if (length == 1) {
      return leaves.get(Math.toIntExact(start - before));
    }
    long middle = start + split(length);
    return hasher.node(hash(start, middle, hasher), hash(middle, end, hasher));
  }

  /** The largest power of two that is less than a number of leaves. */
  private static long split(long leaves) {
    return Long.highestOneBit(leaves - 1);
  }
}
