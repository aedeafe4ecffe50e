package dev.countermand.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countermand.runtime.CountermandException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SignalSettingsTest {
  private static final String POLL =
      "{delivery: poll, token: {env: T}, audience: 'https://shop.example.com'}";

  @Test
  void nobodyIsToldByDefault() {
    assertThat(ConfigurationLoader.read("{}", "test").containment().signals().isOn()).isFalse();
  }

  @Test
  void aStreamIsReadWithItsDefaults() {
    SignalSettings read =
        read(
            "issuer: https://cm.example.com, streams: {shop: "
                + POLL
                + ", other: {delivery: push, endpoint: 'https://other.example.com/events', token:"
                + " {env: T}, audience: x, events: [session-revoked]}}");

    assertThat(read.isOn()).isTrue();
    assertThat(read.issuer()).isEqualTo(URI.create("https://cm.example.com"));
    assertThat(read.port()).isEqualTo(7079);
    assertThat(read.host()).isEqualTo("127.0.0.1");
    assertThat(read.streams().get("shop").events()).containsExactly(SignalSettings.Event.values());
    assertThat(read.streams().get("other").events())
        .containsExactly(SignalSettings.Event.SESSION_REVOKED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "streams: {shop: " + POLL + "}",
        "issuer: 'http://cm.example.com', streams: {shop: " + POLL + "}",
        "issuer: 'https://cm.example.com/', streams: {shop: " + POLL + "}",
        "issuer: 'https://cm.example.com', streams: {'a|b': " + POLL + "}",
        "issuer: 'https://cm.example.com', port: 65536",
        "issuer: 'https://cm.example.com', streams: {s: {delivery: push, token: {env: T}, audience:"
            + " x}}",
        "issuer: 'https://cm.example.com', streams: {s: {delivery: push, token: {env: T}, audience:"
            + " x, endpoint: 'http://shop.example.com/events'}}",
        "issuer: 'https://cm.example.com', streams: {s: {delivery: poll, token: {env: T}, audience:"
            + " x, endpoint: 'https://shop.example.com/events'}}",
        "issuer: 'https://cm.example.com', streams: {s: {delivery: poll, token: {env: T}, audience:"
            + " x, push-token: {env: T}}}",
        "issuer: 'https://cm.example.com', streams: {s: {delivery: poll, token: {env: T}}}"
      })
  void whatCannotBeUsedStopsTheStartAndNamesTheKey(String signals) {
    CountermandException refused = assertThrows(CountermandException.class, () -> read(signals));
    assertThat(refused.code()).isEqualTo("CONFIG_INVALID");
    assertThat(refused.getMessage()).contains("containment.signals");
  }

  private static SignalSettings read(String signals) {
    return ConfigurationLoader.read("containment: {signals: {" + signals + "}}", "test")
        .containment()
        .signals();
  }
}
