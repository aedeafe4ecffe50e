package dev.countermand.collectors.redact;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds all of many literals in one pass, in any ASCII case: Aho and Corasick's automaton as a
 * dense table, one row per state and one column per character that occurs in a literal. Immutable.
 */
final class LiteralIndex {

  private static final int ASCII = 128;

  private final byte[] columns = new byte[ASCII];
  private final int width;
  private final int[] next;
  private final @Nullable Hit[] hits;

  /** What to do when a state is reached; hits of suffixes are chained. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; an iterator per hit costs more.
  private record Hit(int length, Probe[] probes, @Nullable Hit shorter) {}

  /**
   * Builds the index.
   *
   * @param literals in lower case, ASCII only, none empty
   */
  LiteralIndex(Map<String, List<Probe>> literals) {
    width = assignColumns(literals);
    int states = 1 + literals.keySet().stream().mapToInt(String::length).sum();
    int[] table = new int[states * width];
    @Nullable Hit[] found = new Hit[states];
    int used = 1;
    for (Map.Entry<String, List<Probe>> entry : literals.entrySet()) {
      int state = 0;
      for (int i = 0; i < entry.getKey().length(); i++) {
        int cell = state * width + columns[entry.getKey().charAt(i)];
        if (table[cell] == 0) {
          table[cell] = used++;
        }
        state = table[cell];
      }
      found[state] = new Hit(entry.getKey().length(), entry.getValue().toArray(new Probe[0]), null);
    }
    next = Arrays.copyOf(table, used * width);
    hits = Arrays.copyOf(found, used);
    link(used);
  }

  private int assignColumns(Map<String, List<Probe>> literals) {
    int count = 1;
    for (String literal : literals.keySet()) {
      for (int i = 0; i < literal.length(); i++) {
        char c = literal.charAt(i);
        if (columns[c] == 0) {
          columns[c] = (byte) count++;
        }
      }
    }
    for (char c = 'A'; c <= 'Z'; c++) {
      columns[c] = columns[Chars.fold(c)];
    }
    return count;
  }

  /** Fills the transitions that a trie lacks, breadth first, and chains the hits of suffixes. */
  private void link(int states) {
    int[] fail = new int[states];
    Deque<Integer> queue = new ArrayDeque<>();
    List<Integer> order = new ArrayList<>();
    queue.add(0);
    while (!queue.isEmpty()) {
      int state = queue.remove();
      order.add(state);
      for (int column = 1; column < width; column++) {
        int child = next[state * width + column];
        int back = state == 0 ? 0 : next[fail[state] * width + column];
        if (child == 0) {
          next[state * width + column] = back;
        } else {
          fail[child] = back;
          queue.add(child);
        }
      }
    }
    for (int state : order) {
      Hit own = hits[state];
      Hit shorter = state == 0 ? null : hits[fail[state]];
      hits[state] = own == null ? shorter : new Hit(own.length(), own.probes(), shorter);
    }
  }

  /** Runs the probes of every literal that occurs in the text of the scan. */
  void run(Scan scan) {
    char[] text = scan.text;
    int state = 0;
    for (int i = 0; i < text.length; i++) {
      char c = text[i];
      state = c < ASCII ? next[state * width + columns[c]] : 0;
      Hit hit = hits[state];
      if (hit != null) {
        report(scan, i + 1, hit);
      }
    }
  }

  private static void report(Scan scan, int end, Hit first) {
    for (Hit hit = first; hit != null; hit = hit.shorter()) {
      for (Probe probe : hit.probes()) {
        probe.examine(scan, end - hit.length(), end);
      }
    }
  }
}
