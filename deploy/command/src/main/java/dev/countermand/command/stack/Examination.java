package dev.countermand.command.stack;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.SecretRef;
import dev.countermand.runtime.http.HttpCaller;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at everything a deployment needs; changes nothing. */
public final class Examination {
  private static final long ENOUGH_DISK = 1L << 30;
  private static final long FULL_DISK = 64L << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
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

  /** Looks at everything; takes less than 15 seconds where no server answers. */
  public List<Result> all() {
    java();
    disk();
    keys();
    secrets(ConfiguredSecrets.all(config));
    sources();
    results.addAll(new KafkaExamination(config).all());
    elasticsearch();
    gateway();
    console();
    learning();
    return List.copyOf(results);
  }

  /**
   * Makes sure that every secret which the configuration names can be read, before anything starts.
   *
   * @throws CountermandException SECRET_UNREADABLE, with what has which secret
   */
  public static void requireSecrets(Configuration config) {
    Examination examination = new Examination(config);
    examination.secrets(ConfiguredSecrets.ofParts(config));
    String missing =
        examination.results.stream()
            .filter(result -> result.health() == Health.BAD)
            .map(result -> result.thing() + ": " + result.sentence())
            .collect(Collectors.joining(" "));
    if (!missing.isEmpty()) {
      throw new CountermandException("SECRET_UNREADABLE", missing);
    }
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
      boolean full = usable < FULL_DISK;
      add(
          "disk",
          full ? Health.BAD : usable < ENOUGH_DISK ? Health.WARN : Health.OK,
          (usable >> 20)
              + " MiB free for "
              + config.data().toAbsolutePath()
              + (full ? ": nothing can be kept there while Kafka is away. Make room" : ""));
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

  private void secrets(List<ConfiguredSecrets.Named> all) {
    for (ConfiguredSecrets.Named one : all) {
      try {
        one.secret().read();
        add(one.owner(), Health.OK, "its secret can be read");
      } catch (CountermandException e) {
        add(one.owner(), Health.BAD, String.valueOf(e.getMessage()));
      }
    }
  }

  private void sources() {
    if (!config.gateway().sources().isEmpty()) {
      return;
    }
    Optional<Path> made = LocalSource.made(config);
    add(
        "sources",
        made.isPresent() ? Health.OK : Health.WARN,
        made.map(
                token ->
                    "gateway.sources is empty, so `up` made one, its token in "
                        + token
                        + "; `gateway` alone lets nobody report")
            .orElse("gateway.sources is empty: `up` makes one, `gateway` lets nobody report"));
  }

  private void elasticsearch() {
    SecretRef key = config.elasticsearch().apiKey();
    Map<String, String> headers;
    try {
      headers = key == null ? Map.of() : Map.of("Authorization", "ApiKey " + key.read());
    } catch (CountermandException e) {
      // It was told of with the other secrets; whether the server is there can still be seen.
      headers = Map.of();
    }
    URI uri = config.elasticsearch().url().resolve("/_cluster/health");
    add("elasticsearch", uri, ask(uri, headers), Health.BAD);
  }

  /** It answers 200 as long as it answers hooks, and says how well it does. */
  private void gateway() {
    URI uri = health(config.gateway().host(), config.gateway().port());
    Optional<HttpCaller.Answer> answer = ask(uri, Map.of());
    Optional<GatewayHealth> problem =
        answer
            .filter(HttpCaller.Answer::isSuccess)
            .flatMap(one -> GatewayHealth.problem(one.body()));
    if (problem.isPresent()) {
      add("gateway", problem.get().health(), uri + " " + problem.get().sentence());
    } else {
      add("gateway", uri, answer, Health.BAD);
    }
  }

  private static URI health(String host, int port) {
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/health");
  }

  private void console() {
    URI uri = health(config.console().host(), config.console().port());
    add("console", uri, ask(uri, Map.of()), Health.WARN);
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

  private static Optional<HttpCaller.Answer> ask(URI uri, Map<String, String> headers) {
    try {
      return Optional.of(new HttpCaller(TIMEOUT).call("GET", uri, headers, ""));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  // Not everybody runs every part.
  private void add(String thing, URI uri, Optional<HttpCaller.Answer> answer, Health otherwise) {
    add(
        thing,
        answer.filter(HttpCaller.Answer::isSuccess).isPresent() ? Health.OK : otherwise,
        answer
            .map(one -> uri + " answers " + one.status())
            .orElse(uri + " does not answer; is it running?"));
  }
}
