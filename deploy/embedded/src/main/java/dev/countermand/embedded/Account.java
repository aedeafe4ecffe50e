package dev.countermand.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The user a server runs as: this process's own, or {@code nobody} where this process is root and
 * the server refuses root.
 *
 * @param uid the user id
 * @param gid the group id; used only for another user
 */
record Account(int uid, int gid) {
  private static final int NOBODY = 65_534;

  /** The user of this process. */
  static Account current() {
    try {
      Path self = Path.of("/proc/self");
      return new Account(
          (Integer) Files.getAttribute(self, "unix:uid"),
          (Integer) Files.getAttribute(self, "unix:gid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "root".equals(System.getProperty("user.name"))
          ? new Account(0, 0)
          : new Account(NOBODY, NOBODY);
    }
  }

  /**
   * The user for a server that must not be root.
   *
   * @throws EmbeddedServerException {@code SETPRIV_MISSING} when this process is root and has no
   *     {@code setpriv} to step down with
   */
  static Account unprivileged() {
    Account current = current();
    if (!current.isRoot()) {
      return current;
    }
    requireSetpriv(System.getenv().getOrDefault("PATH", ""));
    return new Account(NOBODY, NOBODY);
  }

  static void requireSetpriv(String searchPath) {
    if (!Executables.onPath("setpriv", searchPath)) {
      throw new EmbeddedServerException(
          "SETPRIV_MISSING",
          "this server refuses to run as root and there is no setpriv to step down with; install the package util-linux or run as"
              + " an ordinary user");
    }
  }

  boolean isRoot() {
    return uid == 0;
  }

  /**
   * The words to put before a command so that it runs as this user: none when that is the user of
   * this process.
   */
  List<String> prefix() {
    if (uid == current().uid()) {
      return List.of();
    }
    return List.of(
        "setpriv",
        "--reuid=" + uid,
        "--regid=" + gid,
        "--clear-groups",
        "--no-new-privs",
        "--inh-caps=-all");
  }

  /** Gives a directory and everything in it to this user, when this process may. */
  void own(Path directory) {
    if (uid == current().uid()) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.toList()) {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot give " + directory + " to user " + uid, e);
    }
  }

  /**
   * Checks that this user can get to a place.
   *
   * @throws EmbeddedServerException {@code DATA_DIRECTORY}, naming the directory that is closed
   */
  void requireReachable(Path place, String server) throws IOException {
    if (uid == current().uid()) {
      return;
    }
    for (Path part = place.toRealPath(); part != null; part = part.getParent()) {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(part);
      if (Files.isDirectory(part) && !mode.contains(PosixFilePermission.OTHERS_EXECUTE)) {
        throw new EmbeddedServerException(
            "DATA_DIRECTORY",
            ("%s runs as user %d, since it refuses root, and that user cannot get to %s: %s is %s; choose a place that every user"
                    + " may enter, for instance under /var/lib, or run as an ordinary user")
                .formatted(server, uid, place, part, PosixFilePermissions.toString(mode)));
      }
    }
  }
}
