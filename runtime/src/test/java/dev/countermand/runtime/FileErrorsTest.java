package dev.countermand.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.model.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileErrorsTest {
  @TempDir private Path directory;

  private interface Work {
    void run() throws IOException;
  }

  private static String why(Work work) {
    return FileErrors.why(catchThrowableOfType(IOException.class, work::run));
  }

  @Test
  void whatIsMissingAndWhatIsADirectoryAreSaidWithoutThePath() {
    Path missing = directory.resolve("missing/file");
    assertThat(why(() -> Files.readString(missing))).isEqualTo("no such file or directory");
    assertThat(why(() -> Files.writeString(missing, ""))).isEqualTo("no such file or directory");
    assertThat(why(() -> Files.readString(directory))).isEqualTo("Is a directory");
    assertThat(why(() -> Files.writeString(directory, ""))).isEqualTo("Is a directory");
  }

  @Test
  void aFileThatIsTakenForADirectoryIsSaid() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThat(why(() -> Files.readString(file.resolve("below")))).isEqualTo("Not a directory");
    assertThat(why(() -> Files.list(file).close())).isEqualTo("it is no directory");
  }

  @Test
  void whatStandsInAFileIsNotSaid() throws IOException {
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(why(() -> Files.readString(binary))).isEqualTo("it is not UTF-8");
    String secret = "a-word-" + "of-the-file";
    assertThat(why(() -> Json.mapper().readTree("{" + secret))).doesNotContain("word");
  }

  @Test
  void theErrorsNameTheFileAndTheReason() {
    Path missing = directory.resolve("missing");
    IOException cause = catchThrowableOfType(IOException.class, () -> Files.readString(missing));
    assertThat(FileErrors.unreadable(missing, cause))
        .hasMessageContaining(missing + " cannot be read: no such file or directory.");
    assertThat(FileErrors.unwritable(missing, cause).code()).isEqualTo("FILE_UNWRITABLE");
  }
}
