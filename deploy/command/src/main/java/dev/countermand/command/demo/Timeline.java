package dev.countermand.command.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.command.Printable;
import dev.countermand.command.Terminal;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What happened, in the order it happened, from all sides. Thread-safe. */
final class Timeline {
  /** Whose doing an entry is. */
  enum Lane {
    AGENT("36"),
    COUNTERMAND("33"),
    PROVIDER("35");

    private final String colour;

    Lane(String colour) {
      this.colour = colour;
    }
  }

  /** How an entry is to be read. */
  enum Tone {
    PLAIN(""),
    GOOD("32"),
    WARNING("33"),
    BAD("31");

    private final String colour;

    Tone(String colour) {
      this.colour = colour;
    }
  }

  private record Entry(Instant time, Lane lane, Tone tone, String text) {}

  private final List<Entry> entries = new ArrayList<>();

  synchronized void add(Instant time, Lane lane, Tone tone, String text) {
    entries.add(new Entry(time, lane, tone, text));
  }

  private synchronized List<Entry> sorted() {
    return entries.stream().sorted(Comparator.comparing(Entry::time)).toList();
  }

  /** The timeline for people, with milliseconds since the first entry. */
  void print(PrintStream out, Paint paint) {
    List<Entry> sorted = sorted();
    for (Entry entry : sorted) {
      double ms = Duration.between(sorted.get(0).time(), entry.time()).toNanos() / 1e6;
      out.printf(
          Locale.ROOT,
          "%9.1f ms  %s  %s%n",
          ms,
          paint.in(entry.lane().colour, String.format("%-11s", lower(entry.lane()))),
          paint.in(entry.tone().colour, Printable.text(entry.text())));
    }
  }

  /** The timeline for machines. */
  void write(ArrayNode array) {
    List<Entry> sorted = sorted();
    for (Entry entry : sorted) {
      ObjectNode node = array.addObject();
      node.put("time", entry.time().toString());
      node.put("ms", Duration.between(sorted.get(0).time(), entry.time()).toNanos() / 1e6);
      node.put("lane", lower(entry.lane()));
      node.put("tone", lower(entry.tone()));
      node.put("text", entry.text());
    }
  }

  private static String lower(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT);
  }

  /** Colours, where the terminal has them. */
  record Paint(boolean colours) {
    /** Colours on a terminal, unless NO_COLOR is set (no-color.org). */
    static Paint ofTerminal() {
      return new Paint(Terminal.hasColours());
    }

    String in(String colour, String text) {
      return colours && !colour.isEmpty() ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
  }
}
