package dev.countermand.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class PostgresFilesMissingTest {

  @Test
  void withoutTheArtifactsTheServerSaysThatItsFilesAreMissing(@TempDir Path directory)
      throws Exception {
    URL[] classPath = {where(PostgresServer.class), where(LoggerFactory.class)};
    try (URLClassLoader bare =
        new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
      Class<?> server = bare.loadClass(PostgresServer.class.getName());
      Class<?> options = bare.loadClass(PostgresServer.Options.class.getName());
      Method start =
          Arrays.stream(server.getMethods())
              .filter(method -> method.getName().equals("start"))
              .findFirst()
              .orElseThrow();
      Object defaults = options.getMethod("defaults").invoke(null);

      Throwable thrown = catchThrowable(() -> start.invoke(null, directory, defaults));

      assertThat(thrown).isInstanceOf(InvocationTargetException.class);
      Throwable cause = thrown.getCause();
      assertThat(cause.getClass().getMethod("code").invoke(cause))
          .isEqualTo("SERVER_FILES_MISSING");
    }
  }

  private static URL where(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }
}
