package dev.countermand.collectors.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Assertions;

class RedactorPropertyTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TestFingerprints FINGERPRINTS = new TestFingerprints();
  private static final Redactor REDACTOR = Redactor.standard(FINGERPRINTS);

  /** A way to carry a text inside another text. */
  enum Wrapping {
    JSON_STRING,
    URL,
    BASE64,
    BASE64_URL
  }

  @Property(tries = 500)
  void anyTextIsRedactedWithoutErrorAndASecondTimeWithoutChange(
      @ForAll @StringLength(max = 400) String text) {
    Redaction once = REDACTOR.redact(text);

    assertThat(once.status()).isEqualTo(Redaction.Status.COMPLETE);
    assertThat(REDACTOR.redact(once.text()).text()).isEqualTo(once.text());
  }

  @Property(tries = 300)
  void textMadeOfTheRulesOwnWordsIsRedactedWithoutError(
      @ForAll("fragments") List<String> fragments) {
    String text = String.join("", fragments);

    Redaction once = REDACTOR.redact(text);

    assertThat(once.status()).isEqualTo(Redaction.Status.COMPLETE);
    for (Secret secret : once.secrets()) {
      assertThat(secret.start()).isBetween(0, secret.end());
      assertThat(secret.end()).isLessThanOrEqualTo(text.length());
    }
  }

  @Property(tries = 25)
  void hostileRepetitionTakesBoundedTime(
      @ForAll("fragment") String first, @ForAll("fragment") String second) {
    String fragment = first + second;
    String text = fragment.repeat(Redactor.MAX_LENGTH / fragment.length());

    Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> REDACTOR.redact(text));
  }

  @Property(tries = 300)
  void aPrefixedTokenSurvivesNoNesting(
      @ForAll @IntRange(max = 1_000_000) int seed,
      @ForAll @Size(max = 2) List<Wrapping> wrappings) {
    String token = "gh" + "p_" + Samples.token(seed, 36);
    String text = "run with " + token + " please";

    assertGone(REDACTOR, text, token, wrappings);
  }

  @Property(tries = 300)
  void aRegisteredSecretWithoutAnyPatternSurvivesNoNesting(
      @ForAll("plainSecrets") String secret, @ForAll @Size(max = 2) List<Wrapping> wrappings) {
    Redactor redactor =
        Redactor.standard(
            FINGERPRINTS, RegisteredSecrets.ofAnyLength(FINGERPRINTS.value(secret)::equals));

    assertGone(redactor, "the value is " + secret + " today", secret, wrappings);
  }

  private static void assertGone(
      Redactor redactor, String text, String token, List<Wrapping> wrappings) {
    String wrapped = text;
    for (Wrapping wrapping : wrappings) {
      wrapped = wrap(wrapped, wrapping);
    }
    Redaction redaction = redactor.redact("before " + wrapped + " after");
    assertThat(redaction.secrets())
        .extracting(Secret::fingerprint)
        .contains(FINGERPRINTS.value(token));
    String unwrapped = redaction.text();
    assertThat(unwrapped).doesNotContain(token).startsWith("before ").endsWith(" after");
    assertThat(unwrapped).doesNotContain(wrap(token, Wrapping.URL));
    if (wrappings.contains(Wrapping.BASE64) || wrappings.contains(Wrapping.BASE64_URL)) {
      assertThat(unwrapped).doesNotContain(wrapped);
    }
  }

  private static String wrap(String text, Wrapping wrapping) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return switch (wrapping) {
      case JSON_STRING -> json(text);
      case URL -> URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
      case BASE64 -> Base64.getEncoder().encodeToString(bytes);
      case BASE64_URL -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    };
  }

  private static String json(String text) {
    try {
      return JSON.writeValueAsString(JSON.createObjectNode().put("out", text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Provide
  Arbitrary<String> plainSecrets() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withCharRange('0', '9')
        .ofMinLength(8)
        .ofMaxLength(40);
  }

  @Provide
  Arbitrary<List<String>> fragments() {
    return fragment().list().ofMaxSize(40);
  }

  @Provide
  Arbitrary<String> fragment() {
    return Arbitraries.of(
        "password",
        "token",
        "=",
        ": ",
        "\"",
        "'",
        "\\",
        "\\\"",
        "%",
        "%41",
        "%e2%82",
        "://",
        "@",
        ":",
        "eyJ",
        "ey.ey.",
        "[[secret:",
        "[[secret:jwt:k1:",
        "]]",
        "0123456789abcdef0123456789abcdef",
        "gh" + "p_",
        "T3Blbk" + "FJ",
        "-----BEGIN ",
        "PRIVATE KEY-----",
        "-----END",
        "kind: Secret\n",
        "\ndata:\n",
        "curl -u a:b ",
        "Authorization: ",
        "Basic ",
        "Bearer ",
        "YWJjZGVmZ2hpamtsbW5vcA==",
        "Cookie: ",
        ";",
        "{",
        "}",
        "<key>",
        " ",
        "\n",
        "\uD83D",
        "é",
        "AK" + "IA",
        "a7Z");
  }
}
