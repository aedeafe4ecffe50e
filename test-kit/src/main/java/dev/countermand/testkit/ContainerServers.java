package dev.countermand.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Properties;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The servers of {@link TestServers} from official images: one of each kind per JVM, started at the
 * first call, stopped when the JVM ends. For test classes marked {@link OnContainers}. Safe for use
 * by several threads.
 */
public final class ContainerServers {
  private static final Properties IMAGES = images();
  private static final Once<KafkaContainer> KAFKA =
      new Once<>("kafka-container", unused -> started(new KafkaContainer(image("kafka"))));
  private static final Once<GenericContainer<?>> ELASTICSEARCH =
      new Once<>("elasticsearch-container", unused -> started(elasticsearchContainer()));
  private static final Once<PostgreSQLContainer> POSTGRES =
      new Once<>(
          "postgres-container", unused -> started(new PostgreSQLContainer(image("postgres"))));

  private ContainerServers() {}

  /** Apache's own image. */
  public static KafkaBackend kafka() {
    return KAFKA.value()::getBootstrapServers;
  }

  /** The full Elasticsearch, without authentication. */
  public static ElasticsearchBackend elasticsearch() {
    GenericContainer<?> server = ELASTICSEARCH.value();
    return () -> "http://" + server.getHost() + ":" + server.getMappedPort(9200);
  }

  /** The PostgreSQL project's image. */
  public static PostgresBackend postgres() {
    PostgreSQLContainer server = POSTGRES.value();
    return new PostgresLogin(server.getJdbcUrl(), server.getUsername(), server.getPassword());
  }

  private static GenericContainer<?> elasticsearchContainer() {
    return new GenericContainer<>(image("elasticsearch"))
        .withExposedPorts(9200)
        .withEnv("discovery.type", "single-node")
        .withEnv("xpack.security.enabled", "false")
        .withEnv("cluster.routing.allocation.disk.threshold_enabled", "false")
        .withEnv("ES_JAVA_OPTS", "-Xms512m -Xmx512m")
        .waitingFor(
            Wait.forHttp("/_cluster/health?wait_for_status=yellow&timeout=1s")
                .forPort(9200)
                .withStartupTimeout(Duration.ofMinutes(3)));
  }

  private static <C extends GenericContainer<?>> C started(C container) {
    container.start();
    return container;
  }

  private static DockerImageName image(String server) {
    return DockerImageName.parse(IMAGES.getProperty(server));
  }

  private static Properties images() {
    Properties images = new Properties();
    try (InputStream file = ContainerServers.class.getResourceAsStream("images.properties")) {
      if (file == null) {
        throw new IOException("images.properties is not on the class path");
      }
      images.load(file);
      return images;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
