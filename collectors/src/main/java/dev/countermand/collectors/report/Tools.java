package dev.countermand.collectors.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.ActionKind;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the tools of agents are made of, by the names agents give them. */
final class Tools {
  private static final Set<String> SHELLS =
      Set.of(
          "bash",
          "shell",
          "sh",
          "powershell",
          "terminal",
          "exec",
          "execute_command",
          "run_command",
          "run_shell_command",
          "run_terminal_cmd",
          "local_shell");
  private static final Set<String> SQL = Set.of("sql", "query", "execute_sql", "run_sql");
  private static final Set<String> HTTP =
      Set.of("http", "webfetch", "web_fetch", "fetch", "http_request");
  private static final Set<String> FILES =
      Set.of(
          "read",
          "write",
          "edit",
          "multiedit",
          "notebookread",
          "notebookedit",
          "glob",
          "grep",
          "ls",
          "apply_patch",
          "read_file",
          "write_file",
          "edit_file");

  /** Tools of the agent itself: what stands in their input goes to nobody outside. */
  private static final Set<String> INWARD =
      Set.of(
          "task",
          "agent",
          "todowrite",
          "todoread",
          "exitplanmode",
          "enterplanmode",
          "askuserquestion",
          "skill",
          "toolsearch");

  private static final List<String> PATHS = List.of("file_path", "notebook_path", "path");
  private static final Set<String> READERS =
      Set.of("cat", "head", "tail", "less", "more", "tac", "nl", "strings", "bat");
  private static final Set<String> SEARCHERS = Set.of("grep", "egrep", "fgrep", "rg", "zgrep");

  private Tools() {}

  static ActionKind kind(@Nullable String tool) {
    if (tool == null) {
      return ActionKind.SESSION;
    }
    if (tool.startsWith("mcp__")) {
      return ActionKind.MCP;
    }
    String name = tool.toLowerCase(Locale.ROOT);
    if (SHELLS.contains(name)) {
      return ActionKind.SHELL;
    }
    if (SQL.contains(name)) {
      return ActionKind.SQL;
    }
    if (HTTP.contains(name)) {
      return ActionKind.HTTP;
    }
    return FILES.contains(name) ? ActionKind.FILE : ActionKind.TOOL;
  }

  /** Whether a secret in the input of an attempt is used, and not merely written or passed on. */
  static boolean uses(ActionKind kind, @Nullable String tool) {
    return switch (kind) {
      case SHELL, SQL, HTTP, MCP -> true;
      case FILE, SESSION -> false;
      case TOOL -> tool != null && !INWARD.contains(tool.toLowerCase(Locale.ROOT));
    };
  }

  static @Nullable String command(ActionKind kind, JsonNode input) {
    if (kind != ActionKind.SHELL) {
      return null;
    }
    JsonNode command = input.has("command") ? input.get("command") : input.path("cmd");
    if (command.isArray()) {
      StringBuilder words = new StringBuilder();
      command.forEach(word -> words.append(words.isEmpty() ? "" : " ").append(word.asText()));
      return words.toString();
    }
    return command.isTextual() ? command.textValue() : null;
  }

  static @Nullable String file(ActionKind kind, JsonNode input) {
    if (kind != ActionKind.FILE) {
      return null;
    }
    for (String field : PATHS) {
      if (input.path(field).isTextual()) {
        return input.path(field).textValue();
      }
    }
    return null;
  }

  static @Nullable String url(ActionKind kind, JsonNode input) {
    return kind == ActionKind.HTTP && input.path("url").isTextual()
        ? input.path("url").textValue()
        : null;
  }

  /**
   * The file that a plain command such as {@code cat x} or {@code grep word x} prints, or null
   * where that is not obvious: more than one file, a pipe, a variable, quotes.
   */
  static @Nullable String fileRead(@Nullable String command) {
    if (command == null || command.length() > 1_000 || !plain(command)) {
      return null;
    }
    List<String> words = List.of(command.strip().split("[ \t]+"));
    List<String> arguments = words.stream().skip(1).filter(word -> !word.startsWith("-")).toList();
    if (READERS.contains(words.get(0)) && arguments.size() == 1) {
      return arguments.get(0);
    }
    if (SEARCHERS.contains(words.get(0)) && arguments.size() == 2) {
      return arguments.get(1);
    }
    return null;
  }

  private static boolean plain(String command) {
    return command.chars().noneMatch(c -> "|;&<>$`\"'\\(){}*?\n\r".indexOf(c) >= 0);
  }
}
