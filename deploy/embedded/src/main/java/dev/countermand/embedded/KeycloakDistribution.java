package dev.countermand.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Unpacks Keycloak and prepares its programs for a database in memory, once for all starts. */
record KeycloakDistribution(ZipArchive archive, Progress progress) implements ServerStore.Unpacker {

  /**
   * Names version and preparation.
   *
   * @throws EmbeddedServerException {@code SERVER_FILES_MISSING} when the distribution is not there
   */
  String name() {
    return archive.topFolder() + "-in-memory";
  }

  @Override
  public void unpackTo(Path directory) throws IOException {
    archive.unpackTo(directory);
    progress.step("Preparing Keycloak (once).");
    Path work = Files.createTempDirectory("countermand-keycloak-");
    try {
      KeycloakFiles files = new KeycloakFiles(work, directory);
      Trees.createPrivate(files.temporary());
      ChildProcess.start(
              new ChildProcess.Spec(
                  "Keycloak's preparation",
                  files.prepare(),
                  Map.of(),
                  work,
                  ChildProcess.NO_INPUT,
                  files.log(),
                  files.log(),
                  Account.current(),
                  ChildProcess.Ending.TERMINATE))
          .awaitSuccess(Duration.ofMinutes(3));
    } finally {
      Trees.delete(work);
    }
  }
}
