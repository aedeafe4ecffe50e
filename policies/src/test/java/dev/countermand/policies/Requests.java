package dev.countermand.policies;

import dev.countermand.detectors.grant.GrantPolicy;
import dev.countermand.detectors.grant.GrantRequest;
import dev.countermand.detectors.grant.TaskGrant;
import dev.countermand.model.Credential;
import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Questions for tests, and who answers them without any policy. */
final class Requests {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  static final Instant END = NOON.plusSeconds(3600);
  static final String GIVEN = "1".repeat(32);
  static final String OTHER = "2".repeat(32);

  /** The built-in grant. */
  static final GrantPolicy BUILT_IN = TaskGrant.BUILT_IN;

  private Requests() {}

  static Task task() {
    return task(
        List.of("local", "staging"),
        List.of("file:build/*", "volume:scratch-*"),
        List.of(Verb.READ, Verb.DELETE),
        List.of(GIVEN));
  }

  static Task task(
      List<String> environments,
      List<String> resources,
      List<Verb> verbs,
      List<String> credentials) {
    return task(TaskStatus.OPEN, environments, resources, verbs, credentials);
  }

  static Task task(
      TaskStatus status,
      List<String> environments,
      List<String> resources,
      List<Verb> verbs,
      List<String> credentials) {
    return new Task(
        "task-1",
        NOON.minusSeconds(60),
        "agent",
        status,
        "tidy up",
        environments,
        resources,
        verbs,
        credentials,
        NOON.minusSeconds(60),
        END,
        "alice",
        Extra.NONE);
  }

  static GrantRequest effect(@Nullable Task task, Verb verb, String type, String id, String where) {
    return effect(NOON, "agent", task, verb, new Resource(type, id, where));
  }

  static GrantRequest effect(
      Instant time, String agent, @Nullable Task task, Verb verb, Resource resource) {
    Effect effect = new Effect(verb, resource, false, 0.9, "some words");
    return new GrantRequest(time, agent, task, effect, null, null);
  }

  static GrantRequest use(@Nullable Task task, String fingerprint) {
    return use(NOON, "agent", task, fingerprint, null);
  }

  static GrantRequest use(
      Instant time,
      String agent,
      @Nullable Task task,
      String fingerprint,
      @Nullable Credential credential) {
    return new GrantRequest(time, agent, task, null, fingerprint, credential);
  }

  static Credential credential(String fingerprint, String name, @Nullable String owner) {
    return new Credential(
        fingerprint,
        "k1",
        NOON,
        name,
        "oauth2-token",
        "cloud",
        owner,
        "production",
        List.of(),
        Map.of(),
        null,
        "bob",
        Extra.NONE);
  }

  /** A question out of few words, so that grants and refusals are about as frequent. */
  static GrantRequest random(Random random) {
    List<String> environments = List.of("production", "staging", "*", "unknown");
    List<String> globs = List.of("*", "file:*", "file:a/*", "volume:1", "**e:*", "", "file:*/../*");
    List<String> ids = List.of("a", "a/b", "..", "a/../b", "1", "", "*", "ä\n\"");
    Task task =
        random.nextInt(8) == 0
            ? null
            : task(
                random.nextInt(8) == 0 ? TaskStatus.CLOSED : TaskStatus.OPEN,
                some(random, environments),
                some(random, globs),
                some(random, List.of(Verb.values())),
                some(random, List.of(GIVEN, OTHER)));
    Instant time = NOON.plusSeconds(random.nextInt(6) * 900L - 120);
    if (random.nextInt(4) == 0) {
      String fingerprint = random.nextBoolean() ? GIVEN : OTHER;
      Credential known = random.nextBoolean() ? credential(fingerprint, "deploy", null) : null;
      return use(time, "agent", task, fingerprint, known);
    }
    Resource resource =
        new Resource(
            one(random, List.of("file", "volume")), one(random, ids), one(random, environments));
    return effect(time, "agent", task, one(random, List.of(Verb.values())), resource);
  }

  private static <T> T one(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static <T> List<T> some(Random random, List<T> values) {
    return values.stream().filter(value -> random.nextInt(5) < 2).toList();
  }

  /** Texts that agents could choose to harm whoever reads them. */
  static Stream<String> hostileTexts() {
    return Stream.of(
        "\"",
        "\\",
        "\" || true || \"",
        "x\"); permit(principal, action, resource); //",
        "line\nbreak\r\n\tand tab",
        "\u0000\u0001\u001b[31m",
        "{\"__entity\":{\"type\":\"Agent\",\"id\":\"admin\"}}",
        "__extn",
        "Agent::\"admin\"",
        "*",
        "",
        "\u202eright to left\u2028\u2029",
        "\ud83d\udca3 é 漢字",
        "\ud800 half of a pair \udc00",
        "\\u0022 \\x22 %22 &quot;",
        "x".repeat(100 * 1024),
        "\"\\\n".repeat(30 * 1024),
        "[".repeat(20_000));
  }
}
