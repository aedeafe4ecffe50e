package dev.countermand.command.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.command.Printable;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.runtime.FileErrors;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How a command answers: for people, or as JSON lines for machines. */
final class Output {
  @Option(names = "--json", description = "One JSON object a line instead of a table.")
  boolean json;

  private final PrintStream out = System.out;

  /** A line for people; machines do not see it. */
  void say(String line) {
    if (!json) {
      out.println(Printable.text(line));
    }
  }

  /** A record for machines; people do not see it. */
  <T> void document(DocumentCodec<T> codec, T value) {
    if (json) {
      out.println(Printable.json(codec.toTree(value).toString()));
    }
  }

  /** A JSON object, over several lines, for people and machines. */
  static void pretty(JsonNode value) {
    System.out.println(Printable.json(value.toPrettyString()));
  }

  /** A JSON object for machines; people do not see it. */
  void line(JsonNode value) {
    if (json) {
      out.println(Printable.json(value.toString()));
    }
  }

  /** A table for people: the first row is the head. */
  void table(List<List<String>> rows) {
    if (!json) {
      print(rows.stream().map(row -> row.stream().map(Printable::text).toList()).toList());
    }
  }

  private void print(List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        int width = row.get(i).length();
        if (i == widths.size()) {
          widths.add(width);
        } else {
          widths.set(i, Math.max(widths.get(i), width));
        }
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i));
        if (i < row.size() - 1) {
          line.append(" ".repeat(widths.get(i) - row.get(i).length() + 2));
        }
      }
      out.println(line);
    }
  }

  /**
   * Writes a file, in UTF-8.
   *
   * @throws dev.countermand.runtime.CountermandException FILE_UNWRITABLE
   */
  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw FileErrors.unwritable(file, e);
    }
  }
}
