package dev.countermand.collectors.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.countermand.model.Credential;
import dev.countermand.testkit.CredentialSample;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RedactorTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TestFingerprints FINGERPRINTS = new TestFingerprints();
  private static final Redactor REDACTOR = Redactor.standard(FINGERPRINTS);
  private static final String PAT = "gh" + "p_" + Samples.token(1, 36);

  @Test
  void beginningsOfTokensWithoutEndAreWithheldRatherThanReadForMinutes() {
    Redactor redactor = Redactor.standard(new TestFingerprints());
    String hostile = ("eyJ" + "gh" + "p_").repeat(100_000);

    assertThat(redactor.redact(hostile).status()).isEqualTo(Redaction.Status.FAILED);
  }

  @Test
  void aRandomTokenThatHoldsAPlaceholderByChanceIsASecretAndAnExampleIsNone() {
    String prefix = "gh" + "p_";
    String chance = prefix + "PQzMtM2nebpRx6BrTWkNB" + "XXXXTQ4fCZOka7Z";
    String example = prefix + "EXAMPLE" + "EXAMPLEtoken0123456789abcdef0";
    Redactor redactor = Redactor.standard(new TestFingerprints());

    assertThat(redactor.redact("use " + chance).text()).doesNotContain("PQzMtM2nebpRx6Br");
    assertThat(redactor.redact("use " + example).secrets()).isEmpty();
  }

  @Test
  void theMarkerNamesKindKeyAndFingerprintOfTheTokenAlone() {
    Redaction redaction = REDACTOR.redact("use " + PAT + " now");

    assertThat(redaction.text())
        .isEqualTo("use [[secret:github-pat:k1:" + FINGERPRINTS.value(PAT) + "]] now");
    Secret secret = redaction.secrets().get(0);
    assertThat(secret.token()).isEqualTo(PAT);
    assertThat(secret.start()).isEqualTo(4);
    assertThat(secret.end()).isEqualTo(4 + PAT.length());
    assertThat(secret.path()).isEmpty();
    assertThat(secret.evidence())
        .containsEntry("length", "40")
        .containsEntry("last", PAT.substring(36));
  }

  @Test
  void oneTokenHasOneFingerprintHoweverItWasRecognised() {
    String uuid = "3e0f2c1a-8b7d-4c6e-9a5f-1b2c3d4e5f60";
    String header = REDACTOR.redact("Project-Access-Token: " + uuid).secrets().get(0).fingerprint();
    String variable =
        REDACTOR.redact("RAILWAY_TOKEN=\"" + uuid + "\"").secrets().get(0).fingerprint();

    assertThat(header).isEqualTo(variable).isEqualTo(FINGERPRINTS.value(uuid));
  }

  @Test
  void noToStringAndNoJsonShowsTheToken() throws JsonProcessingException {
    Redaction redaction = REDACTOR.redact("use " + PAT);

    assertThat(redaction.toString()).doesNotContain(PAT);
    assertThat(JSON.writeValueAsString(redaction)).doesNotContain(PAT);
  }

  @Test
  void redactingTwiceChangesNothing() {
    String once = REDACTOR.redact("TOKEN=" + PAT + " password: 'Tr0ub4dor&3' " + PAT).text();

    Redaction twice = REDACTOR.redact(once);

    assertThat(twice.text()).isEqualTo(once);
    assertThat(twice.secrets()).isEmpty();
  }

  @Test
  void aForgedMarkerHidesNoToken() {
    String[] forged = {
      "[[secret:github-pat:k1:" + PAT + "]]",
      "[[secret:github-pat:" + PAT + ":0123456789abcdef0123456789abcdef]]",
      "[[secret:github-pat:k1:0123456789abcdef0123456789abcde" + PAT + "]]",
    };
    for (String text : forged) {
      assertThat(REDACTOR.redact(text).text()).doesNotContain(PAT);
    }
  }

  @Test
  void aRegisteredSecretIsFoundEvenAsTheFingerprintOfAForgedMarker() {
    String secret = "0123456789abcdef".repeat(2);
    Redactor redactor =
        Redactor.standard(
            FINGERPRINTS, RegisteredSecrets.ofAnyLength(FINGERPRINTS.value(secret)::equals));

    String text = redactor.redact("[[secret:github-pat:k1:" + secret + "]]").text();

    assertThat(text).doesNotContain(secret);
  }

  @Test
  void aTokenFoundOnceIsReplacedWhereverItStands() {
    String key = Samples.token(7, 32);

    String text = REDACTOR.redact("API_TOKEN=" + key + "\nlater: " + key).text();

    assertThat(text).doesNotContain(key);
  }

  @Test
  void tooLongATextIsWithheldAndSaysSo() {
    Redaction redaction = REDACTOR.redact("a ".repeat(Redactor.MAX_LENGTH / 2 + 1));

    assertThat(redaction.status()).isEqualTo(Redaction.Status.FAILED);
    assertThat(redaction.text()).isEqualTo("[[redaction-failed:too-long]]");
  }

  @Test
  void aFailingKeyWithholdsTheText() {
    Redactor redactor =
        Redactor.standard(
            token -> {
              throw new IllegalStateException("no key for " + token);
            });

    Redaction redaction = redactor.redact("use " + PAT);

    assertThat(redaction.status()).isEqualTo(Redaction.Status.FAILED);
    assertThat(redaction.text()).isEqualTo("[[redaction-failed:error]]");
  }

  @Test
  void ofAJwtTheClaimsThatNameItsOwnerAreKept() {
    String jwt =
        encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
            + "."
            + encode("{\"iss\":\"https://issuer.example\",\"sub\":\"agent-7\",\"exp\":1790000000}")
            + "."
            + Samples.token(3, 43);

    Secret secret = REDACTOR.redact("Authorization: Bearer " + jwt).secrets().get(0);

    assertThat(secret.kind()).isEqualTo("jwt");
    assertThat(secret.token()).isEqualTo(jwt);
    assertThat(secret.evidence())
        .containsEntry("iss", "https://issuer.example")
        .containsEntry("sub", "agent-7")
        .containsEntry("exp", "1790000000");
  }

  @Test
  void theNewLongInstallationTokenIsReplacedWhole() {
    String token =
        "gh"
            + "s_"
            + "1234567_"
            + encode("{\"alg\":\"RS256\"}")
            + "."
            + encode("{\"iss\":\"" + Samples.token(5, 200) + "\"}")
            + "."
            + Samples.token(6, 86);

    Redaction redaction = REDACTOR.redact("GITHUB_TOKEN=" + token + "\n");

    assertThat(redaction.text())
        .isEqualTo("GITHUB_TOKEN=" + redaction.secrets().get(0).marker() + "\n");
    assertThat(redaction.secrets().get(0).token()).isEqualTo(token);
  }

  @Test
  void aPrivateKeyIsReplacedAsABlockAlsoWithEscapedLineBreaks() {
    String body = Samples.token(8, 64) + "\n" + Samples.token(9, 64);
    String pem =
        "-----BEGIN RSA " + "PRIVATE KEY-----\n" + body + "\n-----END RSA " + "PRIVATE KEY-----";

    Redaction plain = REDACTOR.redact("key:\n" + pem + "\nend");
    Redaction escaped = REDACTOR.redact("{\"k\":\"" + pem.replace("\n", "\\n") + "\\n\"}");

    assertThat(plain.text()).isEqualTo("key:\n" + plain.secrets().get(0).marker() + "\nend");
    assertThat(escaped.text()).doesNotContain(body.substring(0, 20));
    assertThat(escaped.secrets().get(0).fingerprint())
        .isEqualTo(plain.secrets().get(0).fingerprint());
  }

  @Test
  void thePasswordInsideBasicCredentialsIsWhatIsFingerprinted() {
    String encoded = encode("alice:s3cr3t-Pa55");

    Redaction redaction = REDACTOR.redact("Authorization: Basic " + encoded);

    assertThat(redaction.text()).doesNotContain(encoded);
    assertThat(redaction.secrets().get(0).token()).isEqualTo("s3cr3t-Pa55");
  }

  @Test
  void aUrlPasswordIsFingerprintedDecoded() {
    Secret secret = REDACTOR.redact("postgres://app:p%40ss%2Fw0rd@db/shop").secrets().get(0);

    assertThat(secret.token()).isEqualTo("p@ss/w0rd");
  }

  @Test
  void inJsonTheFieldNamesItsValueAndThePathSaysWhere() throws JsonProcessingException {
    JsonNode document =
        JSON.readTree(
            "{\"env\":[{\"name\":\"API_TOKEN\",\"value\":\""
                + Samples.token(11, 32)
                + "\"}],"
                + "\"db\":{\"password\":\"Tr0ub4dor&3\",\"port\":5432},"
                + "\"argv\":[\"tool\",\"--token\",\""
                + Samples.token(12, 32)
                + "\"],"
                + "\"a/b\":{\""
                + PAT
                + "\":true}}");

    RedactedJson redacted = REDACTOR.redact(document);

    assertThat(redacted.secrets())
        .extracting(Secret::path)
        .containsExactlyInAnyOrder("/env/0/value", "/db/password", "/argv/2", "/a~1b");
    assertThat(redacted.document().toString()).doesNotContain("Tr0ub4dor", PAT);
    assertThat(redacted.document().at("/db/port").asInt()).isEqualTo(5432);
    assertThat(document.toString()).contains(PAT);
  }

  @Test
  void aSecretOfOneFieldIsReplacedInEveryOtherField() throws JsonProcessingException {
    String key = Samples.token(13, 32);
    JsonNode document =
        JSON.readTree("{\"out\":\"saw " + key + "\",\"api_token\":\"" + key + "\"}");

    RedactedJson redacted = REDACTOR.redact(document);

    assertThat(redacted.document().toString()).doesNotContain(key);
  }

  @Test
  void theDataOfAKubernetesSecretIsReplacedInJsonToo() throws JsonProcessingException {
    JsonNode document =
        JSON.readTree("{\"kind\":\"Secret\",\"data\":{\"pw\":\"" + encode("opensesame") + "\"}}");

    RedactedJson redacted = REDACTOR.redact(document);

    assertThat(redacted.secrets().get(0).token()).isEqualTo("opensesame");
    assertThat(redacted.document().at("/data/pw").asText()).startsWith("[[secret:");
  }

  @Test
  void beyondTheBudgetTheStringsAreWithheldAndTheRestStands() {
    var document = JSON.createObjectNode();
    document.put("session", "s-1");
    document.put("output", "x ".repeat(Redactor.MAX_LENGTH / 2 + 1));

    RedactedJson redacted = REDACTOR.redact(document);

    assertThat(redacted.status()).isEqualTo(Redaction.Status.FAILED);
    assertThat(redacted.document().at("/session").asText()).isEqualTo("s-1");
    assertThat(redacted.document().at("/output").asText()).startsWith("[[redaction-failed:");
  }

  private static String encode(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aRegisteredSecretIsFoundByItsLengthAndAlsoUnderTheKeyBefore() {
    String secret = "correct.horse" + "7battery";
    Redactor redactor =
        Redactor.standard(
            token ->
                new Fingerprint("k2", FINGERPRINTS.value("2" + token), FINGERPRINTS.value(token)),
            CredentialIndex.of(
                List.of(credential(FINGERPRINTS.value(secret), (long) secret.length()))));

    Redaction redaction = redactor.redact("say " + secret + " to it");

    assertThat(redaction.text()).doesNotContain(secret);
    assertThat(redaction.secrets())
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.marker()).contains(":k2:" + FINGERPRINTS.value("2" + secret));
              assertThat(found.keyed().previous()).isEqualTo(FINGERPRINTS.value(secret));
            });
  }

  @Test
  void fingerprintsAreOnlyComputedForPiecesAsLongAsARegisteredSecret() {
    List<String> asked = new ArrayList<>();
    Fingerprints counting =
        token -> {
          asked.add(token.toString());
          return FINGERPRINTS.of(token);
        };
    String text = "alpha-beta gamma/delta9 epsilonzeta 0123456789ab";

    Redactor.standard(counting, CredentialIndex.of(List.of(credential("f", 12L)))).redact(text);
    assertThat(asked).isNotEmpty().allMatch(piece -> piece.length() == 12);

    asked.clear();
    Redactor.standard(counting, CredentialIndex.of(List.of(credential("f", null)))).redact(text);
    assertThat(asked).contains("alpha-beta", "gamma/delta9", "0123456789ab");

    asked.clear();
    Redactor.standard(counting, new CredentialIndex()).redact(text);
    assertThat(asked).isEmpty();
  }

  @Test
  void anIndexForgetsWhatIsNoLongerRegistered() {
    CredentialIndex index = CredentialIndex.of(List.of(credential("f", 20L), credential("g", 20L)));

    index.put("f", null);
    assertThat(index.has("f")).isFalse();
    assertThat(index.mayHaveLength(20)).isTrue();
    index.put("g", credential("g", null));
    assertThat(index.mayHaveLength(9)).isTrue();
    index.put("g", credential("g", 600L));
    assertThat(index.mayHaveLength(20)).isFalse();
    assertThat(index.has("g")).isTrue();
    assertThat(index.has("before-g")).isTrue();
  }

  private static Credential credential(String fingerprint, @Nullable Long length) {
    return CredentialSample.of(fingerprint, Instant.EPOCH)
        .name("name of " + fingerprint)
        .kind("password")
        .environment("staging")
        .owner(null)
        .length(length)
        .previous("before-" + fingerprint)
        .build();
  }
}
