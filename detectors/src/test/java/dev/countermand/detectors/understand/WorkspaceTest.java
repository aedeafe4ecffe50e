package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceTest {
  private static final String WORKSPACE = "/home/ann/shop";

  private final Understanding understanding = Understanding.standard();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat /home/ann/other/notes.md",
        "cat ../other/notes.md",
        "cd .. && cat other/notes.md",
        "cat ~/other/notes.md",
        "echo x > /home/ann/other/a.txt",
        "python -c 'open(\"/home/ann/other/a.txt\",\"w\").write(\"x\")'",
        "/home/ann/other/run.sh",
        "bash /home/ann/other/run.sh",
        "cat /home/ann/shopping/notes.md"
      })
  void whatLiesOutsideTheWorkspaceIsConfirmed(String command) {
    Assessment assessment = Assessment.of(understanding.shell(command, WORKSPACE));
    assertThat(assessment.verdict()).as("%s", assessment.effects()).isEqualTo(Decision.ASK);
    assertThat(types(assessment.effects())).contains(Files.OUTSIDE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat notes.md",
        "cat /home/ann/shop/src/notes.md",
        "cd /home/ann/shop/src && cat ../README.md",
        "echo x > /home/ann/shop/a.txt",
        "echo x > /tmp/a.txt",
        "cat /usr/share/dict/words",
        "cat /etc/hosts",
        "cat /proc/cpuinfo"
      })
  void theWorkspaceAndWhatIsPublicOnAMachineAreNot(String command) {
    Assessment assessment = Assessment.of(understanding.shell(command, WORKSPACE));
    assertThat(assessment.verdict()).as("%s", assessment.effects()).isEqualTo(Decision.ALLOW);
  }

  @Test
  void aFullPathInTheWorkspaceIsJudgedLikeARelativeOne() {
    assertThat(
            Assessment.of(understanding.shell("rm -rf /home/ann/shop/build", WORKSPACE)).verdict())
        .isEqualTo(Assessment.of(understanding.shell("rm -rf build", WORKSPACE)).verdict());
    assertThat(types(understanding.shell("rm -rf /home/ann/shop", WORKSPACE)))
        .containsExactly("working-directory");
  }

  @ParameterizedTest
  @CsvSource({"/", "/etc", "/home/ann", "/root"})
  void aWorkspaceThatIsASystemOrAHomeMakesNothingHarmless(String workspace) {
    Assessment assessment = Assessment.of(understanding.shell("rm -rf /etc/nginx", workspace));
    assertThat(assessment.verdict()).isEqualTo(Decision.DENY);
    assertThat(Assessment.of(understanding.shell("rm -rf /home/ann", workspace)).verdict())
        .isEqualTo(Decision.DENY);
  }

  @Test
  void theSameTextIsReadAnewInAnotherWorkspace() {
    assertThat(Assessment.of(understanding.shell("cat /srv/a/x", "/srv/a")).verdict())
        .isEqualTo(Decision.ALLOW);
    assertThat(Assessment.of(understanding.shell("cat /srv/a/x", "/srv/b")).verdict())
        .isEqualTo(Decision.ASK);
  }

  private static List<String> types(List<Effect> effects) {
    return effects.stream().map(effect -> effect.resource().type()).toList();
  }
}
