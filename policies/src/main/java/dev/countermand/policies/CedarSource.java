package dev.countermand.policies;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.DetailedError;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.ValidationResponse;
import com.cedarpolicy.model.ValidationResponse.ValidationError;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.model.schema.Schema;
import dev.countermand.detectors.Text;
import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policies that were read and checked against the schema.
 *
 * @param set the policies, parsed once
 * @param names by Cedar's own number of a policy, what {@code @id} calls it
 */
record CedarSource(PolicySet set, Map<String, String> names) {
  private static final Logger log = LoggerFactory.getLogger(CedarSource.class);
  private static final int MAX_NAME = 100;
  private static final int MAX_MESSAGE = 200;

  // Measured: one bracket takes up to 20 KiB of stack, one link of a chain up to 3 KiB. This is
  // three times what the limits of PolicyText can need, and is reserved only while a text is read.
  private static final long STACK = 128L * 1024 * 1024;

  /**
   * Reads policies; Cedar's library is loaded.
   *
   * @throws CountermandException POLICY_INVALID when they cannot be used
   */
  static CedarSource read(String source, String text) {
    String what = "The policies of " + source;
    String problem = PolicyText.problem(text);
    if (problem != null) {
      throw invalid(what, problem);
    }
    FutureTask<CedarSource> reading = new FutureTask<>(() -> parse(what, text));
    Thread reader = new Thread(null, reading, "cedar-reader", STACK);
    reader.setDaemon(true);
    reader.start();
    try {
      return reading.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CountermandException known) {
        throw known;
      }
      String message = e.getCause() == null ? null : e.getCause().getMessage();
      throw invalid(what, message);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException(
          "INTERRUPTED", "The process was told to stop while " + source + " was read.");
    }
  }

  /** What a policy is called. */
  String name(String id) {
    return names.getOrDefault(id, id);
  }

  static Schema schema() throws AuthException {
    String file = "countermand.cedarschema";
    try (InputStream in = Objects.requireNonNull(CedarSource.class.getResourceAsStream(file))) {
      return Schema.parse(
          Schema.JsonOrCedar.Cedar, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  static CountermandException invalid(String what, @Nullable String why) {
    String reason = why == null ? "no reason is given" : Text.line(why, MAX_MESSAGE);
    return new CountermandException("POLICY_INVALID", what + " cannot be used: " + reason + ".");
  }

  private static CedarSource parse(String what, String text) throws AuthException, CacheException {
    PolicySet set = PolicySet.parsePolicies(text);
    if (!set.templates.isEmpty()) {
      throw invalid(what, "one has a slot (?principal, ?resource), and nothing would fill it");
    }
    if (set.policies.isEmpty()) {
      throw invalid(what, "there is none, and nothing would be granted");
    }
    Map<String, String> names = new HashMap<>();
    for (Policy policy : set.policies) {
      String name = policy.getAnnotation("id");
      boolean isNamed = name != null && !name.isBlank();
      names.put(policy.getID(), isNamed ? Text.line(name, MAX_NAME) : policy.getID());
    }
    validate(what, set, names);
    set.cache();
    return new CedarSource(set, Map.copyOf(names));
  }

  private static void validate(String what, PolicySet set, Map<String, String> names)
      throws AuthException {
    ValidationResponse response =
        new BasicAuthorizationEngine().validate(new ValidationRequest(schema(), set));
    if (response.success.isEmpty()) {
      throw invalid(
          what,
          response.errors.stream()
              .flatMap(List::stream)
              .map(e -> e.message)
              .findFirst()
              .orElse(null));
    }
    for (ValidationError warning : response.success.get().validationWarnings) {
      log.warn("{}: {}", what, Text.line(said(warning, names), MAX_MESSAGE));
    }
    List<ValidationError> errors = response.success.get().validationErrors;
    if (!errors.isEmpty()) {
      throw invalid(what, said(errors.get(0), names));
    }
  }

  private static String said(ValidationError found, Map<String, String> names) {
    DetailedError error = found.getError();
    String name = names.getOrDefault(found.getPolicyId(), found.getPolicyId());
    String own = "for policy `" + found.getPolicyId() + "`, ";
    String message =
        error.message.startsWith(own) ? error.message.substring(own.length()) : error.message;
    return "policy " + name + ", " + message + error.help.map(help -> "; " + help).orElse("");
  }
}
