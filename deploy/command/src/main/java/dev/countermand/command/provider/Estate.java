package dev.countermand.command.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The volumes of the provider: each a directory with a database file and its backups inside, so
 * that who deletes the volume deletes the backups, as at the provider of the incident.
 */
final class Estate {
  /**
   * A volume.
   *
   * @param id its id, also the name of its directory
   * @param name what people call it
   * @param environment what it serves
   * @param backups the ids of its backups
   */
  record Volume(String id, String name, String environment, List<String> backups) {}

  private static final int BACKUPS = 3;
  private static final String DESCRIPTION = "name";

  private final Path directory;

  Estate(Path directory) {
    this.directory = directory;
  }

  /** Creates the volumes the demo starts with. */
  void furnish() throws IOException {
    create("vol-7f3a91", "orders-db", "production");
    create("vol-2c40be", "customers-db", "production");
    create("vol-9d15e2", "orders-db-staging", "staging");
  }

  private void create(String id, String name, String environment) throws IOException {
    Path volume = Files.createDirectories(directory.resolve(id));
    Files.writeString(volume.resolve(DESCRIPTION), name + "\n" + environment + "\n");
    Files.write(volume.resolve("database"), new byte[64 * 1024]);
    Path backups = Files.createDirectories(volume.resolve("backups"));
    for (int i = 1; i <= BACKUPS; i++) {
      Files.write(backups.resolve(id + "-backup-" + i), new byte[16 * 1024]);
    }
  }

  /** The volumes that are left, by id. */
  List<Volume> volumes() {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .sorted(Comparator.comparing(Path::getFileName))
          .flatMap(path -> volume(path.getFileName().toString()).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Volume> volume(String id) {
    Path volume = directory.resolve(id);
    if (Files.notExists(volume.resolve("database"))) {
      return Optional.empty();
    }
    try (Stream<Path> backups = Files.list(volume.resolve("backups"))) {
      List<String> lines = Files.readAllLines(volume.resolve(DESCRIPTION));
      return Optional.of(
          new Volume(
              id,
              lines.get(0),
              lines.get(1),
              backups.map(path -> path.getFileName().toString()).sorted().toList()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Deletes a volume with everything in it; false when there is none of that id. */
  synchronized boolean delete(String id) {
    Optional<Volume> volume = volumes().stream().filter(v -> v.id().equals(id)).findFirst();
    if (volume.isEmpty()) {
      return false;
    }
    try (Stream<Path> files = Files.walk(directory.resolve(volume.get().id()))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }
}
