package dev.countermand.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.runtime.CountermandException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationLoaderTest {
  /** Stands for a secret somebody pasted where it does not belong. */
  private static final String CANARY = "canary-7f31";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   \n",
        "# only a comment\n",
        "{}",
        "~",
        "null",
        "---\n",
        "kafka:",
        "gateway:\n  port:\n  verdict-deadline:\n  sources:\nscoring: ~"
      })
  void whatIsLeftOutHasItsDefault(String yaml) {
    Configuration read = ConfigurationLoader.read(yaml, "test");

    assertThat(read).isEqualTo(ConfigurationLoader.defaults());
    assertThat(read.data()).isEqualTo(Path.of(".countermand"));
    assertThat(read.fingerprintKey()).isEqualTo(Path.of(".countermand/keys/fingerprint.key"));
    assertThat(read.kafka().bootstrap()).isEqualTo("127.0.0.1:9092");
    assertThat(read.kafka().topicPrefix()).isEqualTo("countermand");
    assertThat(read.kafka().partitions()).isEqualTo(4);
    assertThat(read.gateway().port()).isEqualTo(7077);
    assertThat(read.gateway().verdictDeadline()).isEqualTo(Duration.ofSeconds(1));
    assertThat(read.gateway().spool().maxBytes()).isEqualTo(1L << 30);
    assertThat(read.gateway().withoutVerdict("production"))
        .isEqualTo(GatewaySettings.WithoutVerdict.DENY_DANGEROUS);
    assertThat(read.containment().mode()).isEqualTo(ContainmentSettings.Mode.ENFORCE);
    assertThat(read.elasticsearch().url()).isEqualTo(URI.create("http://127.0.0.1:9200"));
  }

  @Test
  void whichSecretsAreSealedIsSaidByKind() {
    GatewaySettings.Seal none = ConfigurationLoader.defaults().gateway().seal();
    assertThat(none.of("github-pat")).isEqualTo(GatewaySettings.SealPolicy.REGISTERED);
    assertThat(none.takesUnregistered()).isFalse();

    GatewaySettings.Seal some =
        ConfigurationLoader.read(
                "gateway: {seal: {default: none, kinds: {github-pat: all, npm-token: registered}}}",
                "test")
            .gateway()
            .seal();
    assertThat(some.of("github-pat")).isEqualTo(GatewaySettings.SealPolicy.ALL);
    assertThat(some.of("npm-token")).isEqualTo(GatewaySettings.SealPolicy.REGISTERED);
    assertThat(some.of("password")).isEqualTo(GatewaySettings.SealPolicy.NONE);
    assertThat(some.takesUnregistered()).isTrue();
    assertThat(
            ConfigurationLoader.read("gateway: {seal: {default: all}}", "test")
                .gateway()
                .seal()
                .takesUnregistered())
        .isTrue();
  }

  @Test
  void theThresholdsOfARiskStandInTheirOrder() {
    RiskSettings risk = ConfigurationLoader.defaults().risk();
    assertThat(risk).isEqualTo(new RiskSettings(Duration.ofHours(6), 50, 90, 0));
    assertThat(ConfigurationLoader.read("risk: {ask-at: 60, contain-at: 98}", "test").risk())
        .isEqualTo(new RiskSettings(Duration.ofHours(6), 50, 60, 98));
    for (String wrong :
        new String[] {"ask-at: 40", "contain-at: 80", "contain-at: 101", "half-life: 0s"}) {
      assertThatThrownBy(() -> ConfigurationLoader.read("risk: {" + wrong + "}", "test"))
          .as(wrong)
          .hasMessageContaining("risk.");
    }
  }

  @Test
  void aKindIsRevokedAtOneProvider() {
    String two =
        "containment: {providers: {a: {type: oauth2, kinds: [%s]}, b: {type: oauth2, kinds: [%s]}}}";
    ContainmentSettings read =
        ConfigurationLoader.read(two.formatted("github-pat, github-oauth", "npm-token"), "test")
            .containment();
    assertThat(read.providerOf("github-oauth")).contains("a");
    assertThat(read.providerOf("npm-token")).contains("b");
    assertThat(read.providerOf("pypi-token")).isEmpty();

    for (String again : List.of("npm-token, npm-token", "github-pat")) {
      CountermandException refusal = refusal(two.formatted("github-pat", again));
      assertThat(refusal.code()).isEqualTo("CONFIG_INVALID");
      assertThat(refusal).hasMessageContaining("containment.providers.*.kinds[] must differ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gateway: {seal: {default: some}}",
        "gateway: {seal: {kinds: {github-pat: yes-please}}}",
        "gateway: {seal: {kinds: {GitHub PAT: all}}}",
        "containment: {providers: {a: {type: oauth2, kinds: [GitHub PAT]}}}",
        "containment: {providers: {by-kind: {type: oauth2}}}",
        "gateway: {sources: [{name: a, token: {env: A}, agent-kind: Claude Code}]}",
        "tasks: {profiles: [{name: peers/all}]}",
        "console: {users: {scoring: {token: {env: A}}}}",
        "console: {users: {'ada ': {token: {env: A}}}}",
        "gateway: {operators: [{name: Containment, token: {env: A}}]}",
        "gateway: {operators: [{name: \"a\u0430\", token: {env: A}}]}"
      })
  void whatNamesNoPolicyKindOrPersonIsRefused(String yaml) {
    assertThat(refusal(yaml).code()).isEqualTo("CONFIG_INVALID");
  }

  @Test
  void theNameOfAProfileIsThatOfItsGrant() {
    TaskSettings tasks =
        ConfigurationLoader.read("tasks: {profiles: [{name: coder, agents: [c-*]}]}", "test")
            .tasks();

    assertThat(tasks.profile("c-1").map(profile -> profile.grant("c-1").profile()))
        .contains("coder");
    assertThat(tasks.profile("d-1")).isEmpty();
  }

  @Test
  void whatIsGivenIsRead() {
    Configuration read =
        ConfigurationLoader.read(
            """
            kafka: {bootstrap: "a:1,b:2", client: {security.protocol: SSL}}
            gateway:
              without-verdict: {default: ask, production: deny}
              sources:
                - {name: one, token: {env: ONE}}
                - {name: two, token: {file: two.token}, agent: a2}
            containment:
              mode: observe
              protect: {agents: [root], credentials: [c1, c2]}
            """,
            "test");

    assertThat(read.kafka().settings().client()).containsEntry("security.protocol", "SSL");
    assertThat(read.gateway().sources())
        .extracting(GatewaySettings.Source::name)
        .containsExactly("one", "two");
    assertThat(read.gateway().withoutVerdict("production"))
        .isEqualTo(GatewaySettings.WithoutVerdict.DENY);
    assertThat(read.gateway().withoutVerdict(null)).isEqualTo(GatewaySettings.WithoutVerdict.ASK);
    assertThat(read.containment().mode()).isEqualTo(ContainmentSettings.Mode.OBSERVE);
    assertThat(read.containment().protect().credentials()).isEqualTo(List.of("c1", "c2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kafak: 1                                                | "kafak" in line 1. Did you mean "kafka"?
          {kafka: {bootstarp: x}}                                 | "kafka.bootstarp" in line 1. Did you mean "bootstrap"?
          {gateway: {verdictDeadline: 1s}}                        | "gateway.verdictDeadline" in line 1. Did you mean "verdict-deadline"?
          {gateway: {spool: {max-byte: 1}}}                       | "gateway.spool.max-byte" in line 1. Did you mean "max-bytes"?
          {gateway: {sources: [{name: x, tokn: {env: X}}]}}       | "gateway.sources[0].tokn" in line 1. Did you mean "token"?
          {gateway: {sources: [{token: {evn: X}}]}}               | "gateway.sources[0].token.evn" in line 1. Did you mean "env"?
          {containment: {protect: {agent: [x]}}}                  | "containment.protect.agent" in line 1. Did you mean "agents"?
          {containment: {providers: {p: {type: oauth2, ulr: x}}}} | "containment.providers.p.ulr" in line 1. Did you mean "url"?
          {gateway: {seal: {defualt: all}}}                       | "gateway.seal.defualt" in line 1. Did you mean "default"?
          {gateway: {seal: {otherwise: all}}}                     | "gateway.seal.otherwise" in line 1. Known here: default, kinds.
          {scoring: {thread: 2}}                                  | "scoring.thread" in line 1. Did you mean "threads"?
          {elasticsearch: {zzzzzzzz: 2}}                          | "elasticsearch.zzzzzzzz" in line 1. Known here: api-key, namespace, retention, url.
          """)
  void anUnknownKeyStopsWithItsPlaceAndTheRightOne(String yaml, String expected) {
    CountermandException refusal = refusal(yaml);

    assertThat(refusal.code()).isEqualTo("CONFIG_UNKNOWN_KEY");
    assertThat(refusal).hasMessage("The configuration test has an unknown key " + expected);
  }

  @Test
  void theLineIsThatOfTheKey() {
    assertThat(refusal("data: x\n\n# text\nkafka:\n  bootstrap: x\n  partition: 3\n"))
        .hasMessageContaining("\"kafka.partition\" in line 6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          canary-7f31                                                  | it must be a map of keys to values
          [canary-7f31]                                                | it must be a map of keys to values
          {kafka: canary-7f31}                                         | "kafka"
          {kafka: {partitions: canary-7f31}}                           | "kafka.partitions" in line 1: it must be a whole number in range
          {kafka: {partitions: 2.7}}                                   | "kafka.partitions" in line 1: it must be a whole number in range
          {kafka: {partitions: -1}}                                    | kafka.partitions must be positive
          {kafka: {partitions: 99999999999}}                           | "kafka.partitions"
          {kafka: {bootstrap: [canary-7f31]}}                          | "kafka.bootstrap"
          {kafka: {topic-prefix: 'canary-7f31 x'}}                     | kafka.topic-prefix must be
          {kafka: {client: canary-7f31}}                               | "kafka.client" in line 1: it must be a map of keys to values
          {kafka: {client: {a: [canary-7f31]}}}                        | "kafka.client.a"
          {gateway: {port: 70000}}                                     | gateway.port must be at most 65535
          {gateway: {verdict-deadline: canary-7f31}}                   | "gateway.verdict-deadline" in line 1: a duration is a number with ms, s, m, h or d
          {gateway: {verdict-deadline: 5}}                             | a duration is a number with ms, s, m, h or d
          {gateway: {verdict-deadline: 99999999999s}}                  | a duration is a number with ms, s, m, h or d
          {gateway: {verdict-deadline: 1 fortnight}}                   | a duration is a number with ms, s, m, h or d
          {gateway: {verdict-deadline: 0s}}                            | gateway.verdict-deadline must be more than 0
          {gateway: {without-verdict: {default: canary-7f31}}}         | needs deny-dangerous, deny, ask or allow
          {gateway: {spool: {max-bytes: -5}}}                          | gateway.spool.max-bytes must be positive
          {gateway: {sources: canary-7f31}}                            | "gateway.sources" in line 1: it must be a list
          {gateway: {sources: [{token: {env: X}}]}}                    | gateway.sources[].name is missing
          {gateway: {sources: [{name: x}]}}                            | gateway.sources[].token is missing
          {gateway: {sources: [{name: x, token: canary-7f31}]}}        | a secret is never written here; give "file" or "env"
          {gateway: {sources: [{name: x, token: {}}]}}                 | needs either file or env
          {gateway: {sources: [{name: x, token: {file: a, env: b}}]}}  | needs either file or env
          {containment: {mode: canary-7f31}}                           | "containment.mode" in line 1: it must be one of observe, approve, enforce
          {containment: {mode: 1}}                                     | "containment.mode"
          {containment: {providers: {p: {url: canary-7f31}}}}          | containment.providers.*.type is missing
          {elasticsearch: {url: 'http://canary-7f31 x'}}               | "elasticsearch.url"
          {elasticsearch: {url: 'ht^tp:canary-7f31'}}                  | "elasticsearch.url"
          {elasticsearch: {retention: {default: 23h}}}                 | elasticsearch.retention.* must be 1d to 36500d
          {elasticsearch: {retention: {default: 36501d}}}              | elasticsearch.retention.* must be 1d to 36500d
          {elasticsearch: {retention: {default: 1501m}}}               | elasticsearch.retention.* must be 1d to 36500d
          {elasticsearch: {retention: 90d}}                            | "elasticsearch.retention" in line 1: it must be a map of keys to values
          """)
  void aWrongValueIsRefusedByItsPlaceAndNeverRepeated(String yaml, String expected) {
    CountermandException refusal = refusal(yaml);

    assertThat(refusal.code()).isEqualTo("CONFIG_INVALID");
    assertThat(refusal).hasMessageContaining(expected).hasNoCause();
    assertThat(refusal.toString()).doesNotContain(CANARY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kafka: {bootstrap: a}\\nkafka: {bootstrap: canary-7f31}  | in line 2 a key stands there a second time
          kafka:\\n  bootstrap: a\\n  bootstrap: canary-7f31       | in line 3 a key stands there a second time
          data: &x canary-7f31\\nkafka: {bootstrap: *x}           | in line 2 an alias stands there
          data: a\\n---\\ndata: canary-7f31                        | a second document begins
          kafka: {bootstrap: 'canary-7f31                        | this is not YAML
          kafka: }canary-7f31                                    | this is not YAML
          """)
  void whatWouldBeReadInTwoWaysIsRefused(String yaml, String expected) {
    CountermandException refusal = refusal(yaml.replace("\\n", "\n"));

    assertThat(refusal.code()).isEqualTo("CONFIG_INVALID");
    assertThat(refusal).hasMessageContaining(expected);
    assertThat(refusal.toString()).doesNotContain(CANARY);
  }

  @Test
  void aBombOfAliasesIsRefusedAtOnce() {
    StringBuilder bomb = new StringBuilder("kafka:\n  client:\n    a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("    a%d: &a%d [*a%d, *a%d]%n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(refusal(bomb.toString())).hasMessageContaining("in line 4 an alias");
    assertThat(refusal("[".repeat(5_000))).hasMessageContaining("nested deeper than 20");
  }

  @Test
  void anUnknownKeyIsShownShortAndOnOneLine() {
    String key = "x\\ny" + "z".repeat(500);

    CountermandException refusal = refusal("{\"" + key + "\": 1}");

    assertThat(refusal.getMessage()).doesNotContain("\n").hasSizeLessThan(300);
  }

  @Test
  void aFileThatIsNotThereOrTooLargeIsNamed(@TempDir Path directory) throws IOException {
    Path missing = directory.resolve("missing.yaml");
    Path large = directory.resolve("large.yaml");
    Files.writeString(large, "#".repeat(1024 * 1024 + 1));

    CountermandException unreadable =
        catchThrowableOfType(CountermandException.class, () -> ConfigurationLoader.load(missing));
    CountermandException tooLarge =
        catchThrowableOfType(CountermandException.class, () -> ConfigurationLoader.load(large));

    assertThat(unreadable.code()).isEqualTo("CONFIG_UNREADABLE");
    assertThat(unreadable).hasMessageContaining(missing.toString());
    assertThat(tooLarge.code()).isEqualTo("CONFIG_INVALID");
    assertThat(tooLarge).hasMessageContaining("larger than 1048576 bytes");
  }

  @Test
  void printingAConfigurationShowsNoPassword() {
    Configuration read =
        ConfigurationLoader.read(
            """
            kafka: {client: {sasl.jaas.config: "x password=canary-7f31"}}
            containment: {providers: {p: {type: postgresql, url: "jdbc:x?password=canary-7f31"}}}
            """,
            "test");

    assertThat(read.toString()).doesNotContain(CANARY).contains("sasl.jaas.config");
    assertThat(read.kafka().settings().toString()).doesNotContain(CANARY);
  }

  @Test
  void durationsOfEveryUnitAreRead() {
    for (String[] pair :
        new String[][] {
          {"250ms", "PT0.25S"}, {"3s", "PT3S"}, {"4m", "PT4M"}, {"2h", "PT2H"}, {"7d", "PT168H"}
        }) {
      assertThat(
              ConfigurationLoader.read("{gateway: {verdict-deadline: " + pair[0] + "}}", "test")
                  .gateway()
                  .verdictDeadline())
          .isEqualTo(Duration.parse(pair[1]));
    }
  }

  private static CountermandException refusal(String yaml) {
    CountermandException refusal =
        catchThrowableOfType(
            CountermandException.class, () -> ConfigurationLoader.read(yaml, "test"));
    assertThat(refusal).as(yaml).isNotNull();
    return refusal;
  }
}
