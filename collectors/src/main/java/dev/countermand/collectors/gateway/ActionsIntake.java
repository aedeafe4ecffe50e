package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.countermand.collectors.ingest.GenericAction;
import dev.countermand.collectors.report.Documents;
import dev.countermand.model.Phase;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.http.Refusal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes actions in the documented JSON, one or many. */
final class ActionsIntake implements Intake.Handler {
  private static final MediaType NDJSON = MediaType.create("application", "x-ndjson");
  private static final int MAX_LINES = 5_000;

  private final Reporters reporters;
  private final Desk desk;
  private final Remains remains;
  private final GatewayMetrics metrics;
  private final InstantSource clock;

  ActionsIntake(
      Reporters reporters,
      Desk desk,
      Remains remains,
      GatewayMetrics metrics,
      InstantSource clock) {
    this.reporters = reporters;
    this.desk = desk;
    this.remains = remains;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public CompletableFuture<HttpResponse> handle(
      GatewaySettings.Source source,
      RequestHeaders headers,
      byte[] body,
      long arrived,
      Client client) {
    MediaType type = headers.contentType();
    if (type != null && type.is(NDJSON)) {
      return lines(source, body, arrived);
    }
    if (type == null || !type.is(MediaType.JSON)) {
      throw new Refusal(
          415,
          "CONTENT_TYPE_NOT_ACCEPTED",
          "Send Content-Type application/json for one action, application/x-ndjson for many.");
    }
    return one(source, Documents.text(body), arrived, client).thenApply(Replies::json);
  }

  private CompletableFuture<ObjectNode> one(
      GatewaySettings.Source source, String text, long arrived, @Nullable Client client) {
    GenericAction read = GenericAction.read(Documents.object(text), clock.instant());
    Outgoing made =
        desk.make(reporters.reporter(source, read.agentId(), read.agentName()), read.report());
    String id = made.action().id();
    Phase phase = made.action().phase();
    CompletableFuture<ObjectNode> answer =
        phase == Phase.ATTEMPT
            ? desk.decide(made, client).thenApply(ActionsIntake::decided)
            : desk.record(made).thenApply(receipt -> named(id));
    return answer.thenApply(
        body -> {
          metrics.roundTrip(phase, System.nanoTime() - arrived);
          return body;
        });
  }

  private static ObjectNode named(String id) {
    return Json.mapper().createObjectNode().put("id", id);
  }

  private static ObjectNode decided(Answer answer) {
    ObjectNode body = named(answer.verdict().actionId());
    body.put("decision", answer.verdict().decision().wireName());
    body.put("reason", answer.verdict().reason());
    body.put("by", answer.verdict().by());
    ArrayNode findings = body.putArray("findings");
    answer.verdict().findings().forEach(findings::add);
    return body;
  }

  /** All lines are put in their order before the first answer is waited for. */
  private CompletableFuture<HttpResponse> lines(
      GatewaySettings.Source source, byte[] body, long arrived) {
    List<CompletableFuture<ObjectNode>> answers = new ArrayList<>();
    int number = 0;
    for (byte[] line : split(body)) {
      number++;
      if (!blank(line)) {
        answers.add(line(source, number, line, arrived));
      }
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            all -> {
              StringBuilder text = new StringBuilder();
              answers.forEach(answer -> text.append(answer.join()).append('\n'));
              return HttpResponse.of(HttpStatus.OK, NDJSON, HttpData.ofUtf8(text));
            });
  }

  private static List<byte[]> split(byte[] body) {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    while (from < body.length) {
      int to = from;
      while (to < body.length && body[to] != '\n') {
        to++;
      }
      lines.add(Arrays.copyOfRange(body, from, to));
      from = to + 1;
    }
    if (lines.size() > MAX_LINES) {
      throw new Refusal(
          413, "TOO_MANY_LINES", "There are more than " + MAX_LINES + " lines. Send fewer.");
    }
    return lines;
  }

  private static boolean blank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  private CompletableFuture<ObjectNode> line(
      GatewaySettings.Source source, int number, byte[] line, long arrived) {
    CompletableFuture<ObjectNode> answer;
    try {
      // All lines are answered together: one that waits for a person would hold up the others.
      answer = one(source, Documents.text(line), arrived, null);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer
        .exceptionally(e -> refused(source, line, Intake.refusal(e)))
        .thenApply(made -> Json.mapper().createObjectNode().put("line", number).setAll(made));
  }

  private ObjectNode refused(GatewaySettings.Source source, byte[] line, Refusal refusal) {
    metrics.refused(refusal.code());
    if (refusal.status() < 500) {
      remains.keep(source.name(), line, refusal);
    }
    return Replies.errorBody(refusal);
  }
}
