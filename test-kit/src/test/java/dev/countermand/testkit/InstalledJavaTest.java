package dev.countermand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstalledJavaTest {
  @TempDir private Path directory;

  @Test
  void aJavaIsKnownByItsReleaseFileAndWhatIsNoneIsLeftOut() throws IOException {
    java("new", "JAVA_VERSION=\"25.0.3\"");
    java("old", "JAVA_VERSION=\"1.8.0_402\"");
    java("silent", "IMPLEMENTOR=\"nobody\"");
    Files.createDirectories(directory.resolve("empty"));

    assertThat(InstalledJava.in(directory))
        .extracting(java -> java.program().getName(directory.getNameCount()) + " " + java.version())
        .contains("new 25")
        .noneMatch(java -> java.startsWith("silent") || java.startsWith("empty"));
    assertThat(InstalledJava.in(directory.resolve("none"))).isEmpty();
  }

  @Test
  void theJavaThatRunsThisIsTakenWhereItIsNewEnough() {
    int version = Runtime.version().feature();
    assertThat(InstalledJava.atLeast(version).orElseThrow().version()).isEqualTo(version);
    assertThat(InstalledJava.atLeast(1_000)).isEmpty();
  }

  private void java(String name, String release) throws IOException {
    Path program = directory.resolve(name).resolve("bin").resolve("java");
    Files.createDirectories(program.getParent());
    Files.createFile(program);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(directory.resolve(name).resolve("release"), release + "\n");
  }
}
