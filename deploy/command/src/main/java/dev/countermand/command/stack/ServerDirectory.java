package dev.countermand.command.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/**
 * Where an embedded server keeps its data. A server that must not run as root runs as another user,
 * who cannot enter, say, {@code /root}: then its data lies under {@code /var/lib/countermand}.
 */
final class ServerDirectory {
  private static final Path SHARED = Path.of("/var/lib/countermand");

  private ServerDirectory() {}

  /** The directory of a server of the deployment in a data directory. */
  static Path of(Path data, String server) {
    Path wanted = data.toAbsolutePath().normalize().resolve(server);
    if (!"root".equals(System.getProperty("user.name")) || othersCanEnter(wanted)) {
      return wanted;
    }
    return SHARED.resolve(server + "-" + Integer.toHexString(wanted.hashCode()));
  }

  private static boolean othersCanEnter(Path wanted) {
    for (Path path = wanted.getParent(); path != null; path = path.getParent()) {
      try {
        if (Files.exists(path)
            && !Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return false;
        }
      } catch (IOException | UnsupportedOperationException e) {
        return false;
      }
    }
    return true;
  }
}
