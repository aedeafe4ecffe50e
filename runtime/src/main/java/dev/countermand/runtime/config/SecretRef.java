package dev.countermand.runtime.config;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a secret is to be read from: a file or an environment variable. The configuration never
 * holds the secret itself.
 *
 * @param file its content, without white space around it, is the secret
 * @param env its value is the secret
 */
public record SecretRef(@Nullable Path file, @Nullable String env) {
  private static final int MAX_BYTES = 64 * 1024;

  /** Exactly one of the two is given. */
  public SecretRef {
    if ((file == null) == (env == null)) {
      throw new ConfigurationProblem("needs either file or env");
    }
  }

  /**
   * The secret.
   *
   * @throws CountermandException SECRET_UNREADABLE when the file or the variable is not there is
   *     empty, or is larger than 64 KiB
   */
  public String read() {
    String secret;
    try {
      secret = file != null ? text(file) : System.getenv(env);
    } catch (IOException e) {
      secret = null;
    }
    if (secret == null || secret.isEmpty()) {
      throw new CountermandException(
          "SECRET_UNREADABLE",
          (file != null ? "The file " + file : "The environment variable " + env)
              + " holds no secret, or cannot be read. Put it there, readable for this user only.");
    }
    return secret;
  }

  private static @Nullable String text(Path file) throws IOException {
    return Files.size(file) > MAX_BYTES ? null : Files.readString(file).strip();
  }
}
