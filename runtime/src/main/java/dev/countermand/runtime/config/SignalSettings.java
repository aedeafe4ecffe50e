package dev.countermand.runtime.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.countermand.runtime.http.Endpoints;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of containment by security event tokens (Shared Signals Framework 1.0).
 *
 * @param issuer who says it, the public address of the transmitter; required with a stream
 * @param host the address it listens on; {@code 127.0.0.1} by default
 * @param port the port it listens on; 7079 by default
 * @param streams one for each receiver, by name; none by default, which is no transmitter
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructors put the default
public record SignalSettings(
    @Nullable URI issuer, String host, int port, Map<String, Stream> streams) {
  /** Nobody is told. */
  public static final SignalSettings NONE = new SignalSettings(null, null, 0, null);

  private static final int MAX_STREAMS = 64;

  public SignalSettings {
    host = Values.or(host, "127.0.0.1");
    port = port == 0 ? 7079 : (int) Values.positive("containment.signals.port", port);
    streams = streams == null ? Map.of() : Map.copyOf(streams);
    if (port > 65_535) {
      throw new ConfigurationProblem("containment.signals.port must be at most 65535");
    }
    if (streams.size() > MAX_STREAMS || !streams.keySet().stream().allMatch(Values::isKind)) {
      throw new ConfigurationProblem(
          "containment.signals.streams may have "
              + MAX_STREAMS
              + " names; each "
              + Values.KIND_CHOICE);
    }
    if (!streams.isEmpty()) {
      Values.required("containment.signals.issuer", issuer);
    }
    if (issuer != null && !isIssuer(issuer)) {
      throw new ConfigurationProblem(
          "containment.signals.issuer must be an https address, or http on this machine, without"
              + " query, fragment and a slash at its end");
    }
  }

  /** Whether anybody is told. */
  public boolean isOn() {
    return !streams.isEmpty();
  }

  private static boolean isIssuer(URI issuer) {
    return Endpoints.isPrivate(issuer)
        && issuer.getQuery() == null
        && issuer.getFragment() == null
        && !issuer.toString().endsWith("/");
  }

  /**
   * What one receiver is told, and how.
   *
   * @param delivery whether it is sent to the receiver, or waits until asked for; required
   * @param endpoint {@code push}: where to; required there
   * @param token where the bearer token is read from by which the receiver logs in here; required
   * @param pushToken {@code push}: where the bearer token is read from by which the transmitter
   *     logs in at the endpoint; null for none
   * @param audience the {@code aud} of each token; required
   * @param events of which kinds; all by default
   */
  public record Stream(
      Delivery delivery,
      @Nullable URI endpoint,
      SecretRef token,
      @Nullable SecretRef pushToken,
      String audience,
      List<Event> events) {

    public Stream {
      Values.required("containment.signals.streams.*.delivery", delivery);
      Values.required("containment.signals.streams.*.token", token);
      Values.required("containment.signals.streams.*.audience", audience);
      events =
          events == null || events.isEmpty()
              ? List.of(Event.values())
              : events.stream().distinct().toList();
      boolean pushes = delivery == Delivery.PUSH;
      if (pushes != (endpoint != null) || (!pushes && pushToken != null)) {
        throw new ConfigurationProblem(
            "containment.signals.streams.*.endpoint must be given with delivery push, and it and"
                + " push-token with no other");
      }
      if (endpoint != null && !Endpoints.isPrivate(endpoint)) {
        throw new ConfigurationProblem(
            "containment.signals.streams.*.endpoint must be https, or http on this machine");
      }
    }
  }

  /** How events come to a receiver. */
  public enum Delivery {
    /** The transmitter sends each (RFC 8935). */
    PUSH,
    /** The receiver asks for them (RFC 8936). */
    POLL
  }

  /** What a receiver can be told. */
  public enum Event {
    /** The kill switch of an agent was thrown. */
    @JsonProperty("session-revoked")
    SESSION_REVOKED,
    /** A credential was taken away. */
    @JsonProperty("credential-change")
    CREDENTIAL_CHANGE,
    /** The risk of an agent passed a threshold. */
    @JsonProperty("risk-level-change")
    RISK_LEVEL_CHANGE
  }
}
