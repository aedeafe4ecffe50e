package dev.countermand.command.stack;

import dev.countermand.model.Topic;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConsoleSettings;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.streams.flink.LearningJob;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/** Looks at everything a deployment needs; changes nothing. */
public final class Examination {
  private static final long ENOUGH_DISK = 1L << 30;
  private static final int TIMEOUT_SECONDS = 5;
  private static final long CHECKPOINT_IS_OLD = 60;

  /** How a thing is. */
  public enum Health {
    /** As it should be. */
    OK,
    /** It works, but somebody should look. */
    WARN,
    /** It does not work. */
    BAD
  }

  /**
   * What was found.
   *
   * @param thing what was looked at
   * @param health how it is
   * @param sentence what was seen, and what to do
   */
  public record Result(String thing, Health health, String sentence) {}

  private final Configuration config;
  private final List<Result> results = new ArrayList<>();

  /** An examination of the deployment of a configuration. */
  public Examination(Configuration config) {
    this.config = config;
  }

  /** Looks at everything; takes some seconds where servers do not answer. */
  public List<Result> all() {
    java();
    disk();
    keys();
    sources();
    providers();
    kafka();
    elasticsearch();
    gateway();
    console();
    learning();
    return List.copyOf(results);
  }

  private void add(String thing, Health health, String sentence) {
    results.add(new Result(thing, health, sentence));
  }

  private void java() {
    int feature = Runtime.version().feature();
    add(
        "java",
        feature >= 17 ? Health.OK : Health.BAD,
        "Java " + Runtime.version() + (feature >= 17 ? "" : "; 17 or newer is needed"));
  }

  private void disk() {
    Path directory = config.data().toAbsolutePath();
    while (directory != null && Files.notExists(directory)) {
      directory = directory.getParent();
    }
    try {
      long usable = directory == null ? 0 : Files.getFileStore(directory).getUsableSpace();
      add(
          "disk",
          usable >= ENOUGH_DISK ? Health.OK : Health.WARN,
          (usable >> 20) + " MiB free for " + config.data().toAbsolutePath());
    } catch (IOException e) {
      add("disk", Health.BAD, config.data().toAbsolutePath() + " cannot be examined");
    }
  }

  private void keys() {
    Path keys = config.keys();
    if (Files.notExists(keys)) {
      add("keys", Health.OK, keys + " does not exist yet; it is made on first use");
      return;
    }
    try (Stream<Path> files = Files.list(keys)) {
      List<Path> open =
          files
              .filter(file -> !file.getFileName().toString().contains("public"))
              .filter(Examination::othersMayRead)
              .toList();
      add(
          "keys",
          open.isEmpty() ? Health.OK : Health.BAD,
          open.isEmpty()
              ? keys + " can be read by its owner only"
              : open + " can be read by others; chmod 600");
    } catch (IOException e) {
      add("keys", Health.BAD, keys + " cannot be read by this user");
    }
  }

  private static boolean othersMayRead(Path file) {
    try {
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
      return !mode.endsWith("------");
    } catch (IOException e) {
      return true;
    }
  }

  private void sources() {
    for (GatewaySettings.Source source : config.gateway().sources()) {
      secret("source " + source.name(), source.token()::read);
    }
    if (config.gateway().sources().isEmpty()) {
      add(
          "sources",
          Health.WARN,
          "gateway.sources is empty: `up` makes one, `gateway` lets nobody report");
    }
  }

  private void providers() {
    config
        .containment()
        .providers()
        .forEach(
            (name, provider) -> {
              if (provider.password() != null) {
                secret("provider " + name, provider.password()::read);
              }
              if (provider.clientSecret() != null) {
                secret("provider " + name, provider.clientSecret()::read);
              }
            });
    config
        .containment()
        .signals()
        .streams()
        .forEach(
            (name, stream) -> {
              secret("stream " + name, stream.token()::read);
              if (stream.pushToken() != null) {
                secret("stream " + name, stream.pushToken()::read);
              }
            });
  }

  private void secret(String thing, Runnable read) {
    try {
      read.run();
      add(thing, Health.OK, "its secret can be read");
    } catch (RuntimeException e) {
      add(thing, Health.BAD, String.valueOf(e.getMessage()));
    }
  }

  private void kafka() {
    KafkaSettings kafka = config.kafka().settings();
    try (Admin admin = Admin.create(kafka.admin("countermand-doctor"))) {
      Set<String> names = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      add("kafka", Health.OK, kafka.bootstrap() + " answers");
      List<String> missing =
          kafka.topics().all().stream()
              .map(Topic::name)
              .filter(name -> !names.contains(name))
              .toList();
      add(
          "topics",
          missing.isEmpty() ? Health.OK : Health.WARN,
          missing.isEmpty()
              ? "all " + kafka.topics().all().size() + " are there"
              : missing + " are missing; each role but the gateway creates them when it starts");
    } catch (ExecutionException | TimeoutException e) {
      add(
          "kafka",
          Health.BAD,
          kafka.bootstrap() + " does not answer; check kafka.bootstrap and that it runs");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void elasticsearch() {
    URI health = config.elasticsearch().url().resolve("/_cluster/health");
    answers(
        "elasticsearch",
        health,
        config.elasticsearch().apiKey() == null
            ? Map.of()
            : Map.of("Authorization", "ApiKey " + config.elasticsearch().apiKey().read()),
        Health.BAD);
  }

  private void gateway() {
    answers(
        "gateway",
        URI.create("http://" + config.gateway().host() + ":" + config.gateway().port() + "/health"),
        Map.of(),
        Health.BAD);
  }

  private void console() {
    config
        .console()
        .users()
        .forEach((name, user) -> secret("console user " + name, user.token()::read));
    ConsoleSettings console = config.console();
    String host = console.host().contains(":") ? "[" + console.host() + "]" : console.host();
    answers(
        "console",
        URI.create("http://" + host + ":" + console.port() + "/health"),
        Map.of(),
        Health.WARN);
  }

  private void learning() {
    Path directory = config.data().resolve(Roles.LEARNING);
    if (!config.learning().enabled() || Files.notExists(directory)) {
      return;
    }
    Optional<Instant> last = LearningJob.lastCheckpoint(directory);
    long seconds = last.map(at -> Duration.between(at, Instant.now()).toSeconds()).orElse(-1L);
    boolean fresh = last.isPresent() && seconds < CHECKPOINT_IS_OLD;
    add(
        "learning",
        fresh ? Health.OK : Health.WARN,
        (last.isEmpty()
                ? "no checkpoint in " + directory + " yet"
                : "its last checkpoint is " + seconds + " s old")
            + (fresh ? "" : "; does up or learn run? See its log"));
  }

  // Not everybody runs every part.
  private void answers(String thing, URI uri, Map<String, String> headers, Health otherwise) {
    try {
      HttpCaller.Answer answer =
          new HttpCaller(Duration.ofSeconds(TIMEOUT_SECONDS)).call("GET", uri, headers, "");
      add(thing, answer.isSuccess() ? Health.OK : otherwise, uri + " answers " + answer.status());
    } catch (IOException e) {
      add(thing, otherwise, uri + " does not answer; is it running?");
    }
  }
}
