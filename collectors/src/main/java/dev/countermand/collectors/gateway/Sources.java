package dev.countermand.collectors.gateway;

import com.google.re2j.Pattern;
import dev.countermand.collectors.report.Refusal;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may report, by bearer token. Keeps digests only. Immutable. */
final class Sources {
  private static final String BEARER = "bearer ";
  private static final Pattern AGENT = Pattern.compile("[A-Za-z0-9._:@/-]{1,128}");

  private final List<Known> known;

  @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest.isEqual only
  private record Known(Configuration.Source source, byte[] digest) {}

  private Sources(List<Known> known) {
    this.known = List.copyOf(known);
  }

  /**
   * Reads the tokens.
   *
   * @throws CountermandException SECRET_UNREADABLE, or CONFIG_DUPLICATE_TOKEN, CONFIG_AGENT_INVALID
   */
  static Sources of(List<Configuration.Source> sources) {
    List<Known> known = new ArrayList<>();
    for (Configuration.Source source : sources) {
      byte[] digest = digest(source.token().read());
      for (Known other : known) {
        if (MessageDigest.isEqual(other.digest(), digest)) {
          throw new CountermandException(
              "CONFIG_DUPLICATE_TOKEN",
              "The sources "
                  + other.source().name()
                  + " and "
                  + source.name()
                  + " have the same token. Give each its own.");
        }
      }
      if (source.agent() != null && !AGENT.matches(source.agent())) {
        throw new CountermandException(
            "CONFIG_AGENT_INVALID",
            "The agent of source " + source.name() + " must match " + AGENT.pattern() + ".");
      }
      known.add(new Known(source, digest));
    }
    return new Sources(known);
  }

  /**
   * The source of an Authorization header.
   *
   * @throws Refusal UNAUTHORIZED; the same for a missing header, another scheme and a wrong token
   */
  Configuration.Source authenticate(@Nullable String authorization) {
    Configuration.Source found = null;
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      byte[] digest = digest(authorization.substring(BEARER.length()).strip());
      // Over all of them, so that the time says nothing about which one matched.
      for (Known candidate : known) {
        if (MessageDigest.isEqual(candidate.digest(), digest)) {
          found = candidate.source();
        }
      }
    }
    if (found == null) {
      throw new Refusal(
          401,
          "UNAUTHORIZED",
          "The request has no bearer token of a configured source. Send Authorization: Bearer with"
              + " the token of gateway.sources.");
    }
    return found;
  }

  /**
   * Who reports for which agent.
   *
   * @param named the agent that the request names, if it names one
   * @throws Refusal SOURCE_NOT_THIS_AGENT, AGENT_REQUIRED, AGENT_INVALID
   */
  static Reporter reporter(
      Configuration.Source source, @Nullable String named, @Nullable String agentName) {
    String own = source.agent();
    if (own != null && named != null && !own.equals(named)) {
      throw new Refusal(
          403,
          "SOURCE_NOT_THIS_AGENT",
          "This token may report for one agent only, and the request names another.");
    }
    String agent = own == null ? named : own;
    if (agent == null || agent.isEmpty()) {
      throw new Refusal(
          400,
          "AGENT_REQUIRED",
          "This token is not bound to an agent. Name it: agent.id in an action, or the header"
              + " X-Countermand-Agent with a hook.");
    }
    if (!AGENT.matches(agent)) {
      throw new Refusal(400, "AGENT_INVALID", "The agent's id must match " + AGENT.pattern() + ".");
    }
    String name = source.agentName();
    return new Reporter(
        source.name(),
        source.witness(),
        source.environment(),
        agent,
        name == null ? agentName : name);
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
