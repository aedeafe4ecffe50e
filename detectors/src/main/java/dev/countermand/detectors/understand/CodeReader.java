package dev.countermand.detectors.understand;

import dev.countermand.model.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads one-liners of Python, JavaScript, Ruby, Perl and PHP for calls that run commands or delete.
 * It knows names of calls and string literals, not the languages.
 */
final class CodeReader {
  private static final int MAX_CODE = 65_536;
  private static final Set<String> RUNS =
      Set.of(
          "system",
          "popen",
          "exec",
          "execsync",
          "spawn",
          "spawnsync",
          "execfile",
          "execfilesync",
          "check_call",
          "check_output",
          "call",
          "run",
          "shell_exec",
          "passthru",
          "getoutput",
          "getstatusoutput",
          "qx",
          "execvp",
          "execl",
          "execv",
          "execve",
          "execlp",
          "backtick");
  private static final Set<String> TREES =
      Set.of(
          "rmtree",
          "rm_rf",
          "rm_r",
          "rmdir_r",
          "remove_tree",
          "rmsync",
          "rimraf",
          "removesync",
          "remove_dir_all",
          "remove_entry_secure",
          "deltree",
          "rmtree!",
          "emptydirsync");
  private static final Set<String> FILES =
      Set.of("unlink", "unlinksync", "rm_f", "rmdir", "removedirs", "rmdirsync", "remove_file");
  private static final Set<String> READS =
      Set.of(
          "open",
          "readfile",
          "readfilesync",
          "file_get_contents",
          "createreadstream",
          "readtextfile",
          "readtextfilesync",
          "slurp",
          "fopen");
  private static final Set<String> WRITES =
      Set.of(
          "writefile",
          "writefilesync",
          "appendfile",
          "appendfilesync",
          "file_put_contents",
          "createwritestream",
          "writetextfile",
          "writetextfilesync",
          "copyfile",
          "copyfilesync",
          "urlretrieve",
          "download");
  private static final Set<String> FILE_OWNERS =
      Set.of("os", "path", "fs", "file", "fileutils", "shutil", "pathlib", "deno", "io");

  private static final Set<String> CALLBACKS =
      Set.of("array_map", "array_walk", "call_user_func", "call_user_func_array", "usort");

  private static final Set<String> CLIENTS =
      Set.of("requests", "httpx", "axios", "session", "got", "ky", "superagent", "http", "client");
  private static final Set<String> VERBS = Set.of("DELETE", "POST", "PUT", "PATCH", "GET", "HEAD");

  private final Readers readers;

  CodeReader(Readers readers) {
    this.readers = readers;
  }

  /** Whether the text is a method call such as {@code client.volumes.delete('x')}. */
  static boolean startsLikeCall(String text) {
    int i = 0;
    boolean dot = false;
    while (i < text.length() && i < 120) {
      char c = text.charAt(i);
      if (c == '(') {
        return dot && i > 2 && text.charAt(i - 1) != '.';
      }
      if (c == '.') {
        dot = i > 0;
      } else if (!Character.isLetterOrDigit(c) && c != '_') {
        return false;
      }
      i++;
    }
    return false;
  }

  /** Reads a call that stands for itself, where the name of the method is all there is. */
  void readSnippet(String code, Context context, Effects out) {
    read(code, context, out);
    int open = code.indexOf('(');
    String chain = code.substring(0, open);
    String method = chain.substring(chain.lastIndexOf('.') + 1);
    ActionWords.Meaning meaning = readers.knowledge().words().of(method);
    if (method.startsWith("cancel") || (meaning != null && meaning.removes())) {
      List<String> owner = ActionWords.split(chain.substring(0, chain.lastIndexOf('.')));
      String type = owner.isEmpty() ? "resource" : owner.get(owner.size() - 1);
      boolean whole = readers.knowledge().words().container(type);
      out.add(
          whole ? Verb.DESTROY : Verb.DELETE,
          type,
          "",
          Environments.of(code),
          Reversal.IMPOSSIBLE,
          0.6,
          code);
    }
  }

  void read(String source, Context context, Effects out) {
    String code = source.length() > MAX_CODE ? source.substring(0, MAX_CODE) : source;
    int previous = 0;
    for (int i = code.indexOf('('); i >= 0 && out.step(); i = code.indexOf('(', i + 1)) {
      int start = i;
      while (start > previous && chainChar(code.charAt(start - 1))) {
        start--;
      }
      if (start < i) {
        call(code.substring(start, i), code, i, context, out);
      }
      previous = i;
    }
    literals(code, context, out);
    words(code, context, out);
    connects(code, out);
  }

  private static boolean chainChar(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == ':' || c == '!';
  }

  private void call(String chain, String code, int open, Context context, Effects out) {
    int dot = Math.max(chain.lastIndexOf('.'), chain.lastIndexOf(':'));
    String method = chain.substring(dot + 1).toLowerCase(Locale.ROOT);
    String owner = dot < 0 ? "" : chain.substring(0, dot).toLowerCase(Locale.ROOT);
    String argument = Literals.firstArgument(code, open);
    int start = open - chain.length();
    if (argument.isBlank() && start > 1 && code.charAt(start - 1) == ')') {
      argument = code.substring(Math.max(0, start - 200), start);
      List<String> strings = Literals.strings(argument.substring(argument.lastIndexOf('(') + 1));
      argument = strings.isEmpty() ? "" : "'" + strings.get(0) + "'";
    }
    String because = chain + "(" + Effects.shorten(argument, 120) + ")";
    if (RUNS.contains(method) && (dot >= 0 || !method.equals("run"))) {
      runs(Literals.strings(argument), because, context, out);
    } else if (TREES.contains(method)) {
      paths(argument, Files.Scope.TREE, context, because, out);
    } else if (FILES.contains(method)
        || (method.equals("remove") && ownsFiles(owner))
        || (method.equals("rm") && ownsFiles(owner))) {
      boolean tree = method.equals("rm") && code.contains("recursive");
      paths(argument, tree ? Files.Scope.TREE : Files.Scope.MATCHES, context, because, out);
    } else if (CALLBACKS.contains(method)) {
      callback(argument, code.substring(open), context, because, out);
    } else if (method.equals("truncate") && ownsFiles(owner)) {
      paths(argument, Files.Scope.MATCHES, context, because, out);
    } else if (WRITES.contains(method) || (method.equals("write") && ownsFiles(owner))) {
      written(argument, context, because, out);
    } else if (READS.contains(method) || (method.equals("read") && ownsFiles(owner))) {
      opened(argument, context, because, out);
    } else if (!request(method, owner, argument, out)) {
      remote(chain, method, because, out);
    }
  }

  /** PHP's {@code array_map("unlink", glob("*"))}: the name of a function as a string. */
  private void callback(String name, String rest, Context context, String because, Effects out) {
    List<String> names = Literals.strings(name);
    String function = names.isEmpty() ? "" : names.get(0).toLowerCase(Locale.ROOT);
    List<String> arguments = Literals.strings(Effects.shorten(rest, 1_000));
    String target = arguments.size() > 1 ? arguments.get(1) : "$arguments";
    if (FILES.contains(function)) {
      readers.files().deletes(target, Files.Scope.MATCHES, context, because, out);
    } else if (RUNS.contains(function) || function.equals("system")) {
      runs(List.of(target), because, context, out);
    }
  }

  private static boolean ownsFiles(String owner) {
    String last = owner.substring(owner.lastIndexOf('.') + 1).replace(":", "");
    return FILE_OWNERS.contains(last);
  }

  private void runs(List<String> strings, String because, Context context, Effects out) {
    if (strings.isEmpty() || context.tooDeep()) {
      return;
    }
    readers.shell().read(String.join(" ", strings), context.deeper(), out);
    out.add(
        Verb.EXECUTE,
        "program",
        strings.get(0),
        Environments.LOCAL,
        Reversal.IMPOSSIBLE,
        0.5,
        because);
  }

  private void paths(
      String argument, Files.Scope scope, Context context, String because, Effects out) {
    List<String> paths = Literals.strings(argument);
    if (paths.isEmpty()) {
      paths = List.of("$" + Effects.shorten(argument, 40));
    }
    for (String path : paths) {
      readers.files().deletes(path, scope, context, because, out);
    }
  }

  /** A file is written: the last name that is given, since some copy from another. */
  private void written(String argument, Context context, String because, Effects out) {
    List<String> strings = Literals.strings(argument);
    boolean copies =
        because.contains("opy") || because.contains("ownload") || because.contains("urlretrieve");
    if (!strings.isEmpty()) {
      String path = copies ? strings.get(strings.size() - 1) : strings.get(0);
      readers.files().writes(path, context, because, out);
    }
  }

  /** A file is opened; the mode says what for. */
  private void opened(String argument, Context context, String because, Effects out) {
    List<String> strings = Literals.strings(argument);
    if (strings.isEmpty() || strings.get(0).contains("://")) {
      return;
    }
    String mode = strings.size() > 1 ? strings.get(1) : "";
    boolean writes =
        mode.length() <= 3 && (mode.contains("w") || mode.contains("a") || mode.contains("+"));
    if (writes || strings.get(0).startsWith(">")) {
      readers.files().writes(strings.get(0), context, because, out);
    } else {
      readers.files().reads(strings.get(0), context, because, out);
    }
  }

  /** A call to an HTTP client, such as {@code requests.delete(url)}. */
  private boolean request(String method, String owner, String argument, Effects out) {
    if (!CLIENTS.contains(owner) && !method.equals("fetch") && !method.equals("urlopen")) {
      return false;
    }
    String url = "";
    for (String literal : Literals.strings(argument)) {
      if (literal.startsWith("http://") || literal.startsWith("https://")) {
        url = literal;
        break;
      }
    }
    String verb = method.toUpperCase(Locale.ROOT);
    if (argument.contains("DELETE") || argument.contains("'delete'")) {
      verb = "DELETE";
    } else if (!VERBS.contains(verb)) {
      verb = GraphQlReader.mayMutate(argument) ? "POST" : "GET";
    }
    boolean calls = !url.isEmpty() || GraphQlReader.mayMutate(argument);
    if (calls) {
      String body = "GET".equals(verb) || "DELETE".equals(verb) ? null : argument;
      readers.http().read(new HttpCall(verb, url, Map.of(), body), out);
      for (String literal : Literals.strings(argument)) {
        if (GraphQlReader.mayMutate(literal)) {
          readers.http().read(new HttpCall("POST", url, Map.of(), literal), out);
        }
      }
    }
    return calls;
  }

  /** A call of a client library whose name says that it deletes something named. */
  private void remote(String chain, String method, String because, Effects out) {
    ActionWords.Meaning meaning =
        readers.knowledge().words().of(chain.substring(chain.lastIndexOf('.') + 1));
    boolean named = chain.indexOf('.') >= 0 && !chain.startsWith("self.");
    if (meaning == null || !meaning.removes() || !named || meaning.type().isEmpty()) {
      return;
    }
    if (method.startsWith("clear")
        && !readers.knowledge().words().container(meaning.type())
        && !meaning.type().startsWith("object")) {
      return;
    }
    out.add(
        meaning.verb(),
        meaning.type(),
        "",
        Environments.of(because),
        Reversal.IMPOSSIBLE,
        0.6,
        because);
  }

  /** SQL and shell in strings. */
  private void literals(String code, Context context, Effects out) {
    for (String literal : Literals.strings(code)) {
      if (out.step() && literal.length() > 10 && SqlReader.startsLikeSql(literal)) {
        readers.sql().read(literal, Environments.of(code, Environments.UNKNOWN), out);
      }
    }
    boolean ruby = code.indexOf('`') >= 0 && code.indexOf("${") < 0;
    int at = ruby ? code.indexOf('`') : -1;
    int end = at < 0 ? -1 : code.indexOf('`', at + 1);
    if (end > at && !context.tooDeep()) {
      readers.shell().read(code.substring(at + 1, end), context.deeper(), out);
    }
  }

  /** Raw sockets and loaded libraries: what passes through them cannot be read. */
  private static void connects(String code, Effects out) {
    for (String sign :
        List.of(
            "socket.socket",
            "IO::Socket",
            "TCPSocket",
            "fsockopen",
            "net.connect",
            "require(\"socket\")",
            "require(\"net\")",
            "using Sockets",
            "syscall.Socket",
            "http.server",
            "SimpleHTTPServer",
            "http.createServer",
            "/inet/tcp")) {
      if (code.contains(sign)) {
        out.add(Verb.SEND, "network", "", Environments.of(code), Reversal.IMPOSSIBLE, 0.5, sign);
        return;
      }
    }
    if (code.contains("LoadLibrary") || code.contains("dlopen(")) {
      out.add(
          Verb.EXECUTE, "library", "", Environments.LOCAL, Reversal.IMPOSSIBLE, 0.5, "LoadLibrary");
    }
  }

  /** Perl's and Ruby's calls without brackets: {@code unlink "x"}, {@code system "rm x"}. */
  private void words(String code, Context context, Effects out) {
    for (String word :
        List.of("unlink ", "rmtree ", "system ", "exec ", "rm_rf ", "do shell script ")) {
      int at = code.indexOf(word);
      boolean starts = at == 0 || (at > 0 && !Character.isLetterOrDigit(code.charAt(at - 1)));
      if (at >= 0 && starts) {
        String rest = code.substring(at + word.length());
        List<String> strings = new ArrayList<>(Literals.strings(rest));
        if (word.startsWith("s") || word.startsWith("e") || word.startsWith("d")) {
          runs(strings.stream().limit(1).toList(), word + rest, context, out);
        } else {
          boolean tree = word.startsWith("r");
          String target = strings.isEmpty() ? "$" + rest : strings.get(0);
          readers
              .files()
              .deletes(
                  target,
                  tree ? Files.Scope.TREE : Files.Scope.MATCHES,
                  context,
                  word + target,
                  out);
        }
      }
    }
  }
}
