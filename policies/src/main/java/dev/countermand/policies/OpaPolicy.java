package dev.countermand.policies;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.detectors.Text;
import dev.countermand.detectors.grant.GrantDecision;
import dev.countermand.detectors.grant.GrantPolicy;
import dev.countermand.detectors.grant.GrantRequest;
import dev.countermand.model.json.Json;
import dev.countermand.policies.OpaMeters.Outcome;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.runtime.http.HttpCaller.Answer;
import dev.failsafe.CircuitBreaker;
import dev.failsafe.RateLimiter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an Open Policy Agent over its Data API. What it does not decide in time, for whatever
 * reason, the fallback decides. A decision takes the deadline at most, and the time of the
 * fallback. Thread-safe.
 */
public final class OpaPolicy implements GrantPolicy {
  private static final Logger log = LoggerFactory.getLogger(OpaPolicy.class);
  private static final Duration CHECK = Duration.ofSeconds(2);
  private static final int MAX_BECAUSE = 300;
  private static final int MAX_REASON = 200;

  private final OpaServer server;
  private final GrantPolicy fallback;
  private final HttpCaller http;
  private final Map<String, String> headers;
  private final OpaMeters meters;
  private final CircuitBreaker<Object> circuit;

  // An agent that finds an input OPA fails on must not fill the log with it.
  private final RateLimiter<Object> warnings =
      RateLimiter.smoothBuilder(1, Duration.ofMinutes(1)).build();

  /** OPA gave no decision; the message says why. */
  private static final class Undecided extends Exception {
    private static final long serialVersionUID = 1L;

    private final Outcome outcome;

    Undecided(Outcome outcome, String message) {
      super(message);
      this.outcome = outcome;
    }
  }

  /**
   * Nothing is connected yet.
   *
   * @param fallback decides what OPA does not
   * @param meters counts {@code countermand.policy.*}
   * @throws dev.countermand.runtime.CountermandException SECRET_UNREADABLE when the token cannot be
   *     read
   */
  public OpaPolicy(OpaServer server, GrantPolicy fallback, MeterRegistry meters) {
    this.server = server;
    this.fallback = fallback;
    this.http = new HttpCaller(server.deadline());
    this.headers = headers(server);
    this.meters = new OpaMeters(meters);
    this.circuit =
        CircuitBreaker.builder()
            .withFailureThreshold(server.failures())
            .withSuccessThreshold(1)
            .withDelay(server.pause())
            .onOpen(event -> paused())
            .onClose(event -> log.info("OPA at {} answers again", server.url()))
            .build();
  }

  /**
   * Asks OPA for its health, waits up to 2 s for it, and says in the log what came of it. Called
   * before there is traffic, it takes the one-time costs of a first connection, which alone can be
   * longer than the deadline of a decision, and leaves the connection open.
   *
   * @return whether OPA is well
   */
  public boolean check() {
    String problem;
    try {
      Answer answer = new HttpCaller(CHECK).call("GET", server.health(), headers, "");
      problem = answer.status() == 200 ? "" : "status " + answer.status();
      http.call("GET", server.health(), headers, "");
    } catch (IOException | RuntimeException e) {
      problem = Text.line(String.valueOf(e.getMessage()), MAX_REASON);
    }
    if (problem.isEmpty()) {
      log.info("OPA at {} is ready", server.url());
    } else {
      log.warn(
          "OPA at {} would decide nothing now ({}): the fallback decides", server.url(), problem);
    }
    return problem.isEmpty();
  }

  @Override
  public GrantDecision decide(GrantRequest request) {
    String why;
    try {
      Optional<GrantQuestion> question = GrantQuestion.of(request);
      if (question.isEmpty()) {
        return GrantQuestion.NOTHING_ASKED;
      }
      GrantDecision decision = ask(question.get());
      meters.count(Outcome.ANSWERED);
      return decision;
    } catch (Undecided e) {
      meters.count(e.outcome);
      why = String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      meters.count(Outcome.ERROR);
      why = e.getClass().getName();
    }
    if (warnings.tryAcquirePermit()) {
      log.warn("OPA at {} does not decide ({}): the fallback does", server.url(), why);
    }
    meters.fellBack();
    GrantDecision decision = fallback.decide(request);
    String because = "OPA did not decide (" + why + "): " + decision.because();
    return new GrantDecision(decision.permitted(), Text.line(because, MAX_BECAUSE));
  }

  private GrantDecision ask(GrantQuestion question) throws Undecided {
    String body = Json.mapper().createObjectNode().set("input", question.json()).toString();
    return decision(answer(body));
  }

  /**
   * What counts against OPA is that no answer comes, because that costs the deadline. A bad answer
   * does not: an agent that finds an input which the policy fails on could else switch it off.
   */
  private Answer answer(String body) throws Undecided {
    if (!circuit.tryAcquirePermit()) {
      throw new Undecided(Outcome.SKIPPED, "it is not asked for a while");
    }
    boolean isAnswered = false;
    long start = System.nanoTime();
    try {
      Answer answer = http.call("POST", server.decision(), headers, body);
      isAnswered = true;
      return answer;
    } catch (IOException e) {
      boolean isLate =
          e instanceof HttpTimeoutException || e.getCause() instanceof HttpTimeoutException;
      throw isLate
          ? new Undecided(
              Outcome.TIMEOUT, "no answer within " + server.deadline().toMillis() + " ms")
          : new Undecided(
              Outcome.ERROR, "no answer: " + Text.line(String.valueOf(e.getMessage()), MAX_REASON));
    } finally {
      meters.took(System.nanoTime() - start);
      if (isAnswered) {
        circuit.recordSuccess();
      } else {
        circuit.recordFailure();
      }
    }
  }

  private GrantDecision decision(Answer answer) throws Undecided {
    if (answer.status() != 200) {
      throw new Undecided(Outcome.ERROR, "status " + answer.status());
    }
    JsonNode result = result(answer.body());
    if (result.isMissingNode()) {
      throw new Undecided(Outcome.UNDEFINED, server.path() + " is undefined");
    }
    JsonNode allow = result.isObject() ? result.path("allow") : result;
    if (!allow.isBoolean()) {
      throw new Undecided(Outcome.ERROR, "the answer is neither a boolean nor an allow");
    }
    String reason = Text.line(result.path("reason").asText(""), MAX_REASON);
    String said = "OPA " + server.path() + (allow.booleanValue() ? " allows it" : " denies it");
    return new GrantDecision(
        allow.booleanValue(),
        Text.line(reason.isBlank() ? said : said + ": " + reason, MAX_BECAUSE));
  }

  private static JsonNode result(String body) throws Undecided {
    try {
      return Json.mapper().readTree(body).path("result");
    } catch (JsonProcessingException e) {
      throw new Undecided(Outcome.ERROR, "the answer is not JSON");
    }
  }

  private void paused() {
    meters.paused();
    log.warn(
        "OPA at {} does not answer: it is not asked for {} ms",
        server.url(),
        server.pause().toMillis());
  }

  private static Map<String, String> headers(OpaServer server) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Accept", "application/json");
    if (server.token() != null) {
      headers.put("Authorization", "Bearer " + server.token().read());
    }
    return Map.copyOf(headers);
  }
}
