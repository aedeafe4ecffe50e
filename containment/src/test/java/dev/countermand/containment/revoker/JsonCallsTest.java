package dev.countermand.containment.revoker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonCallsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".."})
  void whatWouldLeadToAnotherResourceIsNoSegment(String text) {
    assertThatThrownBy(() -> JsonCalls.segment(text))
        .isInstanceOf(RevokerException.class)
        .hasMessageContaining("registered with");
  }

  @ParameterizedTest
  @CsvSource({"a/../b, a%2F..%2Fb", "a b?c#d, a%20b%3Fc%23d", "build-7, build-7"})
  void whatCouldEndASegmentIsEncoded(String text, String segment) {
    assertThat(JsonCalls.segment(text)).isEqualTo(segment);
  }
}
