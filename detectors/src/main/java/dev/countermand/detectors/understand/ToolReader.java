package dev.countermand.detectors.understand;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.countermand.detectors.understand.shell.Word;
import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads tool calls as agents name them: shells, file tools, fetches, SQL, and MCP. */
final class ToolReader {
  private static final int MAX_TEXT = 65_536;
  private static final Set<String> SHELLS =
      Set.of(
          "bash",
          "shell",
          "exec",
          "run_shell_command",
          "local_shell",
          "execute_command",
          "run_command",
          "terminal",
          "run_terminal_cmd",
          "run_in_terminal",
          "shell_command",
          "exec_command",
          "execute_bash",
          "command",
          "bashtool",
          "sh",
          "developer__shell",
          "container.exec",
          "computer_shell",
          "run_terminal_command",
          "execute",
          "write_stdin",
          "powershell");
  private static final Set<String> WRITES =
      Set.of(
          "write",
          "edit",
          "multiedit",
          "notebookedit",
          "write_file",
          "edit_file",
          "create_file",
          "replace",
          "str_replace_editor",
          "str_replace_based_edit_tool",
          "apply_patch",
          "write_to_file",
          "replace_in_file",
          "search_replace",
          "insert_edit_into_file",
          "patch");
  private static final Set<String> READS =
      Set.of(
          "read",
          "glob",
          "grep",
          "ls",
          "read_file",
          "view",
          "list_directory",
          "notebookread",
          "read_many_files",
          "search_file_content",
          "list_files",
          "search_files",
          "websearch",
          "todowrite",
          "todoread",
          "exitplanmode",
          "toolsearch",
          "list_dir",
          "grep_search",
          "codebase_search",
          "file_search",
          "askuserquestion",
          "bashoutput",
          "killshell",
          "killbash",
          "kill_shell",
          "task",
          "taskoutput",
          "taskstop",
          "update_plan");
  private static final Set<String> FETCHES =
      Set.of("http", "fetch", "http_request", "curl", "request", "webfetch", "web_fetch");
  private static final Set<String> DELETES = Set.of("delete_file", "remove_file", "delete");

  private final Readers readers;

  ToolReader(Readers readers) {
    this.readers = readers;
  }

  void read(String tool, JsonNode input, ToolHints hints, Context context, Effects out) {
    String name = tool.toLowerCase(Locale.ROOT);
    if (name.startsWith("mcp__") || name.startsWith("mcp_") || name.startsWith("mcp:")) {
      mcp(tool, input, hints, context, out);
    } else if (SHELLS.contains(name)) {
      shell(input, context, out);
    } else if (name.equals("sql") || name.equals("execute_sql") || name.equals("query")) {
      sql(input, out);
    } else if (FETCHES.contains(name)) {
      http(input, out);
    } else if (WRITES.contains(name)) {
      writes(tool, input, context, out);
    } else if (READS.contains(name)) {
      String path = path(input);
      if (path != null) {
        readers.files().reads(path, context, tool + " " + path, out);
      }
    } else if (DELETES.contains(name) && path(input) != null) {
      String path = text(input, "file_path", "path", "target_file");
      readers.files().deletes(path, Files.Scope.ONE_FILE, context, tool + " " + path, out);
    } else {
      byName(tool, tool, input, hints, context, out);
    }
  }

  void operation(String operation, Effects out) {
    int last = Math.max(operation.lastIndexOf(':'), operation.lastIndexOf('/'));
    byName(
        bounded(operation.substring(last + 1)),
        bounded(operation),
        MissingNode.getInstance(),
        ToolHints.NONE,
        Context.START,
        out);
  }

  private void shell(JsonNode input, Context context, Effects out) {
    JsonNode command =
        first(input, "command", "cmd", "script", "commands", "chars", "input", "code");
    if (command.isArray()) {
      argv(command, context, out);
      return;
    }
    String text = command.isTextual() ? command.asText() : input.isTextual() ? input.asText() : "";
    String directory = text(input, "cwd", "workdir", "directory", "dir_path");
    readers.shell().read(bounded(text), in(directory, context), out);
  }

  /** The directory of the call; it is the workspace where nothing else tells which that is. */
  private static Context in(String directory, Context context) {
    if (directory.isEmpty()) {
      return context;
    }
    return context.workspace() == null ? Context.startingIn(directory) : context.in(directory);
  }

  /** An argument vector: words that no shell splits again, unless the program is a shell. */
  private void argv(JsonNode words, Context context, Effects out) {
    List<Word> all = new ArrayList<>();
    for (JsonNode word : words) {
      all.add(Word.literal(bounded(word.asText())));
      if (all.size() > 500) {
        break;
      }
    }
    if (!all.isEmpty()) {
      Invocation call =
          new Invocation(
              all.get(0).text(), all.subList(1, all.size()), null, "", null, List.of(), context);
      readers.invocations().read(call, out);
    }
  }

  private void sql(JsonNode input, Effects out) {
    String environment =
        Environments.of(
            text(input, "database", "connection", "url", "dsn", "host"), Environments.UNKNOWN);
    readers.sql().read(bounded(text(input, "statement", "sql", "query")), environment, out);
  }

  private void http(JsonNode input, Effects out) {
    Map<String, String> headers = new HashMap<>();
    input
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    JsonNode body = first(input, "body", "data", "json");
    String text = body.isMissingNode() ? null : body.isTextual() ? body.asText() : body.toString();
    String method = text(input, "method");
    readers
        .http()
        .read(
            new HttpCall(
                method.isEmpty() ? "GET" : method,
                bounded(text(input, "url", "uri")),
                headers,
                text),
            out);
  }

  private void writes(String tool, JsonNode input, Context context, Effects out) {
    String path = path(input);
    String patch = input.isTextual() ? input.asText() : text(input, "input", "patch", "diff");
    if (path == null && patch.contains("*** Begin Patch")) {
      patches(bounded(patch), tool, context, out);
    } else if (path != null) {
      readers.files().writes(path, context, tool + " " + path, out);
    } else {
      out.add(Verb.WRITE, "file", "", Environments.LOCAL, Reversal.POSSIBLE, 0.5, tool);
    }
  }

  /** A patch as Codex writes it: its header lines name the files. */
  private void patches(String patch, String tool, Context context, Effects out) {
    for (String line : patch.split("\n", 4_000)) {
      int colon = line.indexOf(": ");
      if (!line.startsWith("*** ") || colon < 0 || !out.step()) {
        continue;
      }
      String path = line.substring(colon + 2).strip();
      String because = tool + " " + line;
      if (line.startsWith("*** Delete File")) {
        readers.files().deletes(path, Files.Scope.ONE_FILE, context, because, out);
      } else {
        readers.files().writes(path, context, because, out);
      }
    }
  }

  private void mcp(String tool, JsonNode input, ToolHints hints, Context context, Effects out) {
    int last = Math.max(tool.lastIndexOf("__") + 1, tool.lastIndexOf(':'));
    String name = tool.substring(Math.min(tool.length(), last + 1));
    boolean understood = false;
    for (Map.Entry<String, JsonNode> field : input.properties()) {
      String key = field.getKey().toLowerCase(Locale.ROOT);
      String value = field.getValue().isTextual() ? bounded(field.getValue().asText()) : "";
      if (value.isBlank() || !out.step()) {
        continue;
      }
      boolean statement = key.contains("sql") || key.contains("statement") || key.contains("query");
      if (statement && GraphQlReader.mayMutate(value)) {
        readers.http().read(new HttpCall("POST", "", Map.of(), input.toString()), out);
        understood = true;
      } else if (statement
          && (SqlReader.startsLikeSql(value) || name.toLowerCase(Locale.ROOT).contains("sql"))) {
        readers.sql().read(value, environment(tool, input), out);
        understood = true;
      } else if (key.contains("command") || key.equals("cmd") || key.equals("script")) {
        readers.shell().read(value, in(text(input, "cwd", "workdir"), context), out);
        understood = true;
      }
    }
    if (first(input, "command", "cmd").isArray()) {
      argv(first(input, "command", "cmd"), context, out);
      understood = true;
    }
    if (input.path("method").isTextual() && input.path("url").isTextual()) {
      http(input, out);
      understood = true;
    }
    if (!understood) {
      byName(name, tool, input, hints, context, out);
    }
  }

  private static String environment(String tool, JsonNode input) {
    return Environments.of(
        tool + " " + text(input, "database", "connection", "url", "dsn", "host", "project"),
        Environments.UNKNOWN);
  }

  /** A tool of which only the name speaks. */
  private void byName(
      String name, String tool, JsonNode input, ToolHints hints, Context context, Effects out) {
    String arguments = Effects.shorten(input.toString(), 2_000);
    ActionWords.Meaning meaning = readers.knowledge().words().of(name);
    String environment = Environments.of(tool + " " + arguments);
    String because = tool + " " + arguments;
    String path = path(input);
    if (meaning == null || (meaning.verb() == Verb.READ && hints.saysDestructive())) {
      byHints(hints, tool, environment, because, out);
      return;
    }
    boolean here = !tool.startsWith("mcp") || ofThisMachine(tool);
    if (path != null && here && meaning.type().startsWith("file")) {
      file(meaning, path, tool, context, out);
      return;
    }
    boolean reversible = !meaning.removes() && meaning.verb() != Verb.READ_SECRET;
    out.add(
        meaning.verb(),
        meaning.type().isEmpty() ? "resource" : meaning.type(),
        id(input),
        environment,
        Reversal.of(reversible),
        0.75,
        because);
  }

  private static void byHints(
      ToolHints hints, String tool, String environment, String because, Effects out) {
    Verb verb = hints.verb();
    if (verb == null) {
      out.add(Verb.EXECUTE, "tool", tool, environment, Reversal.POSSIBLE, 0.2, because);
    } else {
      boolean removes = verb == Verb.DELETE;
      out.add(verb, "resource", tool, environment, Reversal.of(!removes), 0.5, "hint: " + because);
    }
  }

  private void file(
      ActionWords.Meaning meaning, String path, String tool, Context context, Effects out) {
    String because = tool + " " + path;
    if (meaning.removes()) {
      readers.files().deletes(path, Files.Scope.ONE_FILE, context, because, out);
    } else if (meaning.verb() == Verb.READ) {
      readers.files().reads(path, context, because, out);
    } else {
      readers.files().writes(path, context, because, out);
    }
  }

  /** Whether the server of an MCP tool is one for the files of this machine. */
  private static boolean ofThisMachine(String tool) {
    String lower = tool.toLowerCase(Locale.ROOT);
    int end = lower.lastIndexOf("__");
    String server = end < 0 ? lower : lower.substring(0, end);
    return server.contains("file")
        || server.contains("fs")
        || server.contains("desktop")
        || server.contains("local")
        || server.contains("edit");
  }

  private static String id(JsonNode input) {
    for (Map.Entry<String, JsonNode> field : input.properties()) {
      String name = field.getKey().toLowerCase(Locale.ROOT);
      if (field.getValue().isValueNode() && (name.endsWith("id") || name.contains("name"))) {
        return field.getValue().asText();
      }
    }
    return "";
  }

  private static @Nullable String path(JsonNode input) {
    String path =
        text(
            input,
            "file_path",
            "path",
            "notebook_path",
            "absolute_path",
            "filename",
            "target_file",
            "filePath");
    return path.isEmpty() ? null : bounded(path);
  }

  private static String text(JsonNode input, String... names) {
    JsonNode value = first(input, names);
    return value.isTextual() ? value.asText() : "";
  }

  private static JsonNode first(JsonNode input, String... names) {
    for (String name : names) {
      JsonNode value = input.path(name);
      if (!value.isMissingNode() && !value.isNull()) {
        return value;
      }
    }
    return MissingNode.getInstance();
  }

  private static String bounded(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }
}
