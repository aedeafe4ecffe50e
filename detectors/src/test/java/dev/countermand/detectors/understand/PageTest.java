package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Keeps {@code docs/understanding.md} the same as the knowledge; {@code mvn -pl detectors test
 * -Dtest=PageTest -Ddocs.update=true} writes it anew.
 */
class PageTest {
  private static final Path PAGE = Path.of("..", "docs", "understanding.md");

  @Test
  void thePageSaysWhatTheKnowledgeSays() throws IOException {
    String page = page();
    if (Boolean.getBoolean("docs.update")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).as("See PageTest for how to write it anew").isEqualTo(page);
  }

  private static String page() {
    StringBuilder out =
        new StringBuilder(
            """
            # What we understand

            Made from `detectors/src/main/resources/dev/countermand/detectors/understand/knowledge`, where each section is a file. The first operation that matches
            says the effect. A program that is not listed is read by the words of its subcommands. In brackets: what decides in Java.
            """);
    Understanding.standard().knowledge().files().forEach((file, tool) -> section(file, tool, out));
    return out.toString();
  }

  private static void section(String file, Tool tool, StringBuilder out) {
    out.append("\n## ").append(file.replace(".yaml", "")).append("\n\n").append(tool.summary());
    out.append("\n\n`").append(String.join("` `", tool.tools())).append("`\n");
    List<String> rows = new ArrayList<>();
    if (tool.wrapper() != null) {
      String where = tool.wrapper().remote() ? "on another machine" : "here";
      rows.add(row("", "the command in its arguments, " + where));
    }
    if (tool.operations() != null) {
      tool.operations().forEach(one -> rows.add(row(condition(one), does(one))));
    }
    if (tool.sql() != null) {
      rows.add(row("a statement", "what the SQL does"));
    }
    if (tool.program() != null) {
      rows.add(row("otherwise", "[" + tool.program() + "]"));
    } else if (tool.otherwise() != null) {
      rows.add(row("otherwise", effect(tool.otherwise())));
    } else if (tool.wrapper() == null) {
      rows.add(row("otherwise", "what the words of the subcommand say"));
    }
    out.append("\n| operation | effect |\n|---|---|\n");
    rows.forEach(out::append);
  }

  private static String row(String when, String says) {
    return "| " + when.replace("|", "\\|") + " | " + says + " |\n";
  }

  private static String condition(Tool.Operation one) {
    List<String> parts = new ArrayList<>();
    if (one.when() != null) {
      parts.add("`" + one.when() + "`");
    }
    options("with", one.with(), parts);
    options("with all of", one.withAll(), parts);
    options("without", one.without(), parts);
    options("and a word like", one.arguments(), parts);
    options("and piped in", one.stdin(), parts);
    return String.join(" ", parts);
  }

  private static void options(String how, List<String> words, List<String> parts) {
    if (words != null) {
      parts.add(how + " `" + String.join("` `", words) + "`");
    }
  }

  private static String does(Tool.Operation one) {
    String runs = one.runs() == null ? "" : "runs the rest (" + one.runs() + ")";
    if (one.says() == null) {
      return runs.isEmpty() ? "nothing" : runs;
    }
    return effect(one.says()) + (runs.isEmpty() ? "" : ", " + runs);
  }

  private static String effect(Tool.Outcome says) {
    return says.verb().name().toLowerCase(Locale.ROOT).replace('_', '-')
        + " "
        + says.type()
        + (says.reversible() ? ", can be undone" : "");
  }
}
