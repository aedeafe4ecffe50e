package dev.countermand.detectors.understand;

import dev.countermand.detectors.understand.Paths.Kind;
import java.util.Locale;
import java.util.Set;

/** What a path is, from its words alone. */
final class PathWords {
  private static final Set<String> SYSTEM_ROOTS =
      Set.of("etc", "usr", "bin", "sbin", "lib", "lib32", "lib64", "boot", "sys", "proc", "root");
  private static final Set<String> TOP_LEVEL =
      Set.of("home", "var", "opt", "srv", "mnt", "media", "run", "users", "library", "system");
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

  private PathWords() {}

  /**
   * The kind of a path.
   *
   * @param full as {@link Paths#normal} makes it
   */
  static Kind kind(String full) {
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
    if (lower.endsWith("authorized_keys")
        || SteeringFiles.startup(lower.substring(lower.lastIndexOf('/') + 1))) {
      return Kind.ACCESS;
    }
    if (Secrets.path(lower)) {
      return Kind.SECRET;
    }
    String[] parts = lower.split("/", 64);
    String last = parts[parts.length - 1];
    if (SteeringFiles.guard(lower)) {
      return Kind.GUARD;
    }
    if (SteeringFiles.instructions(lower, last)) {
      return Kind.INSTRUCTIONS;
    }
    if (SteeringFiles.pipeline(lower, last)) {
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

  /**
   * Whether a path is a file that a person keeps, and not one of a project below it.
   *
   * @param lower as {@link Paths#normal} makes it, in lower case
   */
  static boolean kept(String lower) {
    String[] parts = lower.split("/", 16);
    int folder = parts[0].isEmpty() ? 3 : 1;
    if (parts.length <= folder || !personal(parts)) {
      return false;
    }
    boolean own = Set.of("desktop", "documents", "pictures").contains(parts[folder]);
    return (own && parts.length <= folder + 2) || lower.contains("library/mobile documents");
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
