package dev.countermand.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScopeTest {

  @ParameterizedTest
  @CsvSource({
    "*, volume:1, true",
    "volume:*, volume:1, true",
    "volume:*, volumes:1, false",
    "volume:scratch-*, volume:scratch-7, true",
    "volume:scratch-*, volume:prod-7, false",
    "volume:*-tmp, volume:a-tmp-tmp, true",
    "volume:*-tmp, volume:a-tmp-x, false",
    "file:build/*, file:build/a/b.o, true",
    "file:*.o, file:a.o.c, false",
    "volume:1, volume:12, false",
    "'', volume:1, false",
    "vol**e:1, volume:1, true",
  })
  void aGlobMatchesTheWholeText(String glob, String text, boolean matches) {
    assertThat(Scope.globMatches(glob, text)).isEqualTo(matches);
  }

  @Property
  void aTextMatchesItselfAndItsPrefixWithAStar(
      @ForAll @StringLength(max = 20) @CharRange(from = 'a', to = 'c') String text) {
    assertThat(Scope.globMatches(text, text)).isTrue();
    assertThat(Scope.globMatches(text + "*", text + "xyz")).isTrue();
    assertThat(Scope.globMatches("*" + text, "xyz" + text)).isTrue();
    assertThat(Scope.globMatches(text, text + "x")).isFalse();
  }

  @Test
  void aHostileGlobAndTextTakeNoTime() {
    String glob = "*a".repeat(200);
    String text = "a".repeat(2_000) + "b";

    assertThatCode(() -> assertThat(Scope.globMatches(glob, text)).isFalse())
        .doesNotThrowAnyException();
  }

  @Test
  void aClosedTaskIsNoScope() {
    assertThat(Scope.at(Samples.NOON.minusSeconds(61), Samples.task()).task()).isEmpty();
    assertThat(Scope.at(Samples.NOON, Samples.task()).task()).isPresent();
    assertThat(Scope.at(Samples.NOON, null).taskId()).isNull();
  }
}
