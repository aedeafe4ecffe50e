package dev.countermand.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/** Every record's codec with its example document. */
final class Documents {
  static final List<Class<?>> RECORDS =
      List.of(
          Action.class,
          Approval.class,
          Ask.class,
          AuditEvent.class,
          Baseline.class,
          ContainmentOrder.class,
          ContainmentOutcome.class,
          ContainmentPlan.class,
          ContainmentState.class,
          Credential.class,
          CredentialHolders.class,
          CredentialMention.class,
          DeadLetter.class,
          Effect.class,
          Finding.class,
          Grounds.class,
          Incident.class,
          IncidentCounts.class,
          IncidentKind.class,
          Learned.class,
          Narrowing.class,
          PlannedStep.class,
          Resource.class,
          Risk.class,
          RiskContribution.class,
          Score.class,
          Seen.class,
          Signal.class,
          SignalState.class,
          TakenCredential.class,
          Task.class,
          Verdict.class);

  private Documents() {}

  /** Name and codec, and the example as a tree. */
  static Stream<Arguments> all() {
    return RECORDS.stream()
        .map(
            type -> Arguments.of(Named.of(type.getSimpleName(), codec(type)), example(file(type))));
  }

  /** Those that are records of a topic of their own, not parts of one. */
  static Stream<Arguments> wholes() {
    return all().filter(arguments -> ((JsonNode) arguments.get()[1]).has("ecs"));
  }

  @SuppressWarnings("unchecked") // each record's CODEC is of the record
  static DocumentCodec<Object> codec(Class<?> type) {
    try {
      return (DocumentCodec<Object>) type.getField("CODEC").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " has no public CODEC", e);
    }
  }

  static String file(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT)
        + "-1.json";
  }

  static ObjectNode example(String file) {
    return tree("/dev/countermand/examples/" + file);
  }

  static ObjectNode tree(String resource) {
    try (InputStream in = Documents.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("there is no " + resource);
      }
      return (ObjectNode) Json.mapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(JsonNode tree) {
    try {
      return Json.mapper().writeValueAsBytes(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode tree(byte[] json) {
    try {
      return Json.mapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
