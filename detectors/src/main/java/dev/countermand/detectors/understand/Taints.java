package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.shell.Command;
import dev.countermand.detectors.understand.shell.Redirect;
import dev.countermand.detectors.understand.shell.Script;
import dev.countermand.detectors.understand.shell.ShellParser;
import dev.countermand.detectors.understand.shell.Word;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a command takes from files without showing it, and what it hands to the network: {@code
 * T=$(jq -r .token f)}, then {@code curl -H "Authorization: Bearer $T"}. Inferred from the text, so
 * it may be wrong. Immutable.
 *
 * @param assigned variables by the file their value was read from; {@value #ALL} stands for all
 *     that a sourced file sets
 * @param sentFiles files of which something is handed to a program that talks to others
 * @param sentVariables variables that are, and that this text does not set
 */
public record Taints(
    Map<String, String> assigned, Set<String> sentFiles, Set<String> sentVariables) {
  /** In place of a name: whatever a sourced file sets. */
  public static final String ALL = "*";

  /** Nothing. */
  public static final Taints NONE = new Taints(Map.of(), Set.of(), Set.of());

  private static final int MAX = 32;
  private static final int MAX_TEXT = 65_536;
  private static final int MAX_PATH = 256;
  private static final Set<String> NETWORK =
      Set.of(
          "curl",
          "wget",
          "http",
          "https",
          "httpie",
          "xh",
          "curlie",
          "gh",
          "glab",
          "nc",
          "ncat",
          "psql",
          "mysql",
          "mongosh",
          "redis-cli",
          "ssh",
          "railway",
          "fly",
          "vercel",
          "aws",
          "gcloud",
          "az",
          "kubectl",
          "vault",
          "docker",
          "npm",
          "twine");
  private static final Set<String> WHOLE_FILE =
      Set.of("cat", "head", "tail", "base64", "strings", "xargs", "tac", "bat", "gpg", "sops");
  private static final Set<String> PATTERN_FIRST =
      Set.of("jq", "yq", "grep", "egrep", "rg", "sed", "awk", "cut", "ag");
  private static final Set<String> DECLARATIONS =
      Set.of("export", "local", "declare", "typeset", "readonly", "set");

  /** Maps and sets are copied. */
  public Taints {
    assigned = Map.copyOf(assigned);
    sentFiles = Set.copyOf(sentFiles);
    sentVariables = Set.copyOf(sentVariables);
  }

  /** The taints of one shell text. */
  public static Taints of(@Nullable String command) {
    if (command == null || command.length() > MAX_TEXT || mayNot(command)) {
      return NONE;
    }
    Map<String, String> assigned = new LinkedHashMap<>();
    // The parser puts a variable's value in its place, also one that only running tells.
    Map<String, String> values = new LinkedHashMap<>();
    Set<String> files = new LinkedHashSet<>();
    Set<String> variables = new LinkedHashSet<>();
    for (Command one : ShellParser.parse(command).commands()) {
      assign(one, assigned, values);
      if (talks(one)) {
        List<Word> words = new ArrayList<>(one.assignments());
        words.addAll(one.words());
        for (Word word : words) {
          word.substitutions().forEach(script -> add(files, fileReadBy(script)));
          values.forEach(
              (value, file) -> {
                if (word.text().contains(value)) {
                  files.add(file);
                }
              });
          names(word.text(), variables);
        }
      }
      if (assigned.size() + files.size() + variables.size() > 3 * MAX) {
        break;
      }
    }
    for (String name : List.copyOf(variables)) {
      String file = assigned.getOrDefault(name, assigned.get(ALL));
      if (file != null) {
        files.add(file);
        variables.remove(name);
      }
    }
    return new Taints(assigned, files, variables);
  }

  private static boolean mayNot(String command) {
    return command.indexOf('$') < 0 && command.indexOf('`') < 0 && !sources(command);
  }

  private static boolean sources(String command) {
    return command.contains("source ") || command.contains(". ") || command.contains("read ");
  }

  private static boolean talks(Command command) {
    for (Word word : command.words()) {
      if (NETWORK.contains(InvocationReader.base(word.text()))) {
        return true;
      }
    }
    return false;
  }

  private static void assign(
      Command command, Map<String, String> assigned, Map<String, String> values) {
    command.assignments().forEach(word -> assign(word, assigned, values));
    if (command.words().isEmpty()) {
      return;
    }
    List<Word> rest = command.words().subList(1, command.words().size());
    switch (command.words().get(0).text()) {
      case "source", "." -> {
        if (!rest.isEmpty() && rest.get(0).text().length() <= MAX_PATH) {
          assigned.put(ALL, rest.get(0).text());
        }
      }
      case "read" -> {
        for (Redirect redirect : command.redirects()) {
          if (redirect.operator().equals("<") && !rest.isEmpty()) {
            assigned.put(rest.get(rest.size() - 1).text(), redirect.target().text());
          }
        }
      }
      default -> {
        if (DECLARATIONS.contains(command.words().get(0).text())) {
          rest.forEach(word -> assign(word, assigned, values));
        }
      }
    }
  }

  private static void assign(Word word, Map<String, String> assigned, Map<String, String> values) {
    int equals = word.text().indexOf('=');
    if (equals <= 0 || equals > 64) {
      return;
    }
    for (String script : word.substitutions()) {
      String file = fileReadBy(script);
      if (file != null) {
        assigned.put(word.text().substring(0, equals), file);
        if (values.size() < MAX && equals + 3 < word.text().length()) {
          values.put(word.text().substring(equals + 1), file);
        }
        return;
      }
    }
  }

  /** The file that a substitution prints something of; null when it prints something else. */
  private static @Nullable String fileReadBy(String text) {
    Script script = ShellParser.parse(text);
    for (Command command : script.commands()) {
      for (Redirect redirect : command.redirects()) {
        if (redirect.operator().equals("<")) {
          return path(redirect.target());
        }
      }
      if (command.words().isEmpty()) {
        continue;
      }
      String name = InvocationReader.base(command.words().get(0).text());
      int skip = WHOLE_FILE.contains(name) ? 0 : PATTERN_FIRST.contains(name) ? 1 : -1;
      if (skip < 0) {
        continue;
      }
      for (Word word : command.words().subList(1, command.words().size())) {
        boolean option = word.text().startsWith("-") && word.text().length() > 1;
        if (!option && skip-- <= 0) {
          return path(word);
        }
      }
    }
    return null;
  }

  private static @Nullable String path(Word word) {
    String text = word.text();
    return text.isEmpty() || text.length() > MAX_PATH || text.startsWith("$") ? null : text;
  }

  private static void add(Set<String> files, @Nullable String file) {
    if (file != null) {
      files.add(file);
    }
  }

  /** The names of the variables in a word. */
  private static void names(String text, Set<String> names) {
    for (int at = text.indexOf('$');
        at >= 0 && names.size() < MAX;
        at = text.indexOf('$', at + 1)) {
      int start = at + 1 < text.length() && text.charAt(at + 1) == '{' ? at + 2 : at + 1;
      int end = start;
      while (end < text.length()
          && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
        end++;
      }
      if (end > start && !Character.isDigit(text.charAt(start))) {
        names.add(text.substring(start, end));
      }
    }
  }
}
