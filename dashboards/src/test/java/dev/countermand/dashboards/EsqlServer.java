package dev.countermand.dashboards;

import dev.countermand.embedded.ElasticsearchDistribution;
import dev.countermand.embedded.ElasticsearchPlugin;
import dev.countermand.embedded.ElasticsearchServer;
import dev.countermand.testkit.Once;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The minimal Elasticsearch with ES|QL: the plugins x-pack-esql-core and x-pack-esql, put together
 * from the jars that this module's pom copies. That they extend lang-painless and x-pack-ml, which
 * are not to be had, is taken out of the descriptor; what needs those, or H3, does not work.
 */
final class EsqlServer {
  private static final Once<ElasticsearchServer> SERVER =
      new Once<>("elasticsearch-esql", EsqlServer::start);
  private static final String CORE = "x-pack-esql-core";
  private static final String ESQL = "x-pack-esql";

  private EsqlServer() {}

  static String url() {
    return SERVER.value().url();
  }

  private static ElasticsearchServer start(Path directory) {
    ElasticsearchDistribution minimal = ElasticsearchDistribution.withXPack();
    return ElasticsearchServer.start(
        directory,
        ElasticsearchServer.Options.defaults()
            .withDistribution(
                minimal.with(List.of(plugin(CORE, "x-pack-core"), plugin(ESQL, CORE)))));
  }

  private static ElasticsearchPlugin plugin(String name, String extended) {
    try {
      Map<String, byte[]> files = new HashMap<>();
      URI folder = EsqlServer.class.getResource("/servers/" + name).toURI();
      try (Stream<Path> jars = Files.list(Path.of(folder))) {
        for (Path jar : jars.toList()) {
          files.put(jar.getFileName().toString(), Files.readAllBytes(jar));
          if (jar.getFileName().toString().matches(name + "-[0-9.]+\\.jar")) {
            files.put("plugin-descriptor.properties", descriptor(jar, name, extended));
          }
        }
      }
      return new ElasticsearchPlugin(name, files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] descriptor(Path jar, String name, String extended) throws IOException {
    try (FileSystem content = FileSystems.newFileSystem(jar)) {
      String own =
          Files.readString(
              content.getPath("META-INF/es-plugins/" + name + "/plugin-descriptor.properties"));
      return own.replaceAll("(?m)^extended\\.plugins=.*$", "extended.plugins=" + extended)
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
