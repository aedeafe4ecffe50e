package dev.countermand.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://auth.example/revoke",
        "http://localhost:8181",
        "http://127.0.0.1:8181/",
        "http://[::1]:8181"
      })
  void httpsAndThisMachineArePrivate(String address) {
    assertThat(Endpoints.isPrivate(URI.create(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://auth.example/revoke",
        "http://127.0.0.1.example/",
        "http://127.0.0/",
        "http://localhost.example/",
        "https://user:secret@auth.example/",
        "https:///nowhere",
        "ftp://localhost/",
        "localhost:8181"
      })
  void whatOthersCanReadOrHasAUserIsNot(String address) {
    assertThat(Endpoints.isPrivate(URI.create(address))).isFalse();
  }
}
