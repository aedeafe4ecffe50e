package dev.countermand.testkit;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A Java of this machine.
 *
 * @param program its {@code java}
 * @param version its feature version, for instance 21
 */
record InstalledJava(Path program, int version) {
  private static final Path JVMS = Path.of("/usr/lib/jvm");

  /** The one that runs this where it is new enough, else the newest that is installed. */
  static Optional<InstalledJava> atLeast(int version) {
    InstalledJava current =
        new InstalledJava(
            Path.of(System.getProperty("java.home"), "bin", "java"), Runtime.version().feature());
    if (current.version() >= version) {
      return Optional.of(current);
    }
    return in(JVMS).stream()
        .filter(java -> java.version() >= version)
        .max(Comparator.comparingInt(InstalledJava::version));
  }

  /** Those in the directories of a directory, each known by its {@code release} file. */
  static List<InstalledJava> in(Path directory) {
    try (Stream<Path> homes = Files.list(directory)) {
      return homes.map(InstalledJava::at).flatMap(Optional::stream).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<InstalledJava> at(Path home) {
    Path program = home.resolve("bin").resolve("java");
    if (!Files.isExecutable(program)) {
      return Optional.empty();
    }
    Properties release = new Properties();
    try (Reader file = Files.newBufferedReader(home.resolve("release"))) {
      release.load(file);
      String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
      return Optional.of(new InstalledJava(program, Runtime.Version.parse(version).feature()));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
