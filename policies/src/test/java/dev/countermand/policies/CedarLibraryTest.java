package dev.countermand.policies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CedarLibraryTest {

  /** In a JVM of its own: a library is loaded once and for all. */
  @Test
  void withoutItsNativeLibraryCedarIsSaidToBeUnavailable(@TempDir Path directory)
      throws IOException, InterruptedException {
    Path printed = directory.resolve("printed");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            WithoutLibrary.class.getName());
    java.environment().put("CEDAR_JAVA_FFI_LIB", directory.resolve("none.so").toString());
    Process process =
        java.redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(printed.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(Files.readAllLines(printed))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line)
                    .startsWith("POLICY_ENGINE_UNAVAILABLE Cedar's native library does not load"));
  }

  /** Prints what becomes of a policy, twice: a class that failed to load fails otherwise again. */
  static final class WithoutLibrary {
    private WithoutLibrary() {}

    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        try {
          System.out.println(new CedarPolicy("test", "permit(principal, action, resource);"));
        } catch (CountermandException e) {
          System.out.println(e.code() + " " + e.getMessage());
        }
      }
    }
  }
}
