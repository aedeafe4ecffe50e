package dev.countermand.runtime.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintKeyTest {
  @TempDir Path directory;

  @Test
  void aNewKeyIsAFileForItsOwnerOnlyAndTheSameAtTheNextLoad() throws IOException {
    Path file = directory.resolve("new/keys/fingerprint.key");

    FingerprintKey first = FingerprintKey.at(file);
    FingerprintKey second = FingerprintKey.at(file);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).matches("[0-9a-f]{64}");
    assertThat(second.fingerprint("a secret")).isEqualTo(first.fingerprint("a secret"));
    assertThat(second.id()).isEqualTo(first.id()).matches("k[0-9a-f]{6}");
    assertThat(leftOver(file)).isEmpty();
  }

  @Test
  void aFingerprintIsTheHmacOfRfc4231CutTo128Bits() throws IOException {
    // The key of test case 1 filled with zeros: HMAC pads a short key with zeros itself.
    Path file = directory.resolve("known.key");
    Files.writeString(file, "0b".repeat(20) + "00".repeat(12) + "\n");

    assertThat(FingerprintKey.at(file).fingerprint("Hi There"))
        .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b");
  }

  @Test
  void anotherKeyGivesAnotherFingerprint() {
    FingerprintKey one = FingerprintKey.ephemeral();
    FingerprintKey other = FingerprintKey.ephemeral();

    assertThat(one.fingerprint("x")).isNotEqualTo(other.fingerprint("x"));
    assertThat(one.fingerprint("x")).isNotEqualTo(one.fingerprint("y")).hasSize(32);
    assertThat(one.toString()).doesNotContain(one.fingerprint("x"));
  }

  @Test
  void threadsThatMakeTheKeyAtOnceAllGetTheSame() throws Exception {
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 20; round++) {
        Path file = directory.resolve("round-" + round + "/fingerprint.key");
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Future<String>> made = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          made.add(
              pool.submit(
                  () -> {
                    together.await();
                    return FingerprintKey.at(file).fingerprint("x");
                  }));
        }
        Set<String> different = new HashSet<>();
        for (Future<String> one : made) {
          different.add(one.get());
        }
        assertThat(different).hasSize(1);
        assertThat(leftOver(file)).isEmpty();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void processesThatMakeTheKeyAtOnceAllGetTheSame() throws Exception {
    Path file = directory.resolve("shared/fingerprint.key");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  PrintFingerprint.class.getName(),
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    }
    Set<String> printed = new HashSet<>();
    for (Process process : processes) {
      printed.add(new String(process.getInputStream().readAllBytes()).strip());
      assertThat(process.waitFor()).isZero();
    }
    assertThat(printed).containsExactly(FingerprintKey.at(file).fingerprint("x"));
  }

  /** The other process of the test above. */
  static final class PrintFingerprint {
    private PrintFingerprint() {}

    public static void main(String[] arguments) {
      System.out.println(FingerprintKey.at(Path.of(arguments[0])).fingerprint("x"));
    }
  }

  @Test
  void aFileThatIsNoKeyIsNamedAndNotReplaced() throws IOException {
    for (String content : new String[] {"", "zz", "ab".repeat(31), "not hexadecimal at all"}) {
      Path file = Files.writeString(directory.resolve("bad.key"), content);

      CountermandException refusal =
          catchThrowableOfType(CountermandException.class, () -> FingerprintKey.at(file));

      assertThat(refusal.code()).isEqualTo("KEY_UNREADABLE");
      assertThat(refusal).hasMessageContaining(file.toString()).hasNoCause();
      assertThat(Files.readString(file)).isEqualTo(content);
    }
  }

  @Test
  void aPlaceWhereNoFileCanBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x").resolve("fingerprint.key");

    assertThat(
            catchThrowableOfType(CountermandException.class, () -> FingerprintKey.at(file)).code())
        .isEqualTo("KEY_UNREADABLE");
  }

  private static List<Path> leftOver(Path file) throws IOException {
    try (Stream<Path> files = Files.list(file.getParent())) {
      return files.filter(found -> !found.equals(file)).toList();
    }
  }
}
