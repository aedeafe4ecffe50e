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
  /** Exactly one of the two is given. */
  public SecretRef {
    if ((file == null) == (env == null)) {
      throw new IllegalArgumentException("needs either file or env");
    }
  }

  /**
   * The secret.
   *
   * @throws CountermandException SECRET_UNREADABLE when the file or the variable is not there or is
   *     empty
   */
  public String read() {
    String secret;
    try {
      secret = file != null ? Files.readString(file).strip() : System.getenv(env);
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
}
