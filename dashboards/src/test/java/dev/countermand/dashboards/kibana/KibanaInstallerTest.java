package dev.countermand.dashboards.kibana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.kibana.KibanaInstaller.Installed;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import dev.countermand.testkit.KibanaDouble;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KibanaInstallerTest {
  private KibanaDouble kibana;

  @BeforeEach
  void start() throws IOException {
    kibana = new KibanaDouble();
  }

  @AfterEach
  void stop() {
    kibana.close();
  }

  private KibanaInstaller installer(String space) {
    return new KibanaInstaller(kibana.url(), space, KibanaDouble.API_KEY);
  }

  @Test
  void everythingIsThereAfterwardsAndASecondTimeNothingIsThereTwice() {
    for (int i = 0; i < 2; i++) {
      KibanaInstaller installer = installer("default");
      assertThat(installer.savedObjects()).hasSizeGreaterThan(50).allMatch(this::isThere);
      assertThat(installer.alertRules()).hasSize(AlertRules.all().size()).allMatch(this::isThere);
      assertThat(installer.detectionRules()).hasSize(5).allMatch(this::isThere);
    }

    int files = SavedObjects.ndjson().split("\n").length;
    assertThat(kibana.objects).hasSize(files + AlertRules.all().size() + 5);
  }

  private boolean isThere(Installed one) {
    return one.problem() == null;
  }

  @Test
  void itIsPutIntoTheSpaceThatIsNamed() {
    installer("security").savedObjects();

    assertThat(kibana.objects.keySet()).isNotEmpty().allMatch(key -> key.startsWith("security/"));
  }

  @Test
  void whatKibanaDidNotTakeIsNamedThoughItAnswers200() {
    kibana.refused.add("countermand-fleet");
    kibana.refused.add("countermand-destruction");
    kibana.refused.add("countermand-silence");
    KibanaInstaller installer = installer("default");

    assertThat(installer.savedObjects())
        .filteredOn(one -> one.problem() != null)
        .containsExactly(
            new Installed("dashboard", "countermand-fleet", "unknown"),
            new Installed("dashboard", "countermand-destruction", "unknown"));
    assertThat(installer.alertRules())
        .filteredOn(one -> one.problem() != null)
        .containsExactly(new Installed("rule", "countermand-silence", "Kibana answered 400"));
    assertThat(installer.detectionRules())
        .filteredOn(one -> one.problem() != null)
        .containsExactly(
            new Installed("detection-rule", "countermand-destruction", "not this one"));
  }

  @Test
  void whomARuleTellsAndWhetherADetectionRuleIsOnAreKept() throws Exception {
    KibanaInstaller installer = installer("default");
    installer.alertRules();
    installer.detectionRules();
    ObjectNode rule = (ObjectNode) kibana.objects.get("default/rule/countermand-silence");
    rule.set(
        "actions",
        Json.mapper()
            .readTree(
                "[{\"id\":\"mail\",\"group\":\"query matched\",\"params\":{\"to\":\"a\"},"
                    + "\"connector_type_id\":\".email\"}]"));
    String guard = "default/detection/countermand-guard-attacked";
    ((ObjectNode) kibana.objects.get(guard)).put("enabled", true);

    assertThat(installer.alertRules()).allMatch(this::isThere);
    assertThat(installer.detectionRules()).allMatch(this::isThere);

    assertThat(kibana.objects.get("default/rule/countermand-silence").at("/actions/0/params/to"))
        .hasToString("\"a\"");
    assertThat(kibana.objects.get(guard).path("enabled").asBoolean()).isTrue();
    assertThat(
            kibana
                .objects
                .get("default/detection/countermand-destruction")
                .path("enabled")
                .asBoolean(true))
        .isFalse();
  }

  @Test
  void aWrongKeyAndAKibanaThatIsAwayAreClearErrorsWithoutTheKey() {
    KibanaInstaller wrong = new KibanaInstaller(kibana.url(), "default", "d3Jvbmc");
    assertThatThrownBy(wrong::savedObjects)
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("401")
        .hasMessageNotContaining("d3Jvbmc")
        .extracting("code")
        .isEqualTo("KIBANA_REFUSED");
    kibana.close();
    assertThatThrownBy(() -> installer("default").savedObjects())
        .isInstanceOf(CountermandException.class)
        .extracting("code")
        .isEqualTo("KIBANA_UNREACHABLE");
  }

  @Test
  void aServerThatIsNoKibanaIsAClearError() {
    URI elsewhere = kibana.url().resolve("/nowhere");
    KibanaInstaller installer = new KibanaInstaller(elsewhere, "default", KibanaDouble.API_KEY);
    assertThatThrownBy(installer::savedObjects)
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("kibana.url");
    assertThat(kibana.objects).isEmpty();
  }
}
