package dev.countermand.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretRefTest {
  @TempDir Path directory;

  @Test
  void aFileIsReadWithoutTheWhiteSpaceAroundIt() throws IOException {
    Path file = Files.writeString(directory.resolve("token"), "  s3cr et\n");

    assertThat(new SecretRef(file, null).read()).isEqualTo("s3cr et");
  }

  @Test
  void anEnvironmentVariableIsRead() {
    assertThat(new SecretRef(null, "PATH").read()).isEqualTo(System.getenv("PATH"));
  }

  @Test
  void whatHoldsNoSecretIsNamed() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), " \n");
    Path large = Files.writeString(directory.resolve("large"), "x".repeat(64 * 1024 + 1));
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xC3, 0x28});

    for (Path file : new Path[] {empty, large, binary, directory, directory.resolve("none")}) {
      CountermandException refusal =
          catchThrowableOfType(CountermandException.class, () -> new SecretRef(file, null).read());
      assertThat(refusal.code()).isEqualTo("SECRET_UNREADABLE");
      assertThat(refusal).hasMessageContaining(file.toString()).hasNoCause();
    }
    assertThatThrownBy(() -> new SecretRef(null, "COUNTERMAND_NOT_SET").read())
        .hasMessageContaining("The environment variable COUNTERMAND_NOT_SET holds no secret");
  }

  @Test
  void exactlyOneOfTheTwoIsGiven() {
    assertThatThrownBy(() -> new SecretRef(null, null)).hasMessage("needs either file or env");
    assertThatThrownBy(() -> new SecretRef(Path.of("a"), "B"))
        .hasMessage("needs either file or env");
  }
}
