package dev.countermand.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupportTest {
  @TempDir Path directory;

  @Test
  void aFreePortCanBeBoundAndATakenOneIsRefused() throws IOException {
    int port = Ports.free();
    Ports.requireFree(port, "a test");
    try (ServerSocket holder = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThat(Ports.isFree(port)).isFalse();
      assertThat(Ports.holder(port)).hasValueSatisfying(h -> assertThat(h).contains("java (pid "));
      EmbeddedServerException refused =
          catchThrowableOfType(
              EmbeddedServerException.class,
              () -> Ports.requireFree(holder.getLocalPort(), "a test"));
      assertThat(refused.code()).isEqualTo("PORT_TAKEN");
      assertThat(refused)
          .hasMessageContaining("port " + port)
          .hasMessageContaining("choose another port");
    }
  }

  @Test
  void lessThan500MegabytesOfDiskIsRefused() {
    DiskSpace.require(DiskSpace.NEEDED_BYTES, directory, "Kafka");
    EmbeddedServerException refused =
        catchThrowableOfType(
            EmbeddedServerException.class, () -> DiskSpace.require(100L << 20, directory, "Kafka"));
    assertThat(refused.code()).isEqualTo("DISK_FULL");
    assertThat(refused).hasMessageContaining("500 MB").hasMessageContaining("finds 100 MB");
  }

  @Test
  void rootWithoutSetprivIsToldWhatToInstall() {
    EmbeddedServerException refused =
        catchThrowableOfType(
            EmbeddedServerException.class, () -> Account.requireSetpriv(directory.toString()));
    assertThat(refused.code()).isEqualTo("SETPRIV_MISSING");
    assertThat(refused).hasMessageContaining("util-linux");
  }

  @Test
  void theCacheIsWhereItIsNamedElseWhereTheServersUserCanGo() {
    Properties properties = new Properties();
    properties.setProperty("user.home", "/home/ann");
    assertThat(CacheDirectory.resolve(properties, Map.of(), true))
        .hasToString("/var/cache/countermand");
    assertThat(CacheDirectory.resolve(properties, Map.of(), false))
        .hasToString("/home/ann/.cache/countermand");
    assertThat(CacheDirectory.resolve(properties, Map.of("XDG_CACHE_HOME", "/x"), false))
        .hasToString("/x/countermand");
    assertThat(CacheDirectory.resolve(properties, Map.of("COUNTERMAND_CACHE", "/c"), true))
        .hasToString("/c");
    properties.setProperty("countermand.cache", "/p");
    assertThat(CacheDirectory.resolve(properties, Map.of("COUNTERMAND_CACHE", "/c"), true))
        .hasToString("/p");
  }

  @Test
  void theBrokersClassPathIsSortedAndFallsBackToAllWhenAJarIsMissing() {
    String all = "/m/classes:/m/b-1.jar:/m/test.jar:/m/a-1.jar";
    assertThat(KafkaLauncher.brokerPart(all, Set.of("a-1.jar", "b-1.jar")))
        .isEqualTo("/m/a-1.jar:/m/b-1.jar");
    assertThat(KafkaLauncher.brokerPart(all, Set.of("a-1.jar", "c-1.jar"))).isEqualTo(all);
    assertThat(KafkaLauncher.brokerPart(all, Set.of())).isEqualTo(all);
  }

  @Test
  void aServerIsUnpackedOnceByManyThreadsAndAnInterruptedUnpackingIsNoHindrance() throws Exception {
    Path left = directory.resolve("servers/.unfinished");
    Files.createDirectories(left);
    Files.writeString(left.resolve("half"), "");
    AtomicInteger unpackings = new AtomicInteger();
    ServerStore store = new ServerStore(directory);
    Callable<Path> start =
        () ->
            store.unpacked(
                "server-1",
                into -> {
                  unpackings.incrementAndGet();
                  Files.writeString(into.resolve("whole"), "");
                },
                Progress.silent());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Path>> homes = threads.invokeAll(List.of(start, start, start, start));
      for (Future<Path> home : homes) {
        assertThat(home.get())
            .isDirectoryContaining("glob:**whole")
            .isDirectoryNotContaining("glob:**half");
      }
    } finally {
      threads.shutdown();
    }
    assertThat(unpackings).hasValue(1);
  }

  @Test
  void anUnpackingThatFailsLeavesNoServerBehind() {
    ServerStore store = new ServerStore(directory);
    EmbeddedServerException refused =
        catchThrowableOfType(
            EmbeddedServerException.class,
            () ->
                store.unpacked(
                    "server-1",
                    into -> {
                      throw new IOException("torn");
                    },
                    Progress.silent()));
    assertThat(refused.code()).isEqualTo("SERVER_FILES_MISSING");
    assertThat(directory.resolve("servers/server-1")).doesNotExist();
  }

  @Test
  void anArchiveThatIsNotThereIsSaidToBeMissing() {
    assertThatThrownBy(() -> new ZipArchive("/servers/none.zip").topFolder())
        .isInstanceOfSatisfying(
            EmbeddedServerException.class,
            e -> assertThat(e.code()).isEqualTo("SERVER_FILES_MISSING"))
        .hasMessageContaining("/servers/none.zip");
  }

  @Test
  void theLogTailIsTheLastLinesOfEveryLog() throws IOException {
    Path log = directory.resolve("log");
    Files.writeString(log, "line\n".repeat(10_000) + "last but one\nlast\n");
    assertThat(LogTail.of(List.of(log, log, directory.resolve("none")), 2))
        .isEqualTo("last but one\nlast\n");
    assertThat(LogTail.of(List.of(directory.resolve("none")), 2)).isEqualTo("(empty)");
  }

  @Test
  void elasticsearchsArgumentsCountInSevenBitsAndRefuseWhatItCannotRead() {
    byte[] bytes =
        ElasticsearchArguments.encode(
            Map.of(), Map.of("k", "v".repeat(300)), Path.of("/conf"), Path.of("/logs"));
    List<Integer> tail = new ArrayList<>();
    for (int i = bytes.length - 12; i < bytes.length; i++) {
      tail.add((int) bytes[i]);
    }
    assertThat(tail).containsExactly(5 + 0, 47, 99, 111, 110, 102, 5, 47, 108, 111, 103, 115);
    // 300 = 0b10_0101100: low seven bits with the continuation bit, then the rest.
    int value = bytes.length - 12 - 300 - 2;
    assertThat(bytes[value] & 0xff).isEqualTo(0xac);
    assertThat(bytes[value + 1] & 0xff).isEqualTo(0x02);
    // In a setting, since the JVM has no such path in the C locale.
    assertThatThrownBy(
            () ->
                ElasticsearchArguments.encode(
                    Map.of(),
                    Map.of("path", "/d\u00e4t\u00e4"),
                    Path.of("/conf"),
                    Path.of("/logs")))
        .hasMessageContaining("ASCII");
  }
}
