package dev.countermand.runtime.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintKeysTest {
  @TempDir Path directory;

  private final AtomicLong nanos = new AtomicLong();
  private Path file;

  @BeforeEach
  void place() {
    file = directory.resolve("keys/fingerprint.key");
  }

  private void aSecondLater() {
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void aRunningProcessGoesOverToTheNewKeyAndForgetsThePreviousOneAtTheEnd() throws IOException {
    FingerprintKeys keys = FingerprintKeys.at(file, nanos::get);
    String old = keys.ring().current().fingerprint("x");
    assertThat(keys.ring().previous()).isNull();

    try (KeyRotation rotation = KeyRotation.of(file)) {
      FingerprintKey next = rotation.next();
      rotation.keep();
      aSecondLater();
      assertThat(keys.ring().previous()).as("both files hold the same key").isNull();
      assertThat(keys.ring().current().fingerprint("x")).isEqualTo(old);

      rotation.replace();
      assertThat(keys.ring().current().fingerprint("x")).as("not looked yet").isEqualTo(old);
      aSecondLater();
      assertThat(keys.ring().current().id()).isEqualTo(next.id());
      assertThat(keys.ring().previous().fingerprint("x")).isEqualTo(old);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(FingerprintKeys.previousOf(file))))
          .isEqualTo("rw-------");

      rotation.finish();
      aSecondLater();
      assertThat(keys.ring().previous()).isNull();
      assertThat(keys.ring().current().id()).isEqualTo(next.id());
    }
    assertThat(names()).containsExactly("fingerprint.key", "fingerprint.key.lock");
  }

  @Test
  void whoeverGoesOnAfterAnInterruptionMakesNoOtherKey() {
    String before = FingerprintKeys.at(file).ring().current().id();
    String next;
    try (KeyRotation rotation = KeyRotation.of(file)) {
      next = rotation.next().id();
    }
    try (KeyRotation rotation = KeyRotation.of(file)) {
      assertThat(rotation.ring().previous()).isNull();
      assertThat(rotation.next().id()).isEqualTo(next);
      rotation.keep();
    }
    try (KeyRotation rotation = KeyRotation.of(file)) {
      assertThat(rotation.ring().previous()).isNull();
      rotation.next();
      rotation.keep();
      rotation.replace();
    }
    FingerprintKeys.Ring ring = FingerprintKeys.at(file).ring();
    assertThat(ring.current().id()).isEqualTo(next);
    assertThat(ring.previous().id()).isEqualTo(before);
  }

  @Test
  void onlyOneProcessRotatesAtATime() {
    try (KeyRotation rotation = KeyRotation.of(file)) {
      assertThat(rotation.ring().previous()).isNull();
      assertThat(
              catchThrowableOfType(CountermandException.class, () -> KeyRotation.of(file)).code())
          .isEqualTo("KEY_ROTATION_RUNNING");
    }
    KeyRotation.of(file).close();
  }

  @Test
  void keysThatCannotBeReadAnyMoreStayAsTheyWere() throws IOException {
    FingerprintKeys keys = FingerprintKeys.at(file, nanos::get);
    FingerprintKey first = keys.ring().current();

    Files.writeString(file, "half a ke");
    aSecondLater();
    assertThat(keys.ring().current()).isSameAs(first);

    Files.writeString(file, "0b".repeat(32));
    aSecondLater();
    assertThat(keys.ring().current().id()).isNotEqualTo(first.id());
  }

  @Test
  void filesThatDidNotChangeAreNotReadAgain() {
    FingerprintKeys keys = FingerprintKeys.at(file, nanos::get);
    FingerprintKeys.Ring first = keys.ring();

    aSecondLater();

    assertThat(keys.ring()).isSameAs(first);
  }

  @Test
  void aKeyThatIsMissingBesideThePreviousOneIsNotMadeAnew() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(FingerprintKeys.previousOf(file), "0b".repeat(32));

    assertThat(
            catchThrowableOfType(CountermandException.class, () -> FingerprintKeys.at(file)).code())
        .isEqualTo("KEY_UNREADABLE");
    assertThat(file).doesNotExist();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(file.getParent())) {
      return files.map(found -> found.getFileName().toString()).sorted().toList();
    }
  }
}
