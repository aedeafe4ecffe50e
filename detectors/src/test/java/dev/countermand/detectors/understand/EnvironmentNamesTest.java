package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.countermand.model.Effect;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentNamesTest {
  private final Understanding understanding =
      Understanding.standard()
          .with(
              EnvironmentNames.of(
                  Map.of(
                      "production", List.of("123456789012", "*.shop.example.com", "gke_shop_main"),
                      "development", List.of("210987654321", "scratch-*"))));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws rds delete-db-instance --db-instance-identifier arn:aws:rds:eu-west-1:123456789012:db:x",
        "psql -h db1.shop.example.com -c 'drop table users'",
        "kubectl --context GKE_SHOP_MAIN delete ns web",
        "export ACCOUNT=123456789012; aws s3 rb s3://x --force"
      })
  void aNameOfProductionAnywhereMakesTheActionOneOnProduction(String command) {
    assertThat(environments(understanding.shell(command))).contains("production");
  }

  @Test
  void aNameOfDevelopmentMakesItsOwnEffectOneOnDevelopment() {
    List<Effect> effects =
        understanding.shell("dropdb scratch-7; psql other -c 'drop table users'");
    assertThat(effects)
        .filteredOn(effect -> effect.resource().type().equals("database"))
        .extracting(effect -> effect.resource().environment())
        .contains("development");
    assertThat(effects)
        .filteredOn(effect -> effect.resource().type().equals("table"))
        .extracting(effect -> effect.resource().environment())
        .containsOnly("unknown");
  }

  @Test
  void mentioningDevelopmentDoesNotMakeProductionHarmless() {
    List<Effect> effects = understanding.shell("dropdb scratch-7 -h db.prod");
    assertThat(environments(effects)).containsOnly("production");
  }

  @ParameterizedTest
  @CsvSource({"1234567890123", "x123456789012", "myshop.example.comet"})
  void aNameInsideALongerWordDoesNotCount(String word) {
    assertThat(environments(understanding.shell("dropdb " + word))).containsOnly("unknown");
  }

  @Test
  void toolCallsAreLocatedToo() {
    assertThat(
            environments(
                understanding.tool(
                    "mcp__db__delete_project",
                    JsonNodeFactory.instance.objectNode().put("account", "123456789012"))))
        .containsOnly("production");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab", "*", "a*b", "**x"})
  void aNameThatWouldMatchNearlyAnythingIsRefused(String name) {
    assertThatThrownBy(() -> EnvironmentNames.of(Map.of("production", List.of(name))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<String> environments(List<Effect> effects) {
    return effects.stream().map(effect -> effect.resource().environment()).toList();
  }
}
