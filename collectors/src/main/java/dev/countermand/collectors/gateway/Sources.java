package dev.countermand.collectors.gateway;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.http.Bearers;
import dev.countermand.runtime.http.Refusal;
import dev.countermand.runtime.server.Connections;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who may report, and who may open tasks, by bearer token. Immutable. */
final class Sources {
  private static final int MAX_AGENT = 128;

  /** Most connections of one agent at a time, of a source that many report by, of a person. */
  static final int OF_AN_AGENT = 256;

  private static final int OF_MANY = 1_024;
  private static final int OF_A_PERSON = 64;

  static final String AGENT = "[A-Za-z0-9._:@/-]{1," + MAX_AGENT + "}";

  private final Bearers<Caller> callers = new Bearers<>();

  private record Caller(
      GatewaySettings.@Nullable Source source,
      GatewaySettings.@Nullable Operator operator,
      Connections.Caller connections) {
    static Caller of(GatewaySettings.Source source) {
      int most = source.agent() == null ? OF_MANY : OF_AN_AGENT;
      return new Caller(source, null, new Connections.Caller("source " + source.name(), most));
    }

    static Caller of(GatewaySettings.Operator operator) {
      return new Caller(
          null, operator, new Connections.Caller("operator " + operator.name(), OF_A_PERSON));
    }
  }

  private Sources() {}

  /**
   * Reads the tokens.
   *
   * @throws CountermandException SECRET_UNREADABLE, or CONFIG_DUPLICATE_TOKEN, CONFIG_AGENT_INVALID
   */
  static Sources of(GatewaySettings config) {
    Sources sources = new Sources();
    for (GatewaySettings.Source source : config.sources()) {
      if (source.agent() != null && !isAgent(source.agent())) {
        throw new CountermandException(
            "CONFIG_AGENT_INVALID",
            "The agent of source " + source.name() + " must match " + AGENT + ".");
      }
      sources.callers.add(Caller.of(source), "The source " + source.name(), source.token());
    }
    for (GatewaySettings.Operator operator : config.operators()) {
      sources.callers.add(Caller.of(operator), "the operator " + operator.name(), operator.token());
    }
    return sources;
  }

  /**
   * The source of an Authorization header.
   *
   * @throws Refusal UNAUTHORIZED; the same for a missing header, another scheme, a wrong token and
   *     that of an operator
   */
  GatewaySettings.Source authenticate(@Nullable String authorization) {
    Optional<Caller> caller = callers.find(authorization);
    GatewaySettings.Source source =
        caller.flatMap(one -> Optional.ofNullable(one.source())).orElse(null);
    if (source == null) {
      throw new Refusal(
          401,
          "UNAUTHORIZED",
          "The request has no bearer token of a configured source. Send Authorization: Bearer with"
              + " the token of gateway.sources.");
    }
    return source;
  }

  /**
   * The operator of an Authorization header.
   *
   * @throws Refusal UNAUTHORIZED, or OPERATOR_REQUIRED with the token of a source: whoever reports
   *     for agents grants nothing to them
   */
  GatewaySettings.Operator operator(@Nullable String authorization) {
    Optional<Caller> caller = callers.find(authorization);
    GatewaySettings.Operator operator =
        caller.flatMap(one -> Optional.ofNullable(one.operator())).orElse(null);
    if (operator == null && caller.isPresent()) {
      throw new Refusal(
          403,
          "OPERATOR_REQUIRED",
          "This token reports for agents and may not change what they are granted. Send one of"
              + " gateway.operators.");
    }
    if (operator == null) {
      throw new Refusal(
          401,
          "UNAUTHORIZED",
          "The request has no bearer token of a configured operator. Send Authorization: Bearer with"
              + " the token of gateway.operators.");
    }
    return operator;
  }

  /** Whose connection one with this Authorization header is; empty for a stranger's. */
  Optional<Connections.Caller> caller(@Nullable String authorization) {
    return callers.find(authorization).map(Caller::connections);
  }

  /** Whether a text can be the id of an agent. */
  static boolean isAgent(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_AGENT
        && text.chars().allMatch(Sources::mayBeOfAnAgent);
  }

  private static boolean mayBeOfAnAgent(int c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || "._:@/-".indexOf(c) >= 0;
  }
}
