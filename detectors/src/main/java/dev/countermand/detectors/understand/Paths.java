package dev.countermand.detectors.understand;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a path is, from its words. */
final class Paths {

  /** The kinds of path that make a difference to what a change of them means. */
  enum Kind {
    ROOT,
    SYSTEM,
    HOME,
    PERSONAL,
    DEVICE,
    NOTHING,
    REPOSITORY,
    SECRET,
    ACCESS,
    GUARD,
    INSTRUCTIONS,
    PIPELINE,
    DATA,
    TEMPORARY,
    BUILD_OUTPUT,
    EVERYTHING,
    ELSEWHERE,
    DYNAMIC,
    ORDINARY
  }

  private static final Set<String> SYSTEM_ROOTS =
      Set.of("etc", "usr", "bin", "sbin", "lib", "lib32", "lib64", "boot", "sys", "proc", "root");
  private static final Set<String> TOP_LEVEL =
      Set.of("home", "var", "opt", "srv", "mnt", "media", "run", "users", "library", "system");
  private static final Set<String> USUAL_WORKSPACES =
      Set.of(
          "app",
          "workspace",
          "workspaces",
          "workdir",
          "work",
          "testbed",
          "repo",
          "repos",
          "code",
          "src",
          "project",
          "projects",
          "build",
          "builds",
          "github");
  private static final Set<String> PERSONAL_FOLDERS =
      Set.of("desktop", "documents", "downloads", "music", "pictures", "videos", "movies");
  private static final Set<String> BUILD_FOLDERS =
      Set.of(
          "node_modules",
          "target",
          "dist",
          "build",
          "out",
          "__pycache__",
          "coverage",
          "htmlcov",
          "venv",
          "env",
          "obj",
          "vendor",
          "deriveddata",
          "bazel-out",
          "cmakefiles",
          "tmp",
          "temp",
          "cache",
          "storybook-static");

  private Paths() {}

  /** The path without {@code .}, {@code ..} and doubled slashes, in the directory if relative. */
  static String normal(String path, @Nullable String directory) {
    String full = path.replace('\\', '/');
    boolean anchored = full.startsWith("/") || full.startsWith("~") || full.startsWith("$");
    if (!anchored && directory != null) {
      full = directory + "/" + full;
    }
    if (!full.contains("..") && !full.contains("//") && !full.contains("/.")) {
      return full.length() > 1 && full.endsWith("/") ? full.substring(0, full.length() - 1) : full;
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : full.split("/", 256)) {
      if (part.equals("..") && !parts.isEmpty() && !parts.peekLast().equals("..")) {
        parts.removeLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    String joined = String.join("/", parts);
    return full.startsWith("/") ? "/" + joined : joined.isEmpty() ? "." : joined;
  }

  /** The kind of a path as a command names it; below the workspace it is one of the workspace. */
  static Kind kind(String path, Context context) {
    String full = normal(path, context.directory());
    String workspace = context.workspace();
    if (workspace != null && below(full, workspace) && kind(workspace) == Kind.ELSEWHERE) {
      full = full.length() == workspace.length() ? "." : full.substring(workspace.length() + 1);
    }
    return kind(full);
  }

  private static boolean below(String full, String directory) {
    return full.startsWith(directory)
        && (full.length() == directory.length() || full.charAt(directory.length()) == '/');
  }

  /**
   * Whether a path leads out of the directory the agent works in. Where nobody says which that is,
   * it is one of those that are usual in containers.
   */
  static boolean outside(String path, Context context) {
    if (context.remote()) {
      return false;
    }
    String full = normal(path, context.directory());
    if (full.startsWith("../") || full.equals("..")) {
      return true;
    }
    boolean home = full.startsWith("~/") || full.startsWith("$HOME/") || full.startsWith("${HOME}");
    if (!full.startsWith("/") && !home) {
      return false;
    }
    String workspace = context.workspace();
    if (workspace != null) {
      return !below(full, workspace);
    }
    int end = full.indexOf('/', 1);
    return home || !USUAL_WORKSPACES.contains(full.substring(1, end < 0 ? full.length() : end));
  }

  private static Kind kind(String full) {
    String lower = full.toLowerCase(Locale.ROOT);
    if (lower.startsWith("/dev/")) {
      return device(lower);
    }
    if (temporary(lower)) {
      return Kind.TEMPORARY;
    }
    if (lower.equals("/") || lower.equals("/*") || lower.equals("c:") || lower.equals("c:/*")) {
      return Kind.ROOT;
    }
    boolean pattern = lower.indexOf('*') > 0 || lower.indexOf('{') > 0 || lower.indexOf('?') > 0;
    if (lower.startsWith("/") && pattern && lower.indexOf('/', 1) < 0) {
      return Kind.ROOT;
    }
    if (home(lower)) {
      return Kind.HOME;
    }
    if (lower.endsWith("authorized_keys") || startup(lower.substring(lower.lastIndexOf('/') + 1))) {
      return Kind.ACCESS;
    }
    if (Secrets.path(lower)) {
      return Kind.SECRET;
    }
    String[] parts = lower.split("/", 64);
    String last = parts[parts.length - 1];
    if (guard(lower)) {
      return Kind.GUARD;
    }
    if (instructions(lower, last)) {
      return Kind.INSTRUCTIONS;
    }
    if (pipeline(lower, last)) {
      return Kind.PIPELINE;
    }
    if (personal(parts)) {
      return Kind.PERSONAL;
    }
    if (lower.startsWith("/") || lower.startsWith("c:/")) {
      return absolute(lower, parts, last);
    }
    return relative(lower, parts, last);
  }

  private static Kind device(String lower) {
    return switch (lower) {
      case "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/zero", "/dev/stdin" ->
          Kind.NOTHING;
      default ->
          lower.startsWith("/dev/tcp/")
                  || lower.startsWith("/dev/udp/")
                  || lower.startsWith("/dev/fd/")
              ? Kind.NOTHING
              : lower.startsWith("/dev/shm/") ? Kind.TEMPORARY : Kind.DEVICE;
    };
  }

  private static boolean temporary(String lower) {
    return lower.equals("/tmp")
        || lower.startsWith("/tmp/")
        || lower.startsWith("/var/tmp")
        || lower.startsWith("/var/cache/")
        || lower.startsWith("/var/lib/apt/lists")
        || lower.startsWith("/private/tmp/")
        || lower.startsWith("$tmpdir")
        || lower.startsWith("${tmpdir")
        || lower.startsWith("$tmp/")
        || lower.startsWith("$(mktemp");
  }

  private static boolean home(String lower) {
    return switch (lower) {
      case "~", "~/*", "$home", "${home}", "$home/*", "${home}/*", "/home", "/home/*", "/users" ->
          true;
      default ->
          (lower.startsWith("~") && lower.indexOf('/') < 0)
              || (lower.startsWith("${home") && (lower.endsWith("}") || lower.endsWith("}/*")))
              || ((lower.startsWith("/home/") || lower.startsWith("/users/"))
                  && (lower.indexOf('/', 7) < 0 || (lower.endsWith("/*") && count(lower) == 3)));
    };
  }

  private static int count(String path) {
    return (int) path.chars().filter(c -> c == '/').count();
  }

  private static boolean personal(String[] parts) {
    boolean own = parts[0].equals("~") || parts[0].equals("$home") || parts[0].equals("${home}");
    if (own && parts.length > 1) {
      return PERSONAL_FOLDERS.contains(parts[1]) || parts[1].equals("library");
    }
    return parts.length > 3
        && (parts[1].equals("home") || parts[1].equals("users"))
        && (PERSONAL_FOLDERS.contains(parts[3]) || parts[3].equals("library"));
  }

  /** Files that a login shell runs: who writes them runs code at the next login. */
  private static boolean startup(String last) {
    return switch (last) {
      case ".bashrc",
          ".bash_profile",
          ".profile",
          ".zshrc",
          ".zprofile",
          ".zshenv",
          ".bash_login" ->
          true;
      default -> false;
    };
  }

  /** Whether the last part has the ending of a file, as in {@code package-lock.json}. */
  static boolean namesFile(String path) {
    int dot = path.lastIndexOf('.');
    int slash = path.lastIndexOf('/');
    int ending = path.length() - dot - 1;
    return dot > slash + 1 && ending >= 1 && ending <= 5 && path.indexOf('*') < 0;
  }

  /** Whether a path is a file that a person keeps, and not one of a project below it. */
  static boolean kept(String path) {
    String lower = normal(path, null).toLowerCase(Locale.ROOT);
    String[] parts = lower.split("/", 16);
    int folder = parts[0].isEmpty() ? 3 : 1;
    if (parts.length <= folder || !personal(parts)) {
      return false;
    }
    boolean own = Set.of("desktop", "documents", "pictures").contains(parts[folder]);
    return (own && parts.length <= folder + 2) || lower.contains("library/mobile documents");
  }

  /** What stops or watches an agent: hooks, permissions, and Countermand's own files. */
  private static boolean guard(String lower) {
    return lower.contains(".claude/settings")
        || lower.contains(".claude/hooks")
        || lower.contains(".git/hooks/")
        || lower.contains(".cursor/hooks")
        || lower.contains(".claude.json")
        || lower.contains(".claude/plugins")
        || lower.contains(".codex/")
        || lower.contains(".gemini/settings")
        || lower.contains(".cursor/mcp.json")
        || lower.endsWith(".mcp.json")
        || lower.contains(".config/opencode")
        || lower.endsWith("opencode.json")
        || lower.endsWith(".aider.conf.yml")
        || lower.endsWith("countermand.yaml")
        || lower.contains("/countermand/")
        || lower.startsWith(".countermand/")
        || lower.contains("/.countermand/")
        || lower.contains("sudoers")
        || lower.contains("/etc/pam.d");
  }

  /** What agents read as instructions, the next one too. */
  private static boolean instructions(String lower, String last) {
    return switch (last) {
      case "claude.md",
          "agents.md",
          "gemini.md",
          ".cursorrules",
          ".windsurfrules",
          ".clinerules",
          "copilot-instructions.md",
          "skill.md" ->
          true;
      default ->
          lower.contains(".claude/agents/")
              || lower.contains(".claude/commands/")
              || lower.contains(".cursor/rules/");
    };
  }

  /** What runs commands for somebody else later: CI, tasks of editors, hooks of repositories. */
  private static boolean pipeline(String lower, String last) {
    return lower.contains(".vscode/tasks.json")
        || lower.contains(".husky/")
        || lower.endsWith(".git/config")
        || last.equals(".pre-commit-config.yaml")
        || last.equals("lefthook.yml")
        || last.equals(".envrc")
        || lower.contains(".github/workflows/")
        || last.equals(".gitlab-ci.yml")
        || last.equals("jenkinsfile")
        || lower.contains(".circleci/config")
        || last.equals("azure-pipelines.yml")
        || last.equals("bitbucket-pipelines.yml");
  }

  private static Kind absolute(String lower, String[] parts, String last) {
    String first = parts.length > 1 ? parts[1] : "";
    if (lower.startsWith("/usr/local/") && parts.length > 4) {
      return Kind.ELSEWHERE;
    }
    if (SYSTEM_ROOTS.contains(first)
        || (TOP_LEVEL.contains(first) && parts.length <= 3)
        || lower.startsWith("/var/")
        || lower.startsWith("/run/")
        || first.startsWith("windows")) {
      return Kind.SYSTEM;
    }
    if (buildOutput(parts)) {
      return Kind.BUILD_OUTPUT;
    }
    return data(last) ? Kind.DATA : Kind.ELSEWHERE;
  }

  private static Kind relative(String lower, String[] parts, String last) {
    switch (lower) {
      case ".", "..", "*", ".*", "**", "./*", "../*", "*.*" -> {
        return Kind.EVERYTHING;
      }
      default -> {}
    }
    if (last.equals(".git")) {
      return Kind.REPOSITORY;
    }
    if (buildOutput(parts)) {
      return Kind.BUILD_OUTPUT;
    }
    if (lower.startsWith("$") || lower.startsWith("{}")) {
      return Kind.DYNAMIC;
    }
    return data(last) ? Kind.DATA : Kind.ORDINARY;
  }

  private static boolean buildOutput(String[] parts) {
    for (String part : parts) {
      if (BUILD_FOLDERS.contains(part)
          || (part.startsWith(".") && part.endsWith("cache"))
          || part.startsWith("cmake-build")
          || part.endsWith(".egg-info")
          || Set.of(".next", ".nuxt", ".gradle", ".tox", ".venv", ".turbo", ".eggs").contains(part)
          || part.equals("*.pyc")
          || part.equals("*.o")) {
        return true;
      }
    }
    return false;
  }

  private static boolean data(String last) {
    for (String ending :
        new String[] {
          ".db",
          ".sqlite",
          ".sqlite3",
          ".sql",
          ".dump",
          ".bak",
          ".tfstate",
          ".rdb",
          ".mdb",
          ".parquet",
          ".vmdk",
          ".qcow2",
          ".kdbx"
        }) {
      if (last.endsWith(ending)) {
        return true;
      }
    }
    return last.contains("backup");
  }
}
