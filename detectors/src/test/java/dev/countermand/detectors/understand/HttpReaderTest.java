package dev.countermand.detectors.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Verb;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HttpReaderTest {
  private final Understanding understanding = Understanding.standard();

  @Test
  void aMutationIsReadByTheNameOfItsField() {
    List<Effect> effects =
        call(
            "POST",
            "https://api.example.com/graphql",
            "{\"query\":\"mutation { volumeDelete(volumeId: \\\"v1\\\") }\"}");
    assertThat(effects)
        .anySatisfy(
            effect -> {
              assertThat(effect.verb()).isEqualTo(Verb.DESTROY);
              assertThat(effect.resource().type()).isEqualTo("volume");
              assertThat(effect.because()).contains("volumeDelete").contains("v1");
            });
    assertThat(Assessment.of(effects).verdict()).isEqualTo(Decision.DENY);
  }

  @Test
  void aliasesVariablesAndBrokenDocumentsDoNotHideAMutation() {
    for (String document :
        List.of(
            "mutation X($id: ID!) { ok: deleteRepository(input: {id: $id}) { id } }",
            "# harmless\nmutation{projectDelete(id:1)",
            "query { a } mutation { databaseDelete(id: 1) { ok } }",
            "mutation { ...F } fragment F on Mutation { bucketDelete(id: 2) }")) {
      assertThat(Assessment.of(call("POST", "https://x.example/graphql", document)).destructive())
          .as(document)
          .isTrue();
    }
  }

  @Test
  void queriesAndTextThatNamesMutationsAreNotDestructive() {
    for (String document :
        List.of(
            "query { volumeDelete }",
            "mutation { createIssue(title: \"volumeDelete(x)\") { deleteMe } }",
            "{\"query\":\"{ volumes { id } }\"}",
            "mutation { updateUser(name: \"x\") { id } }")) {
      assertThat(Assessment.of(call("POST", "https://x.example/graphql", document)).destructive())
          .as(document)
          .isFalse();
    }
  }

  @Test
  void aDeleteIsDeniedUnlessItIsInDevelopment() {
    assertThat(verdict("DELETE", "https://api.example.com/v1/databases/7", null))
        .isEqualTo(Decision.DENY);
    assertThat(verdict("DELETE", "https://api.example.com/v1/comments/7", null))
        .isEqualTo(Decision.DENY);
    assertThat(verdict("DELETE", "https://api.dev.example.com/v1/comments/7", null))
        .isEqualTo(Decision.ASK);
    assertThat(verdict("GET", "https://api.example.com/v1/databases/7", null))
        .isEqualTo(Decision.ALLOW);
  }

  @Test
  void actionsInPathHeaderQueryAndBodyAreRead() {
    assertThat(destructive("POST", "https://x.example/v1/volumes/1/destroy", null)).isTrue();
    assertThat(destructive("GET", "https://ec2.example/?Action=DeleteVolume&VolumeId=v", null))
        .isTrue();
    assertThat(destructive("POST", "https://x.example/rpc", "{\"method\":\"projects.delete\"}"))
        .isTrue();
    assertThat(destructive("POST", "https://x.example/sql", "{\"sql\":\"DROP TABLE users\"}"))
        .isTrue();
    HttpCall amz =
        new HttpCall(
            "POST",
            "https://d.example/",
            Map.of("X-Amz-Target", "DynamoDB_2012.DeleteTable"),
            "{}");
    assertThat(Assessment.of(understanding.http(amz)).destructive()).isTrue();
    assertThat(destructive("POST", "https://x.example/v1/mail/send", "{}")).isFalse();
  }

  @Test
  void theHostAndTheBodySayTheEnvironment() {
    assertThat(environment("https://api.prod.example.com/v1/volumes/1", null))
        .isEqualTo("production");
    assertThat(environment("http://localhost:3000/v1/volumes/1", null)).isEqualTo("local");
    assertThat(environment("http://localhost:3000/v1/volumes/1", "{\"id\":\"shop-production\"}"))
        .isEqualTo("production");
    assertThat(environment("https://api.example.com/v1/volumes/1", null)).isEqualTo("unknown");
  }

  private String environment(String url, @Nullable String body) {
    return call("DELETE", url, body).get(0).resource().environment();
  }

  private boolean destructive(String method, String url, @Nullable String body) {
    return Assessment.of(call(method, url, body)).destructive();
  }

  private Decision verdict(String method, String url, @Nullable String body) {
    return Assessment.of(call(method, url, body)).verdict();
  }

  private List<Effect> call(String method, String url, @Nullable String body) {
    return understanding.http(new HttpCall(method, url, Map.of(), body));
  }
}
