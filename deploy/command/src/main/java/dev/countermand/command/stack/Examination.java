package dev.countermand.command.stack;

import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.dashboards.evidence.NotaryStatus;
import dev.countermand.model.Topic;
import dev.countermand.runtime.CountermandException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;

/** Looks at everything a deployment needs; changes nothing. */
public final class Examination {
  private static final long ENOUGH_DISK = 1L << 30;
  private static final int TIMEOUT_SECONDS = 5;
  private static final long CHECKPOINT_IS_OLD = 60;

  /** Seconds that something may stand unsigned, however often is signed. */
  private static final long NOTARY_IS_LATE = 60;

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
    users();
    providers();
    kafka();
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
    examination.sources();
    examination.users();
    examination.providers();
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
    for (GatewaySettings.Operator operator : config.gateway().operators()) {
      secret("operator " + operator.name(), operator.token()::read);
    }
    if (config.gateway().sources().isEmpty()) {
      add(
          "sources",
          Health.WARN,
          "gateway.sources is empty: `up` makes one, `gateway` lets nobody report");
    }
  }

  private void users() {
    config
        .console()
        .users()
        .forEach((name, user) -> secret("console user " + name, user.token()::read));
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
      roles(admin, kafka.topics().prefix());
      evidence(kafka);
    } catch (ExecutionException | TimeoutException e) {
      add(
          "kafka",
          Health.BAD,
          kafka.bootstrap() + " does not answer; check kafka.bootstrap and that it runs");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether anybody does the work of each role that reads as a group. */
  private void roles(Admin admin, String prefix)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, String> groups = new LinkedHashMap<>();
    groups.put("scoring", prefix + "-scoring");
    groups.put("risk", prefix + "-risk");
    groups.put("containment", prefix + "-containment");
    groups.put("index", prefix + "-index-action");
    groups.put("notary", prefix + "-notary");
    Set<String> known =
        admin.listGroups().all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS).stream()
            .map(GroupListing::groupId)
            .collect(Collectors.toSet());
    Map<String, ConsumerGroupDescription> described =
        admin
            .describeConsumerGroups(groups.values().stream().filter(known::contains).toList())
            .all()
            .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    groups.forEach(
        (role, group) -> {
          int members = described.containsKey(group) ? described.get(group).members().size() : 0;
          add(
              role,
              members > 0 ? Health.OK : Health.WARN,
              members > 0
                  ? members + " member(s) of group " + group
                  : "nobody does it: group " + group + " has no member. Start up, or its role");
        });
  }

  /** How far the notary is; its key is one of {@link #keys}. */
  private void evidence(KafkaSettings kafka) {
    Path files = config.evidenceFiles();
    if (Files.notExists(files)) {
      add("evidence", Health.OK, "no checkpoints in " + files + ": no notary ran here");
      return;
    }
    try {
      NotaryStatus status =
          NotaryStatus.of(
              kafka,
              config.evidence().in(kafka.topics()),
              files,
              Duration.ofSeconds(TIMEOUT_SECONDS));
      long age =
          status
              .last()
              .map(at -> Duration.between(at, Instant.now()).toSeconds())
              .orElse(Long.MAX_VALUE);
      long late = Math.max(NOTARY_IS_LATE, 3 * config.evidence().every().toSeconds());
      boolean fine = status.behind() == 0 || age <= late;
      add(
          "evidence",
          fine ? Health.OK : Health.WARN,
          (status.last().isEmpty()
                  ? "no checkpoint yet"
                  : "the last checkpoint is " + age + " s old")
              + ", "
              + status.behind()
              + " offset(s) are not signed"
              + (fine ? "" : "; does up or notary run? See its log"));
    } catch (CountermandException e) {
      add("evidence", Health.BAD, e.code() + ": " + e.getMessage());
    }
    if (NotaryKey.hasNext(config.keys())) {
      add("evidence", Health.WARN, "a new key waits for the notary: start it");
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
