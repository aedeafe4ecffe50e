package dev.countermand.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildProcessTest {
  @TempDir Path directory;
  private Process parent;

  @AfterEach
  void endTheParent() {
    if (parent != null) {
      parent.destroyForcibly();
    }
  }

  @ParameterizedTest(name = "{0} within {1} s")
  @CsvSource({"sleep, 5", "kafka, 10", "postgres, 10", "stubborn, 15"})
  void aChildEndsSoonAfterItsParentWasKilled(String kind, int seconds) throws Exception {
    // Under root PostgreSQL is another user's process, who has to get in.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    long child = startParent(kind);
    assertThat(alive(child)).as("it outlives the thread that started it").isTrue();
    parent.destroyForcibly();
    Awaitility.await().atMost(Duration.ofSeconds(seconds)).until(() -> !alive(child));
  }

  @Test
  void aChildEndsSoonAfterItsParentExited() throws Exception {
    long child = startParent("sleep");
    parent.getOutputStream().close();
    assertThat(parent.waitFor()).isZero();
    Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !alive(child));
  }

  @Test
  void aChildThatIgnoresTheSignalIsKilledWhenPatienceEnds() {
    ChildProcess child =
        ParentProgram.child(directory, "trap '' TERM; while :; do sleep 0.1; done");
    // Give the shell the time to set its trap: without it this test would prove nothing.
    Awaitility.await().until(() -> ignoresTerminate(child.pid()));
    child.stop(Duration.ofMillis(300));
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void aFailedStartIsToldWithTheEndOfTheLog() {
    ChildProcess child =
        ParentProgram.child(directory, "echo first; echo the disk is on fire >&2; exit 3");
    assertThatThrownBy(() -> child.awaitReady(() -> false, Duration.ofSeconds(20)))
        .isInstanceOfSatisfying(
            EmbeddedServerException.class,
            e -> assertThat(e.code()).isEqualTo("SERVER_DID_NOT_START"))
        .hasMessageContaining("exit status 3")
        .hasMessageContaining("the disk is on fire");
  }

  @Test
  void aStartThatTakesTooLongIsGivenUpAndLeavesNoProcess() {
    ChildProcess child = ParentProgram.child(directory, "exec sleep 600");
    assertThatThrownBy(() -> child.awaitReady(() -> false, Duration.ofMillis(100)))
        .hasMessageContaining("was not ready within");
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void itsOutputIsForItsOwnerOnly() throws Exception {
    ChildProcess child = ParentProgram.child(directory, "echo said");
    child.awaitSuccess(Duration.ofSeconds(20));
    Path output = directory.resolve("output");
    assertThat(output).hasContent("said\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(output)))
        .isEqualTo("rw-------");
  }

  private long startParent(String kind) throws IOException {
    parent =
        new ProcessBuilder(
                Executables.java().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ParentProgram.class.getName(),
                kind,
                directory.toString())
            .redirectError(directory.resolve("parent").toFile())
            .start();
    BufferedReader printed =
        new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8));
    String line = printed.readLine();
    while (line != null && !line.matches("[0-9]+")) {
      line = printed.readLine();
    }
    assertThat(line).as("%s", Files.readString(directory.resolve("parent"))).isNotNull();
    return Long.parseLong(line);
  }

  /** Whether it runs; a zombie that nobody has reaped yet does not. */
  private static boolean alive(long pid) {
    try {
      return !Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") Z ");
    } catch (IOException gone) {
      return false;
    }
  }

  private static boolean ignoresTerminate(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(mask -> (mask & (1L << 14)) != 0);
  }
}
