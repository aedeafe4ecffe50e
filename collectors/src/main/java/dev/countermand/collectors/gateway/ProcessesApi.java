package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.redact.Redaction;
import dev.countermand.collectors.report.ActionRedactor;
import dev.countermand.collectors.report.Documents;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Rung;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.http.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the edge command beside an agent asks for: whether the agent is contained ({@code GET
 * /v1/containment}), and a place to say what became of its processes ({@code POST}). It has the
 * token of the agent's source and nothing else, so it can say nothing about anything but the
 * processes of its own agent, and only about the order that holds now.
 */
final class ProcessesApi implements Intake.Handler {
  static final String EDGE = "edge";

  private static final int MAX_WORD = 32;
  private static final int MAX_ORDER = 512;
  private static final int MAX_DETAIL = 1_000;
  private static final Map<String, StepState> STATES =
      Map.of("verified", StepState.VERIFIED, "failed", StepState.FAILED);

  /** What can have become of them, and how far that is. */
  private static final Map<String, Optional<Rung>> DONE =
      Map.of(
          "stopped", Optional.of(Rung.PAUSE),
          "ended", Optional.of(Rung.REVOKE),
          "continued", Optional.empty());

  private final KillSwitch killSwitch;
  private final Reporters reporters;
  private final ActionRedactor redactor;
  private final Topics topics;
  private final Outbox outbox;
  private final InstantSource clock;

  /** The same again says nothing new, and an agent may have the token. */
  private final Cache<String, Boolean> lately =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(10)).build();

  ProcessesApi(
      Reporters reporters,
      KillSwitch killSwitch,
      ActionRedactor redactor,
      Topics topics,
      Outbox outbox,
      InstantSource clock) {
    this.reporters = reporters;
    this.redactor = redactor;
    this.killSwitch = killSwitch;
    this.topics = topics;
    this.outbox = outbox;
    this.clock = clock;
  }

  @Override
  public CompletableFuture<HttpResponse> handle(
      GatewaySettings.Source source,
      RequestHeaders headers,
      byte[] body,
      long arrived,
      Client client) {
    Reporter reporter = reporters.reporter(source, headers.get("x-countermand-agent"), null);
    Optional<ContainmentState> state = killSwitch.last(reporter.agentId());
    CompletableFuture<JsonNode> answer =
        headers.method() == HttpMethod.GET
            ? CompletableFuture.completedFuture(standing(reporter.agentId(), state))
            : told(state, Documents.object(Documents.text(body)));
    return answer.thenApply(Replies::json);
  }

  private static ObjectNode standing(String agent, Optional<ContainmentState> state) {
    ObjectNode standing = Json.mapper().createObjectNode().put("agent", agent);
    boolean contained = state.filter(ProcessesApi::isContained).isPresent();
    standing.put("contained", contained);
    state.ifPresent(
        one -> {
          standing.put("order", one.orderId()).put("reason", one.reason());
          Rung rung = one.rung();
          if (contained && rung != null) {
            standing.put("rung", rung.wireName());
          }
        });
    return standing;
  }

  private static boolean isContained(ContainmentState state) {
    return state.status() == ContainmentStatus.CONTAINED;
  }

  private CompletableFuture<JsonNode> told(Optional<ContainmentState> current, ObjectNode body) {
    String order = Documents.text(body, "order", MAX_ORDER);
    ContainmentState state =
        current
            .filter(one -> one.orderId().equals(order))
            .orElseThrow(
                () ->
                    new Refusal(
                        409,
                        "ORDER_NOT_CURRENT",
                        "The order is not the last one about this agent. See GET"
                            + " /v1/containment."));
    String done = Documents.text(body, "done", MAX_WORD);
    StepState how = STATES.get(Documents.text(body, "state", MAX_WORD));
    if (how == null || !DONE.containsKey(done)) {
      throw Documents.wrongType("done", "stopped, ended or continued; state verified or failed");
    }
    if (isContained(state) == done.equals("continued")) {
      throw new Refusal(
          409, "ORDER_NOT_CURRENT", "Processes of a contained agent are stopped or ended only.");
    }
    String id = order + ":process:" + done + ":" + how.wireName();
    ObjectNode answer = Json.mapper().createObjectNode().put("id", id);
    String said = state.agentId() + " " + id;
    if (lately.getIfPresent(said) != null) {
      return CompletableFuture.completedFuture(answer);
    }
    Redaction detail = redactor.redact(Documents.text(body, "detail", MAX_DETAIL));
    if (detail.status() != Redaction.Status.COMPLETE) {
      throw Documents.wrongType("detail", "text that can be redacted");
    }
    ContainmentOutcome outcome = outcome(id, state, how, done, detail.text());
    return outbox
        .put(
            topics.containmentOutcomes(), state.agentId(), ContainmentOutcome.CODEC.encode(outcome))
        .thenApply(
            receipt -> {
              lately.put(said, true);
              return answer;
            });
  }

  private ContainmentOutcome outcome(
      String id, ContainmentState state, StepState how, String done, String detail) {
    Instant now = clock.instant();
    boolean isVerified = how == StepState.VERIFIED;
    return new ContainmentOutcome(
        id,
        now,
        state.orderId(),
        state.agentId(),
        Step.PROCESS,
        how,
        DONE.getOrDefault(done, Optional.empty()).orElse(null),
        null,
        EDGE,
        state.time(),
        null,
        isVerified ? now : null,
        1,
        null,
        isVerified
            ? "The agent's processes are " + done
            : "Not all of the agent's processes are " + done + ": " + detail,
        isVerified ? detail : null,
        Map.of(),
        Extra.NONE);
  }
}
