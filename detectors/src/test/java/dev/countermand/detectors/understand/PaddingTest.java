package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Effect;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who pads a command does not get the rest of it for nothing. */
final class PaddingTest {
  private static final String DESTROYS = "rm -rf /srv/production";

  static Stream<String> padded() {
    return Stream.of(
        "timeout 5 ".repeat(13) + DESTROYS,
        "nice ".repeat(13) + DESTROYS,
        "sudo ".repeat(20) + DESTROYS,
        "env A=1 ".repeat(20) + DESTROYS,
        "timeout 5 ".repeat(13) + "curl -X DELETE https://api.example.com/volumes/1",
        ":;".repeat(2_001) + DESTROYS,
        "true;".repeat(2_000) + DESTROYS,
        "true\n".repeat(5_000) + DESTROYS,
        "$(".repeat(10) + DESTROYS + ")".repeat(10),
        "$(".repeat(12) + DESTROYS + ")".repeat(12),
        "$(".repeat(60) + DESTROYS + ")".repeat(60),
        "#" + "x".repeat(66_000) + "\n" + DESTROYS,
        "rm" + " ".repeat(100_000) + "-rf /srv/production",
        "psql -c \"" + "select 1;".repeat(8_000) + "drop table users\"",
        "psql -c \"" + "select 1;".repeat(7_000) + "drop table users\"",
        "rm -rf " + numbered("/tmp/a%d ", 2_000) + "/srv/production",
        "rm -rf " + numbered("/srv/a%d ", 60) + "/srv/production",
        "eval ".repeat(30) + DESTROYS,
        "bash -c '".repeat(1) + "timeout 1 ".repeat(14) + DESTROYS + "'");
  }

  private static String numbered(String text, int times) {
    return IntStream.range(0, times).mapToObj(text::formatted).collect(Collectors.joining());
  }

  @ParameterizedTest
  @MethodSource("padded")
  void whatIsNotReadToItsEndSaysSo(String command) {
    List<Effect> effects = Understanding.forgetful().shell(command);

    assertThat(effects)
        .anySatisfy(
            effect ->
                assertThat(
                        effect.resource().type().equals(Understanding.UNREAD)
                            || effect.resource().id().contains("production")
                            || effect.resource().id().contains("users"))
                    .isTrue());
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 200, 3_000})
  void noSubstitutionOfADocumentIsTooManyToBeSeen(int before) {
    String command = "cat <<E\n" + "$(true)".repeat(before) + "$(" + DESTROYS + ")\nE\n";

    assertThat(Understanding.forgetful().shell(command))
        .anySatisfy(
            effect ->
                assertThat(
                        effect.verb().compareTo(Verb.DELETE) >= 0
                            || effect.resource().type().equals(Understanding.UNREAD))
                    .isTrue());
  }

  @Test
  void theTwentySixthPathIsReadAsTheFirst() {
    assertThat(
            Understanding.forgetful().shell("rm -rf " + numbered("a%d ", 30) + "/srv/production"))
        .anySatisfy(effect -> assertThat(effect.resource().id()).contains("/srv/production"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sudo timeout 5 nice npm test", "echo $(date) $(git rev-parse HEAD)"})
  void whatIsReadToItsEndSaysNothingOfTheKind(String command) {
    assertThat(Understanding.forgetful().shell(command))
        .noneMatch(effect -> effect.resource().type().equals(Understanding.UNREAD));
  }
}
