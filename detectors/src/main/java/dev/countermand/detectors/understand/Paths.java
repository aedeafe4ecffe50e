package dev.countermand.detectors.understand;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a path leads and what is there: {@link PathWords} with the directory it is named in. */
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
    if (workspace != null
        && below(full, workspace)
        && PathWords.kind(workspace) == Kind.ELSEWHERE) {
      full = full.length() == workspace.length() ? "." : full.substring(workspace.length() + 1);
    }
    return PathWords.kind(full);
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

  /** Whether the last part has the ending of a file, as in {@code package-lock.json}. */
  static boolean namesFile(String path) {
    int dot = path.lastIndexOf('.');
    int slash = path.lastIndexOf('/');
    int ending = path.length() - dot - 1;
    return dot > slash + 1 && ending >= 1 && ending <= 5 && path.indexOf('*') < 0;
  }

  /** Whether a path is a file that a person keeps, and not one of a project below it. */
  static boolean kept(String path) {
    return PathWords.kept(normal(path, null).toLowerCase(Locale.ROOT));
  }
}
