package dev.countermand.detectors.understand;

import dev.countermand.model.Verb;

/** What reading, writing and deleting a path amounts to, by the kind of path. Stateless. */
final class Files {

  /** The type of a file that lies outside the directory the agent works in. */
  static final String OUTSIDE = "outside-file";

  /** The type of a file whose name only another program's output tells. */
  static final String UNNAMED = "unnamed-file";

  /** What is known of a deletion besides the path. */
  enum Scope {
    ONE_FILE,
    MATCHES,
    TREE
  }

  void reads(String path, Context context, String because, Effects out) {
    if (path.length() > 1_000 || path.startsWith("-")) {
      return;
    }
    Paths.Kind kind = Paths.kind(path, context);
    if (kind == Paths.Kind.SECRET) {
      out.add(
          Verb.READ_SECRET,
          "credential",
          path,
          environment(path, context),
          Reversal.IMPOSSIBLE,
          0.8,
          because);
    } else if (kind == Paths.Kind.PERSONAL && Paths.kept(path)) {
      out.add(
          Verb.READ_SECRET,
          "personal-file",
          path,
          environment(path, context),
          Reversal.IMPOSSIBLE,
          0.4,
          because);
    } else {
      boolean foreign =
          !path.startsWith("/usr/")
              && Paths.outside(path, context)
              && switch (kind) {
                case ORDINARY, ELSEWHERE, DATA, PERSONAL, HOME, REPOSITORY -> true;
                default -> false;
              };
      String type = foreign ? OUTSIDE : "file";
      out.add(Verb.READ, type, path, environment(path, context), Reversal.POSSIBLE, 0.8, because);
    }
  }

  /** A script is run of which nothing is known but its path. */
  void runs(String path, String environment, Context context, String because, Effects out) {
    Paths.Kind kind = Paths.kind(path, context);
    boolean foreign =
        Paths.outside(path, context)
            && (kind == Paths.Kind.ORDINARY || kind == Paths.Kind.ELSEWHERE);
    String type = foreign ? OUTSIDE : "script";
    out.add(Verb.EXECUTE, type, path, environment, Reversal.POSSIBLE, 0.5, because);
  }

  /** Something is written over or into a path. */
  void writes(String path, Context context, String because, Effects out) {
    String environment = environment(path, context);
    switch (Paths.kind(path, context)) {
      case NOTHING -> {}
      case DEVICE -> device(path, environment, because, out);
      case SYSTEM, ROOT, HOME ->
          out.add(Verb.WRITE, "system-file", path, environment, Reversal.IMPOSSIBLE, 0.8, because);
      case ACCESS ->
          out.add(Verb.GRANT, "login", path, environment, Reversal.IMPOSSIBLE, 0.9, because);
      case GUARD ->
          out.add(Verb.WRITE, "agent-guard", path, environment, Reversal.IMPOSSIBLE, 0.9, because);
      case INSTRUCTIONS ->
          out.add(
              Verb.WRITE, "agent-instructions", path, environment, Reversal.POSSIBLE, 0.8, because);
      case PIPELINE ->
          out.add(Verb.WRITE, "pipeline", path, environment, Reversal.IMPOSSIBLE, 0.7, because);
      case SECRET, PERSONAL, REPOSITORY ->
          out.add(Verb.WRITE, "private-file", path, environment, Reversal.IMPOSSIBLE, 0.7, because);
      case TEMPORARY ->
          out.add(Verb.WRITE, "temporary-file", path, environment, Reversal.POSSIBLE, 0.8, because);
      default -> {
        String type =
            Paths.outside(path, context)
                ? OUTSIDE
                : path.startsWith(EachPrograms.INPUT) ? UNNAMED : "file";
        out.add(Verb.WRITE, type, path, environment, Reversal.POSSIBLE, 0.8, because);
      }
    }
  }

  /** A file is put at a path where a person keeps files, so that one may be replaced. */
  void places(String path, Context context, String because, Effects out) {
    if (Paths.kind(path, context) == Paths.Kind.PERSONAL) {
      out.add(
          Verb.DELETE,
          "personal-file",
          path,
          environment(path, context),
          Reversal.IMPOSSIBLE,
          0.5,
          because);
    } else {
      writes(path, context, because, out);
    }
  }

  /** The content of a file goes, the file stays. */
  void empties(String path, Context context, String because, Effects out) {
    String environment = environment(path, context);
    switch (Paths.kind(path, context)) {
      case NOTHING -> {}
      case DEVICE -> device(path, environment, because, out);
      case TEMPORARY, BUILD_OUTPUT ->
          out.add(Verb.DELETE, "build-output", path, environment, Reversal.POSSIBLE, 0.6, because);
      case ORDINARY ->
          out.add(Verb.DELETE, "file-content", path, environment, Reversal.POSSIBLE, 0.6, because);
      default ->
          out.add(
              Verb.DELETE, "file-content", path, environment, Reversal.IMPOSSIBLE, 0.7, because);
    }
  }

  /** A file, or a directory with all below it, goes. */
  void deletes(String path, Scope scope, Context context, String because, Effects out) {
    String environment = environment(path, context);
    Paths.Kind kind = Paths.kind(path, context);
    boolean rebuilt = kind == Paths.Kind.TEMPORARY || kind == Paths.Kind.BUILD_OUTPUT;
    if (kind == Paths.Kind.DEVICE) {
      device(path, environment, because, out);
    } else if (kind == Paths.Kind.NOTHING) {
      return;
    } else if (rebuilt && !context.remote()) {
      // Temporary files and build outputs come back by building again, on this machine.
      out.add(Verb.DELETE, type(kind), path, environment, Reversal.POSSIBLE, 0.9, because);
    } else if (scope == Scope.TREE && !(kind == Paths.Kind.ORDINARY && Paths.namesFile(path))) {
      tree(kind, path, environment, because, out);
    } else {
      file(kind, path, scope, context, because, out);
    }
  }

  private static void tree(
      Paths.Kind kind, String path, String environment, String because, Effects out) {
    double confidence = kind == Paths.Kind.DYNAMIC ? 0.6 : 0.9;
    out.add(
        Verb.DESTROY,
        treeType(kind, path),
        path,
        environment,
        Reversal.IMPOSSIBLE,
        confidence,
        because);
  }

  private static void file(
      Paths.Kind kind, String path, Scope scope, Context context, String because, Effects out) {
    // One file of a working tree is mostly under version control; all that match may not be.
    boolean ordinary = kind == Paths.Kind.ORDINARY || kind == Paths.Kind.DYNAMIC;
    boolean unclear = kind == Paths.Kind.DYNAMIC || scope == Scope.MATCHES;
    Reversal reversal = Reversal.of(ordinary && !unclear && !context.remote());
    double confidence = ordinary ? unclear && !context.remote() ? 0.45 : 0.6 : 0.85;
    out.add(
        Verb.DELETE, type(kind), path, environment(path, context), reversal, confidence, because);
  }

  void device(String path, String environment, String because, Effects out) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    boolean disk =
        name.startsWith("sd")
            || name.startsWith("nvme")
            || name.startsWith("hd")
            || name.startsWith("vd")
            || name.startsWith("xvd")
            || name.startsWith("mmcblk")
            || name.startsWith("disk")
            || name.startsWith("rdisk")
            || name.startsWith("dm-")
            || name.startsWith("md")
            || path.contains("/mapper/")
            || path.contains("/disk/");
    if (disk) {
      out.add(Verb.DESTROY, "disk", path, environment, Reversal.IMPOSSIBLE, 0.9, because);
    } else {
      out.add(Verb.WRITE, "device", path, environment, Reversal.IMPOSSIBLE, 0.6, because);
    }
  }

  private static String environment(String path, Context context) {
    return Environments.of(path, context.environment());
  }

  private static String treeType(Paths.Kind kind, String path) {
    return switch (kind) {
      case ROOT -> "root-directory";
      case HOME -> "home-directory";
      case SYSTEM -> "system-directory";
      case REPOSITORY -> "repository";
      case EVERYTHING -> path.contains("..") ? "directory-tree" : "working-directory";
      default -> type(kind).equals("file") ? "directory-tree" : type(kind);
    };
  }

  private static String type(Paths.Kind kind) {
    return switch (kind) {
      case SYSTEM, ROOT -> "system-file";
      case PERSONAL, HOME -> "personal-file";
      case SECRET -> "credential";
      case GUARD -> "agent-guard";
      case PIPELINE -> "pipeline";
      case TEMPORARY -> "temporary-file";
      case BUILD_OUTPUT -> "build-output";
      case DATA -> "data-file";
      default -> "file";
    };
  }
}
