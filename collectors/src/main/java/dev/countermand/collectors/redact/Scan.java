package dev.countermand.collectors.redact;

import java.util.List;

/** One view under examination: what the probes read, and where they report what they find. */
final class Scan {

  final TextView view;
  final char[] text;
  final Budget budget;
  private final List<Detection> found;

  /** Where the identifier that was examined last ends: its other keywords need no second look. */
  int examinedTo;

  Scan(TextView view, Budget budget, List<Detection> found) {
    this.view = view;
    this.text = view.text;
    this.budget = budget;
    this.found = found;
  }

  int length() {
    return text.length;
  }

  char at(int i) {
    return i >= 0 && i < text.length ? text[i] : '\0';
  }

  String slice(int from, int to) {
    return view.slice(from, to);
  }

  void report(String kind, int from, int to, int rank) {
    report(kind, from, to, slice(from, to), rank);
  }

  void report(String kind, int from, int to, String token, int rank) {
    if (to > from && !token.isEmpty()) {
      found.add(new Detection(kind, view.originalStart(from), view.originalEnd(to), token, rank));
      budget.finding();
    }
  }
}
