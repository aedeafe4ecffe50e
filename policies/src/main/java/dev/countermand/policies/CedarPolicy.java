package dev.countermand.policies;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.AuthorizationResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse;
import com.cedarpolicy.model.AuthorizationSuccessResponse.AuthorizationError;
import com.cedarpolicy.model.DetailedError;
import com.cedarpolicy.model.exception.AuthException;
import dev.countermand.detectors.Text;
import dev.countermand.detectors.grant.GrantDecision;
import dev.countermand.detectors.grant.GrantPolicy;
import dev.countermand.detectors.grant.GrantRequest;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Grants what Cedar policies permit, evaluated in this process. A policy that forbids wins over any
 * that permits; what none permits is denied, and so is everything a policy fails on. Thread-safe.
 *
 * <p>What policies may ask about is said in {@code countermand.cedarschema} beside this class.
 */
public final class CedarPolicy implements GrantPolicy {
  private static final int MAX_BECAUSE = 300;
  private static final int MAX_MESSAGE = 160;

  private final CedarSource policies;
  private final CedarEntities entities;
  private final BasicAuthorizationEngine engine;

  /**
   * Policies without entities.
   *
   * @param source names the text in messages, for instance its file
   * @param text policies in Cedar's language
   * @throws CountermandException POLICY_INVALID when the text cannot be used,
   *     POLICY_ENGINE_UNAVAILABLE when Cedar does not run on this platform
   */
  public CedarPolicy(String source, String text) {
    this(source, text, null);
  }

  /**
   * Policies with entities: the groups that agents, resources and credentials are in, and their
   * tags.
   *
   * @param source names the text in messages, for instance its file
   * @param text policies in Cedar's language
   * @param entities in Cedar's JSON form, without attributes; null for none
   * @throws CountermandException POLICY_INVALID when either cannot be used,
   *     POLICY_ENGINE_UNAVAILABLE when Cedar does not run on this platform
   */
  public CedarPolicy(String source, String text, @Nullable String entities) {
    this.engine = CedarLibrary.engine();
    this.policies = CedarSource.read(source, text);
    this.entities = entities == null ? CedarEntities.NONE : CedarEntities.read(source, entities);
  }

  /**
   * Reads the policies of a file, and the entities of another.
   *
   * @throws CountermandException FILE_UNREADABLE, POLICY_INVALID or POLICY_ENGINE_UNAVAILABLE
   */
  public static CedarPolicy read(Path policies, @Nullable Path entities) {
    return new CedarPolicy(
        policies.toString(), text(policies), entities == null ? null : text(entities));
  }

  @Override
  public GrantDecision decide(GrantRequest request) {
    try {
      return GrantQuestion.of(request).map(this::ask).orElse(GrantQuestion.NOTHING_ASKED);
    } catch (RuntimeException e) {
      return denied("Cedar ended with " + e.getClass().getName());
    }
  }

  private GrantDecision ask(GrantQuestion question) {
    AuthorizationRequest request =
        new AuthorizationRequest(
            CedarValues.uid("Agent", question.principal()),
            CedarValues.uid("Action", question.action()),
            CedarValues.uid(question.kind(), question.id()),
            CedarValues.record(question.context()));
    try {
      return decision(engine.isAuthorized(request, policies.set(), entities.around(question)));
    } catch (AuthException e) {
      return denied("Cedar does not take the request: " + shown(e.getMessage()));
    }
  }

  private GrantDecision decision(AuthorizationResponse response) {
    AuthorizationSuccessResponse answer = response.success.orElse(null);
    if (answer == null) {
      String reason =
          response.errors.stream()
              .flatMap(Collection::stream)
              .map(error -> error.message)
              .findFirst()
              .orElse(null);
      return denied("Cedar does not take the request: " + shown(reason));
    }
    // Cedar leaves a policy out that it cannot evaluate: a forbid would no longer forbid.
    if (!answer.getErrors().isEmpty()) {
      AuthorizationError first = answer.getErrors().get(0);
      DetailedError error = first.getError();
      return denied(
          "Cedar policy "
              + policies.name(first.getPolicyId())
              + " cannot be evaluated: "
              + shown(error.message));
    }
    if (answer.isAllowed()) {
      return new GrantDecision(true, determining(answer, "permits it", "permit it"));
    }
    return denied(
        answer.getReason().isEmpty()
            ? "no Cedar policy permits it"
            : determining(answer, "forbids it", "forbid it"));
  }

  private String determining(AuthorizationSuccessResponse answer, String one, String several) {
    String names =
        answer.getReason().stream()
            .map(policies::name)
            .sorted()
            .distinct()
            .collect(Collectors.joining(", "));
    String line =
        answer.getReason().size() == 1
            ? "Cedar policy " + names + " " + one
            : "Cedar policies " + names + " " + several;
    return Text.line(line, MAX_BECAUSE);
  }

  private static GrantDecision denied(String because) {
    return new GrantDecision(false, Text.line(because, MAX_BECAUSE));
  }

  private static String shown(@Nullable String message) {
    return message == null ? "no reason is given" : Text.line(message, MAX_MESSAGE);
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) <= 4L * PolicyText.MAX_LENGTH) {
        return Files.readString(file);
      }
    } catch (IOException e) {
      throw FileErrors.unreadable(file, e);
    }
    throw new CountermandException(
        "POLICY_INVALID", "The file " + file + " is too large for policies. Make it smaller.");
  }
}
