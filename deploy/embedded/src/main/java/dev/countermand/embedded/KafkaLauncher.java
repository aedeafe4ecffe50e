package dev.countermand.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command line of a broker's JVM: the jars it needs out of this JVM's class path, and an
 * archive of its loaded classes that the first clean stop leaves in the cache and that halves every
 * later start.
 */
final class KafkaLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaLauncher.class);

  private static final int ARCHIVES_KEPT = 4;

  private final String classPath;
  private final Path archives;
  private final Path archive;

  private KafkaLauncher(String classPath, Path archives, String name) {
    this.classPath = classPath;
    this.archives = archives;
    this.archive = archives.resolve(name);
  }

  static KafkaLauncher ofThisJvm() {
    String classPath = absolute(brokerPart(System.getProperty("java.class.path"), neededJars()));
    String identity =
        String.join(
            "|", System.getProperty("java.home"), System.getProperty("java.vm.version"), classPath);
    String name =
        "kafka-" + UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)) + ".jsa";
    return new KafkaLauncher(classPath, CacheDirectory.current().resolve("classes"), name);
  }

  /**
   * The entries the broker needs; the whole class path when one of them is not there under its own
   * name.
   */
  static String brokerPart(String classPath, Set<String> needed) {
    // In the order of their names, since a class archive fits one order only.
    List<String> part =
        Arrays.stream(classPath.split(File.pathSeparator, -1))
            .filter(entry -> needed.contains(fileName(entry)))
            .sorted(Comparator.comparing(KafkaLauncher::fileName))
            .toList();
    Set<String> found = part.stream().map(KafkaLauncher::fileName).collect(Collectors.toSet());
    return !needed.isEmpty() && found.equals(needed)
        ? String.join(File.pathSeparator, part)
        : classPath;
  }

  /** The broker runs in another directory. */
  static String absolute(String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator, -1))
        .map(entry -> new File(entry).getAbsolutePath())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * The words that start a broker. Its class path stands in a file, since it may be longer than a
   * command line may be.
   */
  List<String> command(KafkaFiles files, int heapMegabytes) throws IOException {
    Files.writeString(files.arguments(), "-cp\n\"" + classPath.replace("\\", "\\\\") + "\"\n");
    // An archive that no clean stop brought to the cache belongs to a JVM that was killed.
    Files.deleteIfExists(files.archive());
    List<String> words = new ArrayList<>();
    words.add(Executables.java().toString());
    words.addAll(
        List.of(
            "-Xmx" + heapMegabytes + "m",
            "-Xmn" + heapMegabytes / 2 + "m",
            "-XX:+UseParallelGC",
            Executables.compilesTo(),
            "-XX:+ExitOnOutOfMemoryError"));
    words.addAll(List.of("-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
    words.add(
        Files.exists(archive)
            ? "-XX:SharedArchiveFile=" + archive
            : "-XX:ArchiveClassesAtExit=" + files.archive());
    words.add("-Dfile.encoding=UTF-8");
    words.add("-Djava.awt.headless=true");
    words.add("-Dcountermand.log=" + files.log());
    words.add("-Dlog4j2.configurationFile=" + files.logging().toUri());
    words.add("@" + files.arguments());
    words.addAll(List.of("kafka.Kafka", files.configuration().toString()));
    return words;
  }

  /**
   * Moves an archive that a cleanly stopped broker left to the cache. A cache that cannot be
   * written is no error.
   */
  void keepArchive(Path left) {
    if (!Files.isReadable(left)) {
      return;
    }
    try {
      Files.createDirectories(archives);
      Path copy = Files.createTempFile(archives, "new", ".jsa");
      Files.move(left, copy, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          copy, archive, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      deleteOldArchives();
    } catch (IOException e) {
      LOG.debug("Kafka's class archive was not kept in {}: {}", archive, e.toString());
    }
  }

  /** Every Java and every version of a jar has an archive of its own, of 50 MB. */
  private void deleteOldArchives() throws IOException {
    try (Stream<Path> files = Files.list(archives)) {
      List<Path> newestFirst =
          files
              .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed())
              .toList();
      for (Path old :
          newestFirst.subList(Math.min(ARCHIVES_KEPT, newestFirst.size()), newestFirst.size())) {
        Files.deleteIfExists(old);
      }
    }
  }

  private static Set<String> neededJars() {
    try (InputStream list = KafkaLauncher.class.getResourceAsStream("kafka-class-path.txt")) {
      if (list == null) {
        return Set.of();
      }
      String text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.strip().split(":", -1))
          .map(KafkaLauncher::fileName)
          .collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of();
    }
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
