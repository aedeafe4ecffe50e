package dev.countermand.detectors.understand.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the commands that the parser finds with those that tree-sitter-bash finds, on the golden
 * commands and the development corpora. The peer needs a Python with {@code tree_sitter_bash},
 * named by the environment variable {@code COUNTERMAND_PEERS_PYTHON}; without one the test is
 * skipped.
 */
class TreeSitterAgreesTest {
  /** What a shell's grammar calls a command and tree-sitter something else. */
  private static final Set<String> OTHERWISE_NAMED =
      Set.of("[", "[[", "export", "declare", "local", "readonly", "typeset", "unset", "((");

  @TempDir private Path temp;

  @Test
  void noCommandThatTreeSitterFindsIsOverlooked() throws Exception {
    String python = System.getenv("COUNTERMAND_PEERS_PYTHON");
    assumeTrue(python != null, "skipped: COUNTERMAND_PEERS_PYTHON names no Python");
    List<String> texts = new ArrayList<>(texts());
    assertThat(texts).isNotEmpty();
    List<JsonNode> peers = peers(python, texts);
    int compared = 0;
    int names = 0;
    List<String> overlooked = new ArrayList<>();
    List<String> invented = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      JsonNode theirs = peers.get(i);
      if (theirs.isNull()) {
        continue;
      }
      compared++;
      Set<String> found = new TreeSet<>();
      names(texts.get(i), 0, found);
      Set<String> expected = new TreeSet<>();
      theirs.forEach(name -> expected.add(name.asText("").replace("\\", "")));
      expected.removeAll(OTHERWISE_NAMED);
      expected.remove("");
      expected.remove("null");
      names += expected.size();
      for (String name : expected) {
        if (!found.contains(name)) {
          overlooked.add(name + " <- " + texts.get(i));
        }
      }
      found.removeAll(expected);
      found.removeAll(OTHERWISE_NAMED);
      boolean computed = false;
      for (JsonNode name : theirs) {
        computed |= name.isNull();
      }
      if (!found.isEmpty() && !computed) {
        invented.add(found + " <- " + texts.get(i));
      }
    }
    System.out.println(
        "tree-sitter-bash reads "
            + compared
            + " of "
            + texts.size()
            + " without error and finds "
            + names
            + " command names; overlooked here: "
            + overlooked.size()
            + ", found here only: in "
            + invented.size());
    Path report = Path.of("target", "tree-sitter-differences.txt");
    Files.writeString(
        report,
        String.join("\n----\n", overlooked) + "\n====\n" + String.join("\n----\n", invented));
    assertThat(compared).isGreaterThan(texts.size() / 2);
    assertThat((double) overlooked.size() / names).as("see %s", report).isLessThan(0.005);
  }

  private static void names(String text, int depth, Set<String> found) {
    if (depth > 6) {
      return;
    }
    Script script = ShellParser.parse(text);
    for (Command command : script.commands()) {
      if (!command.words().isEmpty()) {
        found.add(command.words().get(0).text());
      }
      List<Word> words = new ArrayList<>(command.assignments());
      words.addAll(command.words());
      command.redirects().forEach(redirect -> words.add(redirect.target()));
      for (Word word : words) {
        word.substitutions().forEach(inner -> names(inner, depth + 1, found));
      }
    }
  }

  private List<JsonNode> peers(String python, List<String> texts) throws Exception {
    Path in = temp.resolve("in");
    Path out = temp.resolve("out");
    StringBuilder lines = new StringBuilder();
    for (String text : texts) {
      lines.append(Json.mapper().writeValueAsString(text)).append('\n');
    }
    Files.writeString(in, lines, StandardCharsets.UTF_8);
    Process peer =
        new ProcessBuilder(python, "src/test/python/tree_sitter_commands.py")
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(peer.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(peer.exitValue()).isZero();
    List<JsonNode> answers = new ArrayList<>();
    for (String line : Files.readAllLines(out)) {
      answers.add(Json.mapper().readTree(line));
    }
    assertThat(answers).hasSameSizeAs(texts);
    return answers;
  }

  private static Set<String> texts() throws IOException {
    Set<String> texts = new LinkedHashSet<>();
    try (var in =
        Objects.requireNonNull(
            TreeSitterAgreesTest.class.getResourceAsStream("../golden-commands.txt"))) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(texts::add);
    }
    for (String corpus : List.of("agent-traces", "commands-risky", "commands-nl2bash-unlabelled")) {
      texts.addAll(BashAgreesTest.read(corpus));
    }
    return texts;
  }
}
