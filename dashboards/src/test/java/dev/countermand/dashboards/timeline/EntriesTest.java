package dev.countermand.dashboards.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.CredentialSample;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EntriesTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final Credential PRODUCTION = CredentialSample.of("registered", NOON).build();

  @ParameterizedTest
  @CsvSource({
    "used, registered, volume, local, production",
    "used, registered, volume, unknown, production",
    "used, registered, volume, staging, staging",
    "used, registered, file, local, local",
    "used, stray, volume, local, local",
    "sighted, registered, volume, local, local",
  })
  void anEntrySaysWhereACallHitAsFindingsAndTitlesDo(
      String role, String fingerprint, String type, String told, String said) {
    CredentialMention mention =
        new CredentialMention(
            fingerprint,
            "k1",
            "api-token",
            role.equals("used") ? CredentialRole.USED : CredentialRole.SIGHTED,
            "/command",
            null,
            Extra.NONE);
    Effect effect = new Effect(Verb.DESTROY, new Resource(type, "a", told), false, 0.9, "rm");
    Entries entries =
        new Entries(
            "test",
            one ->
                one.fingerprint().equals("registered")
                    ? Optional.of(PRODUCTION)
                    : Optional.empty());

    Entry entry =
        entries.of(
            ActionSample.of("use", NOON)
                .credentials(List.of(mention))
                .effects(List.of(effect))
                .build(),
            null);

    assertThat(entry.details()).contains("destroy " + type + " a in " + said + ", for good: rm");
    assertThat(entry.effects())
        .extracting(one -> one.resource().environment())
        .containsExactly(said);
  }
}
